// @ts-check
const AGAIN = 5_000 // ms between questions that went unanswered

/**
 * Read what the server would write for this page now; asked until it answers.
 * @returns {Promise<any>}
 */
export async function freshData() {
  for (;;) {
    try {
      const page = await (await fetch(location.href)).text()
      const found = new DOMParser().parseFromString(page, "text/html").querySelector("#page-data")
      if (found) return JSON.parse(found.textContent ?? "null")
    } catch {
      // the line is down, and the stale bar says so
    }
    await new Promise((again) => setTimeout(again, AGAIN))
  }
}

/** Read what the server wrote for this page: {{ data|json_script:"page-data" }}. @returns {any} */
export const pageData = () => JSON.parse(document.querySelector("#page-data")?.textContent ?? "null")
