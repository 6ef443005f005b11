// @ts-check
/** @import { Alternative } from "../api.js" */
/** @import { AvailabilityBoard } from "../board/availability-board.js" */
import "../board/availability-board.js"
import { mark } from "../acted.js"
import { get, post } from "../api.js"
import { followFilters } from "../board/filter-form.js"
import { Store } from "../board/store.js"
import { instant, iso, spanWords } from "../board/time.js"
import { followToday } from "../board/today.js"
import { WhyPopover } from "../board/why-popover.js"
import { bookHere } from "../booking/booking-here.js"
import { takeWish } from "../booking/wish.js"
import { the } from "../element.js"
import { clock } from "../live/clock.js"
import { connect } from "../live/connect.js"
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

const { flow } = bookHere(page, feed, store, {
  nameOf: board.nameOf,
  changed: (state, touched) => board.changed(state, touched),
  redraw: (rooms) => board.redraw(rooms),
  resume: () => board.resume(),
})
board.load(store)

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
/** @param {{room: number, start: number, end: number}} place */
const want = (place) => (page.venue.kind === "vehicle" ? void toast("Seats are booked by their departure, under Journeys.") : flow.want(place))
board.addEventListener("board-book", (event) => want(/** @type {CustomEvent} */ (event).detail))
board.addEventListener("board-open", (event) => {
  const { reference } = /** @type {CustomEvent} */ (event).detail
  location.assign(page.urls.booking.replace("{reference}", reference))
})
board.addEventListener("board-move", (event) => move(/** @type {CustomEvent} */ (event).detail))

/**
 * Move a booking there; where it would cost more, or would only be asked for, say so first.
 * @param {{reference: string, room: number, start: number, end: number}} wanted
 */
async function move({ reference, room, start, end }) {
  const [url, place] = [page.urls.booking.replace("{reference}", reference), { room, start: iso(start), end: iso(end) }]
  const told = await get(url, place)
  if (!told.ok) return toast(told.body.detail, { kind: "is-bad" })
  const name = `${board.nameOf(room)}, ${words(start, end)}`
  if (told.body.move?.first && !(await flow.dialog.agree({ title: `Move to ${board.nameOf(room)}?`, words: words(start, end), ...told.body.move }))) return
  mark(reference, "move")
  const { ok, body } = await post(`${url}move/`, place)
  if (ok) toast(moved(name, told.body.state, body.state))
  else if (!flow.offer("It was not moved", body, (place) => move({ reference, ...place }))) toast(body.detail, { kind: "is-bad" })
}

/** @param {string} where @param {string} was the state before @param {string} is */
function moved(where, was, is) {
  if (is === "pending") return `Asked for ${where}. You will hear when it is approved.`
  return was === "pending" ? `Moved to ${where}, and booked.` : `Moved to ${where}.`
}

new WhyPopover(board, page.urls.why, {
  label: ({ rooms, room, start, end }) => `${(rooms ?? [room ?? 0]).map(board.nameOf).join(", ")}, ${words(instant(start), instant(end))}`,
  want: (/** @type {Alternative} */ { rooms, room, start, end }) => want({ room: rooms?.[0] ?? room ?? 0, start: instant(start), end: instant(end) }),
})
followFilters(/** @type {HTMLFormElement} */ (the("form[data-filters]")), (filters) => board.filter(filters))

const wish = page.logged_in ? takeWish() : null
if (wish) flow.want(wish)
else if (page.logged_in) flow.resume()
