// @ts-check
import { connect } from "../live/connect.js"
import { pageData } from "../page-data.js"
import "../next-line.js"
import { refresher } from "../swap.js"

const STALE = 60_000 // ms after which lateness and money are fetched anew, though no room changed

const page = pageData()
const feed = connect(page)
for (const { topic, start, end, revision } of page.desks) feed.watch(topic, { start, end }, null, revision)

/** Fetch the day again, but never while a button that was pressed is answered. */
const again = refresher("#today", { isBusy: () => Boolean(document.querySelector("form[aria-busy]")) })

feed.addEventListener("topic", (event) => {
  if (/** @type {CustomEvent} */ (event).detail.isNews) again()
})
setInterval(again, STALE)
