// @ts-check
const AGAIN = 5_000 // ms before a question that went unanswered is asked again; each time twice as long
const LONGEST = 80_000

/**
 * Fetch this page as the server would write it now; asked until it answers.
 * @returns {Promise<Document | null>} null where there is no such page any more
 */
export async function freshPage() {
  for (let wait = AGAIN; ; wait = Math.min(2 * wait, LONGEST)) {
    try {
      const answer = await fetch(location.href)
      const page = new DOMParser().parseFromString(await answer.text(), "text/html")
      if (answer.ok && page.querySelector("#page-data")) return page
      if (answer.status === 403 || answer.status === 404) return null
    } catch {
      // the line is down, and the stale bar says so
    }
    await new Promise((again) => setTimeout(again, wait))
  }
}

/** Read what the server wrote for a page: {{ data|json_script:"page-data" }}. @param {Document} [page] @returns {any} */
export const pageData = (page = document) => JSON.parse(page.querySelector("#page-data")?.textContent ?? "null")
