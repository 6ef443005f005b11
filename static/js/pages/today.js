// @ts-check
import { connect } from "../live/connect.js"
import { pageData } from "../page-data.js"
import { refresh } from "../swap.js"

const SETTLE = 300 // ms: one act changes several rooms; the day is fetched once for all of them
const STALE = 60_000 // ms after which lateness and money are fetched anew, though no room changed

const page = pageData()
const feed = connect(page)
for (const { topic, start, end, revision } of page.desks) feed.watch(topic, { start, end }, null, revision)
let timer = 0

const isBusy = () => Boolean(document.querySelector("form[aria-busy]"))

/** Fetch the day again, but never while a button that was pressed is answered. */
function again() {
  clearTimeout(timer)
  timer = window.setTimeout(async () => {
    if (isBusy() || !(await refresh("#today", isBusy))) again()
  }, SETTLE)
}

feed.addEventListener("topic", (event) => {
  if (/** @type {CustomEvent} */ (event).detail.isNews) again()
})
setInterval(again, STALE)
