// @ts-check
import { connect } from "../live/connect.js"
import { pageData } from "../page-data.js"
import { refresher } from "../swap.js"
import "../booking/span-words.js"

const page = pageData()
const feed = connect(page)
feed.watch(page.topics.venue, page.window, null, page.revisions.venue)

/** Fetch the dates again, but never while a button among them has the focus or an answer is on its way. */
const again = refresher("#preview", { isBusy: () => Boolean(document.querySelector("form[aria-busy]")) })

feed.addEventListener("topic", (event) => {
  const { topic, touched, before, isNews } = /** @type {CustomEvent} */ (event).detail
  const room = Number(/** @type {HTMLSelectElement | null} */ (document.querySelector("#id_room"))?.value)
  // Where dates cannot be had, it is of interest what becomes of every other room.
  const isOurs = touched.has(room) || document.querySelector("#preview :is(.is-taken, select)") !== null
  if (topic === page.topics.venue && isNews && (!before.heard || isOurs)) again()
})

// What is otherwise on some dates changes the dates alone: what was typed about the booking stays.
let pressed = false
document.addEventListener("submit", (event) => {
  pressed ||= event.submitter?.matches("#when button") ?? false
})
document.addEventListener("click", (event) => {
  pressed ||= /** @type {Element} */ (event.target).closest("#preview a[data-swap]") !== null
})
document.addEventListener("placed", () => {
  if (pressed) document.getElementById("preview-title")?.focus() // the link is gone, or the dates are far below
  pressed = false
})
