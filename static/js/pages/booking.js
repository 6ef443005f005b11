// @ts-check
/** @import { Allocation } from "../live/changes.js" */
import "../booking/hold-countdown.js"
import { connect } from "../live/connect.js"
import { stayOn } from "../live/stay.js"
import { pageData } from "../page-data.js"
import { refresher } from "../swap.js"

const page = pageData()
const feed = connect(page)
stayOn(feed.socket, () => (document.querySelector("#booking hold-countdown") ? page.reference : null))

const isTyping = () => Boolean(document.activeElement?.matches("#booking :is(input, select, textarea)"))

/** Fetch the booking again, but never under the hands of somebody who is typing. */
const again = refresher("#booking", { isBusy: isTyping })

feed.addEventListener("topic", (event) => {
  const { topic, state, before, touched, isNews } = /** @type {CustomEvent} */ (event).detail
  if (topic !== page.topics.mine || !isNews) return
  if (!before.heard) return again()
  const ours = (/** @type {typeof state} */ s) => JSON.stringify([...s.allocations.values()].flat().filter((/** @type {Allocation} */ a) => a.booking === page.reference))
  // Money that comes or goes changes a room's number, and nothing of what is taken there.
  if (page.rooms.some((/** @type {number} */ room) => touched.has(room)) || ours(state) !== ours(before)) again()
})
document.addEventListener("hold-expired", again)
document.addEventListener("swapped", again)
