// @ts-check
/** @import { State } from "./changes.js" */
import { isOurs } from "../acted.js"
import { toast } from "../toasts.js"
import { clock } from "./clock.js"
import { Feed } from "./feed.js"
import { news } from "./news.js"
import { showStatus } from "./status.js"

/** @typedef {{socket: string, now: string, topics?: {mine?: string | null}, revisions?: {mine?: number}, venue?: {timezone: string}, window?: {start: string, end: string}}} Page */

/** @type {Record<string, string>} */
const TOLD = {
  confirmed: "is booked", pending: "awaits approval", moved: "was moved", gone: "is no longer booked",
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
    feed.addEventListener("topic", (event) => tell(/** @type {CustomEvent} */ (event).detail, mine))
    feed.watch(mine, page.window ?? {}, null, page.revisions?.mine)
  }
  return feed
}

/** @param {{topic: string, state: State, before: State, touched: Set<number>}} heard @param {string} mine */
function tell({ topic, state, before, touched }, mine) {
  if (topic !== mine) return
  for (const told of news(before, state, touched)) {
    const { reference, title, kind } = told
    if (!isOurs(told)) toast(`${title ? `“${title}”` : `Booking ${reference}`} ${TOLD[kind]}.`, { href: `/bookings/${reference}/` })
  }
}
