// @ts-check
/** @import { Alternative } from "../api.js" */
/** @import { FloorPlan } from "../floors/floor-plan.js" */
import "../floors/floor-plan.js"
import { followFilters } from "../board/filter-form.js"
import { Store } from "../board/store.js"
import { instant, spanWords } from "../board/time.js"
import { WhyPopover } from "../board/why-popover.js"
import { bookHere } from "../booking/booking-here.js"
import { takeWish } from "../booking/wish.js"
import { the } from "../element.js"
import { clock } from "../live/clock.js"
import { connect } from "../live/connect.js"
import { followTerms } from "../live/terms.js"
import { freshPage, pageData } from "../page-data.js"
import { place } from "../swap.js"

const SPREAD = 15_000 // ms over which all who look on ask anew when a step of the clock begins
const TIMES = ["date", "from", "to"]

const page = pageData()
const plan = /** @type {FloorPlan} */ (the("floor-plan"))
const form = /** @type {HTMLFormElement} */ (the("form[data-filters]"))
const words = spanWords(page.venue.timezone)
const feed = connect(page)
const store = new Store(page)
store.now = () => clock.now()
const first = feed.watch(page.topics.venue, page.window, page.snapshot)
if (page.topics.desk) feed.watch(page.topics.desk, page.window)
store.update(first, first.rooms.keys())

const { flow, know } = bookHere(page, feed, store, {
  nameOf: plan.nameOf,
  changed: (state, touched) => plan.changed(state, touched),
  redraw: (rooms) => plan.redraw(rooms),
  resume: () => plan.resume(),
})
plan.load(store, page.plan)

const field = (/** @type {string} */ name) => /** @type {HTMLInputElement} */ (the(`#when-${name}, input[name="${name}"]`, form))

/** While nobody chose a time it goes along with the clock, and stays out of the address. @param {boolean} is */
function follow(is) {
  for (const name of TIMES) is ? field(name).removeAttribute("name") : field(name).setAttribute("name", name)
}

let asking = 0
/** Fetch the page of the time that is chosen now, and go on from there. */
async function renew() {
  const mine = ++asking
  const written = await freshPage()
  if (!written || mine !== asking) return
  const fresh = pageData(written)
  for (const name of TIMES) field(name).value = /** @type {HTMLInputElement} */ (the(`#when-${name}`, written)).value
  for (const region of ["#floors", ".venue-head"]) place(written, region)
  store.frame(fresh)
  const state = feed.watch(page.topics.venue, fresh.window, fresh.snapshot)
  if (page.topics.desk) feed.watch(page.topics.desk, fresh.window)
  store.update(state, state.rooms.keys())
  know(fresh.mine ?? [])
  plan.load(store, fresh.plan)
  document.title = written.title
}

form.addEventListener("change", (event) => {
  const { id } = /** @type {HTMLInputElement} */ (event.target)
  if (id.startsWith("when-")) follow(false) // before the address is written
}, { capture: true })
follow(page.plan.follows)
followFilters(form, (filters) => plan.filter(filters))
form.addEventListener("change", (event) => {
  if (/** @type {HTMLInputElement} */ (event.target).id.startsWith("when-") && form.reportValidity()) renew()
})
plan.addEventListener("area", (event) => {
  for (const [name, value] of Object.entries(/** @type {CustomEvent} */ (event).detail)) field(name).value = value
  form.dispatchEvent(new Event("change"))
})
plan.addEventListener("stale", () => setTimeout(() => document.querySelector("dialog[open]") || renew(), Math.random() * SPREAD))
followTerms(feed, page.topics.venue, page.snapshot.terms, renew)

plan.addEventListener("board-book", (event) => flow.want(/** @type {CustomEvent} */ (event).detail))
plan.addEventListener("board-open", (event) => location.assign(page.urls.booking.replace("{reference}", /** @type {CustomEvent} */ (event).detail.reference)))
new WhyPopover(plan, page.urls.why, {
  label: ({ rooms, room, start, end }) => `${(rooms ?? [room ?? 0]).map(plan.nameOf).join(", ")}, ${words(instant(start), instant(end))}`,
  want: (/** @type {Alternative} */ { rooms, room, start, end }) => flow.want({ room: rooms?.[0] ?? room ?? 0, start: instant(start), end: instant(end) }),
})

const wish = page.logged_in ? takeWish() : null
if (wish) flow.want(wish)
else if (page.logged_in) flow.resume()
