// @ts-check
/** @import { Allocation, State } from "./changes.js" */
import { isOurs } from "../acted.js"
import { askAgain } from "../booking/book-terms.js"
import { toast } from "../toasts.js"
import { clock } from "./clock.js"
import { Feed } from "./feed.js"
import { news } from "./news.js"
import { showStatus } from "./status.js"
import { followOn } from "./watching.js"

/** @typedef {{socket: string, now: string, reference?: string, topics?: {mine?: string | null}, revisions?: {mine?: number}, venue?: {timezone: string}}} Page */

/** @type {Record<string, string>} */
const TOLD = {
  confirmed: "is booked", pending: "awaits approval", moved: "was moved", described: "has a new title", gone: "is no longer booked",
  answered: "has a message from the venue",
}

/**
 * Bring a page to life: one feed, the state of the line in the header, and news of one's own bookings.
 * @param {Page} page
 */
export function connect(page) {
  clock.hear(page.now)
  const feed = new Feed(page.socket)
  showStatus(feed, page.venue?.timezone)
  const { mine } = page.topics ?? {}
  if (mine) {
    // Whole, and not as far as a page's own window: a booking of any day is news.
    feed.addEventListener("topic", (event) => tell(/** @type {CustomEvent} */ (event).detail, mine, page.reference))
    feed.watch(mine, {}, null, page.revisions?.mine)
  }
  followOn(feed)
  feed.addEventListener("topic", (event) => {
    const { before, touched, isNews } = /** @type {CustomEvent} */ (event).detail
    if (isNews) askAgain(before.heard ? touched : null)
  })
  return feed
}

/** @param {{topic: string, state: State, before: State, touched: Set<number>}} heard @param {string} mine @param {string} [shown] the booking whose page this is */
function tell({ topic, state, before, touched }, mine, shown) {
  if (topic !== mine) return
  for (const told of news(before, state, touched)) {
    const { reference, title, kind, offer } = told
    if (offer) toast(offered(offer, state), { href: `/bookings/${reference}/`, link: "Take it", stays: true })
    else if (kind === "answered" && reference === shown) toast("The venue has written.", { href: "#messages" })
    else if (!isOurs(told)) toast(`${title ? `“${title}”` : `Booking ${reference}`} ${TOLD[kind]}.`, { href: `/bookings/${reference}/${kind === "answered" ? "#messages" : ""}` })
  }
}

/**
 * What one waited for came free: "It is yours for 10:00 on Tue 24 Nov: Aurora is held for you until 09:12."
 * @param {Allocation} offer @param {State} state
 */
function offered({ room, start, expires_at = start }, state) {
  const { name = "", noun = "", timezone } = state.rooms.get(room) ?? {}
  const at = words(timezone, { hour: "2-digit", minute: "2-digit" })
  const day = words(timezone, { weekday: "short", day: "numeric", month: "short" })
  const what = /^\D/.test(name) ? name : `${noun} ${name}`.trim() // "Room 204", and not "204"
  return `It is yours for ${at(start)} on ${day(start)}: ${what} is held for you until ${at(expires_at)}.`
}

/** @param {string | undefined} timeZone @param {Intl.DateTimeFormatOptions} parts @returns {(moment: string) => string} */
function words(timeZone, parts) {
  const format = new Intl.DateTimeFormat("en-GB", { timeZone, ...parts })
  return (moment) => format.format(new Date(moment))
}
