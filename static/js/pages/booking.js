// @ts-check
/** @import { Allocation, State } from "../live/changes.js" */
import "../booking/hold-countdown.js"
import { connect } from "../live/connect.js"
import { stayOn } from "../live/stay.js"
import { pageData } from "../page-data.js"
import { refresher } from "../swap.js"

const page = pageData()
const feed = connect(page)
stayOn(feed.socket, () => (document.querySelector("#booking hold-countdown") ? page.reference : null))

/** What the booking says of itself, as it was drawn last: its rooms, and for the staff the desk that tells of it. */
const drawn = () => /** @type {HTMLElement | null} */ (document.querySelector("#booking"))?.dataset ?? {}

/** A button that was pressed brings the booking itself: fetched now, this would take its answer away. */
const isBusy = () => Boolean(document.querySelector("form[aria-busy]") ?? document.activeElement?.matches("#booking :is(input, select, textarea)"))

/** Fetch the booking again, but never under the hands of somebody who is typing. */
const again = refresher("#booking", { isBusy })

/** Fetch what is written about it, while somebody writes: their words are not in that part of the page. */
const listen = refresher("#thread", { wait: 50 })

/** Somebody else's booking is heard of at the desk of its venue; a departure may be given another vehicle, and so another desk. */
function watchDesk() {
  const { desk, revision } = drawn()
  if (desk && !feed.state(desk)) feed.watch(desk, {}, null, Number(revision))
}

/** @param {State} state */
const ours = (state) => JSON.stringify([...state.allocations.values()].flat().filter((/** @type {Allocation} */ a) => a.booking === page.reference))

feed.addEventListener("topic", (event) => {
  const { topic, state, before, touched, isNews } = /** @type {CustomEvent} */ (event).detail
  const { rooms = "", desk } = drawn()
  if (!isNews || (topic !== page.topics.mine && topic !== desk)) return
  if (!before.heard) return again()
  // Money that comes or goes changes a room's number, and nothing of what is taken there.
  if (rooms.split(" ").some((room) => touched.has(Number(room))) || ours(state) !== ours(before)) {
    again()
    if (isBusy()) listen()
  }
})
document.addEventListener("hold-expired", again)
document.addEventListener("placed", watchDesk)
document.addEventListener("swapped", () => {
  if (!document.querySelector("#booking [role=alert]")) again() // what was refused stays until it is read
})
watchDesk()
