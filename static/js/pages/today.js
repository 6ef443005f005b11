// @ts-check
import { connect } from "../live/connect.js"
import { pageData } from "../page-data.js"
import { refresh } from "../swap.js"

const SETTLE = 300 // ms: one act changes several rooms; the day is fetched once for all of them
const STALE = 60_000 // ms after which lateness and money are fetched anew, though no room changed

const page = pageData()
const feed = connect(page)
feed.watch(page.topics.desk, page.window)
let timer = 0

/** Fetch the day again, but never while a button that was pressed is answered. */
function again(wait = SETTLE) {
  clearTimeout(timer)
  timer = window.setTimeout(async () => {
    if (document.querySelector("form[aria-busy]")) return again()
    await refresh("#today")
    again(STALE)
  }, wait)
}

feed.addEventListener("topic", (event) => {
  const { topic, before } = /** @type {CustomEvent} */ (event).detail
  if (topic === page.topics.desk && before.heard) again()
})
again(STALE)
