// @ts-check
/** Read what the server wrote for this page: {{ data|json_script:"page-data" }}. @returns {any} */
export const pageData = () => JSON.parse(document.querySelector("#page-data")?.textContent ?? "null")
