// @ts-check
import { connect } from "../live/connect.js"
import { tellWhoWrites } from "../live/written.js"
import { pageData } from "../page-data.js"
import "../next-line.js"
import { refresher } from "../swap.js"

const STALE = 60_000 // ms after which lengths and prices are fetched anew, though nothing changed

const page = pageData()
const feed = connect(page)
feed.watch(page.topics.desk, page.window, null, page.revisions.desk)

/** A button that was pressed brings the desk itself: fetched now, this would take its answer away. */
const isBusy = () => Boolean(document.querySelector("form[aria-busy]") ?? document.activeElement?.matches("#desk :is(input, select)"))

/** Fetch the desk again, but never under the hands of somebody who chooses or types, or while a car is shown that was looked for. */
const again = refresher("#desk", { isBusy, isWanted: () => !document.querySelector("[data-found]") })

feed.addEventListener("topic", (event) => {
  const { topic, isNews } = /** @type {CustomEvent} */ (event).detail
  if (topic === page.topics.desk && isNews) again()
})

const gate = /** @type {HTMLFormElement | null} */ (document.querySelector("form[data-walk-in]"))
document.addEventListener("keydown", (event) => {
  if (event.key !== "F2" || event.repeat || !gate || gate.getAttribute("aria-busy")) return
  event.preventDefault()
  gate.requestSubmit()
})
document.addEventListener("swapped", () => {
  // One press, one car: the next one is another request.
  const key = /** @type {HTMLInputElement | null} */ (gate?.querySelector("[name=key]") ?? null)
  if (key) key.value = crypto.randomUUID()
  for (const field of document.querySelectorAll("#gate-plate, #find-plate")) /** @type {HTMLInputElement} */ (field).value = ""
  if (!document.querySelector("#desk [role=alert]")) again()
})
setInterval(again, STALE)
tellWhoWrites()
