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
const again = refresher("#booking", { isBusy, isWanted: () => !isRefused() })

/** Fetch what is written about it, while somebody writes: their words are not in that part of the page. */
const listen = refresher("#thread", { wait: 50 })

/** The same of who comes, while somebody types whom to invite. */
const count = refresher("#people", { wait: 50 })

/** What was refused, and the words that were, stay until they are read: only what others write comes in beside them. */
const isRefused = () => Boolean(document.querySelector("#booking [role=alert]"))

/** Bring what is new on the page, as much of it as may be brought now. */
function hear() {
  if (!isRefused()) again()
  if (!isRefused() && !isBusy()) return
  listen()
  count()
}

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
  if (!before.heard) return hear()
  // Money that comes or goes changes a room's number, and nothing of what is taken there.
  if (rooms.split(" ").some((room) => touched.has(Number(room))) || ours(state) !== ours(before)) hear()
})
document.addEventListener("hold-expired", refresher("#booking", { isBusy }))
document.addEventListener("placed", watchDesk)
document.addEventListener("swapped", (event) => {
  // What was done is shown on the page of its answer: an earlier page of the messages would hide what was written now.
  const { url } = /** @type {CustomEvent} */ (event).detail
  if (new URL(url).pathname === location.pathname) history.replaceState(null, "", url)
  if (!isRefused()) again()
})
watchDesk()
