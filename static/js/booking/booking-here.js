// @ts-check
/** @import { Allocation, State } from "../live/changes.js" */
/** @import { Booking } from "../api.js" */
/** @import { Store } from "../board/store.js" */
/** @import { Feed } from "../live/feed.js" */
import { spanWords } from "../board/time.js"
import { detail } from "../board/words.js"
import { the } from "../element.js"
import { stateOf, stayOn } from "../live/stay.js"
import { BookingFlow } from "./flow.js"
import { HoldDialog } from "./hold-dialog.js"

/** @typedef {{nameOf: (room: number) => string, changed: (state: State, touched: Set<number>) => void, redraw: (rooms: Iterable<number>) => void, resume: () => void}} View what shows the rooms */

/**
 * Let people book what a page shows live: the dialog, the hold that lives with the page, and what is known of
 * one's own bookings, or at the desk of everyone's.
 * @param {any} page what the server wrote for it @param {Feed} feed @param {Store} store @param {View} view
 * @returns {{flow: BookingFlow, know: (mine: Allocation[]) => void}} `know` takes what a page brings along for other days
 */
export function bookHere(page, feed, store, view) {
  const words = spanWords(page.venue.timezone)
  /** What this page holds itself, until `mine` tells of it. @type {Allocation[]} */
  let held = []
  /** What `mine` tells begins today: of a day that is over, the page alone knows. @type {Map<string, Allocation[]>} */
  const known = new Map([["page", page.mine ?? []]])
  store.detail(page.mine ?? [])
  const flow = new BookingFlow(
    new HoldDialog(the("[data-hold-dialog]")),
    { nameOf: view.nameOf, words, detailOf: (id) => detail(store.state.rooms.get(id) ?? { id, revision: 0 }, page.venue.kind), capacityOf: (id) => store.state.rooms.get(id)?.capacity ?? 0 },
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
  flow.dialog.addEventListener("leave", () => view.resume())
  flow.addEventListener("held", (event) => {
    const { reference, title, allocations } = /** @type {CustomEvent<Booking>} */ (event).detail
    shown = reference
    say()
    held = allocations.map((allocation) => ({ ...allocation, booking: reference, title, mine: true }))
    detailed()
  })
  feed.addEventListener("topic", (event) => {
    const { topic, state, before, touched } = /** @type {CustomEvent} */ (event).detail
    if (topic === page.topics.venue) return view.changed(state, touched)
    known.set(topic, [...state.allocations.values()].flat())
    if (topic === page.topics.mine) {
      if (shown && stateOf(before, shown) === "held" && stateOf(state, shown) !== "held") flow.ended(shown, stateOf(state, shown))
      if (shown) flow.lasts(shown, known.get(topic)?.find(({ booking }) => booking === shown)?.expires_at)
    }
    detailed()
  })

  /** Draw again whatever is now known to be one's own, or no longer is. */
  function detailed() {
    // What comes later wins: `mine` knows the title that was typed after the hold was drawn.
    const [desk, mine] = [page.topics.desk, page.topics.mine].map((topic) => known.get(topic) ?? [])
    view.redraw(store.detail([...desk, ...(known.get("page") ?? []), ...held, ...mine]))
  }

  return { flow, know: (mine) => (known.set("page", mine), detailed()) }
}
