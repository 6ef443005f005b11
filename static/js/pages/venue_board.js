// @ts-check
/** @import { Allocation, Frame } from "../live/changes.js" */
/** @import { Alternative, Booking } from "../api.js" */
/** @import { AvailabilityBoard } from "../board/availability-board.js" */
import "../board/availability-board.js"
import { mark } from "../acted.js"
import { post } from "../api.js"
import { followFilters } from "../board/filter-form.js"
import { Store } from "../board/store.js"
import { instant, iso, spanWords } from "../board/time.js"
import { followToday } from "../board/today.js"
import { WhyPopover } from "../board/why-popover.js"
import { detail } from "../board/words.js"
import { BookingFlow } from "../booking/flow.js"
import { HoldDialog } from "../booking/hold-dialog.js"
import { takeWish } from "../booking/wish.js"
import { the } from "../element.js"
import { clock } from "../live/clock.js"
import { connect } from "../live/connect.js"
import { stateOf, stayOn } from "../live/stay.js"
import { followTerms } from "../live/terms.js"
import { freshPage, pageData } from "../page-data.js"
import { toast } from "../toasts.js"

const page = pageData()
const board = /** @type {AvailabilityBoard} */ (the("availability-board"))
const words = spanWords(page.venue.timezone)
const feed = connect(page)

const store = new Store(page)
store.now = () => clock.now()
const first = feed.watch(page.topics.venue, page.window, page.snapshot)
if (page.topics.desk) feed.watch(page.topics.desk, page.window)
store.update(first, first.rooms.keys())

/** What this page holds itself, until `mine` tells of it. @type {Allocation[]} */
let held = []
/** What `mine` tells begins today: of a day that is over, the page alone knows. @type {Map<string, Allocation[]>} */
const known = new Map([["page", page.mine ?? []]])
store.detail(page.mine ?? [])
board.load(store)

const flow = new BookingFlow(
  new HoldDialog(the("[data-hold-dialog]")),
  { nameOf: board.nameOf, words, detailOf: (id) => detail(store.state.rooms.get(id) ?? { id, revision: 0 }, page.venue.kind), capacityOf: (id) => store.state.rooms.get(id)?.capacity ?? 0 },
  page.urls,
  page.logged_in,
)

/** The hold in the dialog. @type {string | null} */
let shown = null
const say = stayOn(feed.socket, () => shown, (code) => {
  const state = shown ? stateOf(feed.state(page.topics.mine), shown) : undefined
  // What is no hold any more may be a booking: `mine` tells which, now or before this is asked again.
  if (shown && (state !== "held" || code === "hold_expired")) flow.ended(shown, state === "held" ? undefined : state)
})
flow.addEventListener("settled", () => (shown = null))
flow.dialog.addEventListener("leave", () => board.keys.resume())

feed.addEventListener("topic", (event) => {
  const { topic, state, before, touched } = /** @type {CustomEvent} */ (event).detail
  if (topic === page.topics.venue) return board.changed(state, touched)
  known.set(topic, [...state.allocations.values()].flat())
  if (topic === page.topics.mine) {
    if (shown && stateOf(before, shown) === "held" && stateOf(state, shown) !== "held") flow.ended(shown, stateOf(state, shown))
  }
  detailed()
})
followTerms(feed, page.topics.venue, page.snapshot.terms, async () => {
  const written = await freshPage()
  if (!written) return
  const fresh = pageData(written)
  // Other days, as in another time zone, make another page.
  if (JSON.stringify([fresh.window, fresh.days]) !== JSON.stringify([page.window, page.days])) return location.reload()
  store.frame(fresh)
  board.rebuild()
})
followToday(page)
flow.addEventListener("held", (event) => {
  const { reference, title, allocations } = /** @type {CustomEvent<Booking>} */ (event).detail
  shown = reference
  say()
  held = allocations.map((allocation) => ({ ...allocation, booking: reference, title, mine: true }))
  detailed()
})

/** Draw again whatever is now known to be one's own, or no longer is. */
function detailed() {
  // What comes later wins: `mine` knows the title that was typed after the hold was drawn.
  const [desk, mine] = [page.topics.desk, page.topics.mine].map((topic) => known.get(topic) ?? [])
  board.redraw(store.detail([...desk, ...(known.get("page") ?? []), ...held, ...mine]))
}

/** @param {{room: number, start: number, end: number}} place */
const want = (place) => (page.venue.kind === "vehicle" ? void toast("Seats are booked by their departure, under Journeys.") : flow.want(place))
board.addEventListener("board-book", (event) => want(/** @type {CustomEvent} */ (event).detail))
board.addEventListener("board-open", (event) => {
  const { reference } = /** @type {CustomEvent} */ (event).detail
  location.assign(page.urls.booking.replace("{reference}", reference))
})
board.addEventListener("board-move", (event) => move(/** @type {CustomEvent} */ (event).detail))

/** @param {{reference: string, room: number, start: number, end: number}} wanted */
async function move({ reference, room, start, end }) {
  mark(reference, "move")
  const { ok, body } = await post(`${page.urls.booking.replace("{reference}", reference)}move/`, { room, start: iso(start), end: iso(end) })
  if (ok) toast(`Moved to ${board.nameOf(room)}, ${words(start, end)}.`)
  else if (!flow.offer("It was not moved", body, (place) => move({ reference, ...place }))) toast(body.detail, { kind: "is-bad" })
}
new WhyPopover(board, page.urls.why, {
  label: ({ rooms, room, start, end }) => `${(rooms ?? [room ?? 0]).map(board.nameOf).join(", ")}, ${words(instant(start), instant(end))}`,
  want: (/** @type {Alternative} */ { rooms, room, start, end }) => want({ room: rooms?.[0] ?? room ?? 0, start: instant(start), end: instant(end) }),
})
followFilters(/** @type {HTMLFormElement} */ (the("form[data-filters]")), (filters) => board.filter(filters))

const wish = page.logged_in ? takeWish() : null
if (wish) flow.want(wish)
