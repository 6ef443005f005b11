// @ts-check
import { connect } from "../live/connect.js"
import { tellWhoWrites } from "../live/written.js"
import { pageData } from "../page-data.js"
import "../next-line.js"
import { partsRefresher } from "../parts.js"

const STALE = 60_000 // ms after which lengths and prices are fetched anew, though nothing changed

const page = pageData()
const feed = connect(page)
feed.watch(page.topics.desk, page.window, null, page.revisions.desk)

/** Fetch what changed on the desk. A button that was pressed brings the desk itself: fetched then, this would take its answer away. */
const again = partsRefresher("#desk", { isBusy: () => Boolean(document.querySelector("form[aria-busy]")) })

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
document.addEventListener("swapped", (event) => {
  const { form } = /** @type {CustomEvent<{form: HTMLFormElement}>} */ (event).detail
  // One press, one car: the next one is another request.
  const key = /** @type {HTMLInputElement | null} */ (gate?.querySelector("[name=key]") ?? null)
  if (key && form === gate) key.value = crypto.randomUUID()
  if (form.closest(".desk-gate") && !document.querySelector("#desk [role=alert]")) form.reset()
  again()
})
setInterval(again, STALE)
tellWhoWrites()
