// @ts-check
/** @import { Feed } from "../live/feed.js" */
import { instant } from "../board/time.js"
import { the } from "../element.js"
import { clock } from "../live/clock.js"
import { leftByNight, leftFor, nextExpiry } from "./nights.js"
import { showLeft, showNights } from "./show.js"

const LATE = 40 // ms after a hold has run out: its last second is over for every clock

/**
 * @typedef {{slug: string, topic: string, rooms: number[], window: {start: string, end: string}, stay: [string, string], length: number,
 *   nights: Record<string, [string, string]>}} Result
 */

/**
 * Keep the results of a search true while the page is open: each hotel is watched over its own nights.
 * @param {Feed} feed @param {readonly Result[]} results @param {string | null} mine the topic of one's own bookings
 */
export function keepTrue(feed, results, mine) {
  let timer = 0
  for (const { topic, window } of results) feed.watch(topic, window)

  const own = () => {
    const state = mine && feed.state(mine)
    return new Set(state ? [...state.allocations.values()].flat().filter((a) => a.mine && a.state === "held").map(({ id }) => id) : [])
  }
  const draw = () => {
    const reader = { now: clock.now(), own: own() }
    clearTimeout(timer)
    const next = Math.min(...results.map((result) => show(feed, result, reader))) - reader.now + LATE
    if (next < 2 ** 31) timer = setTimeout(draw, next)
  }
  document.addEventListener("hold-expired", draw)
  feed.addEventListener("topic", (event) => {
    const { topic } = /** @type {CustomEvent} */ (event).detail
    if (topic === mine || results.some((result) => result.topic === topic)) draw()
  })
}

/** @param {Feed} feed @param {Result} result @param {{now: number, own: Set<number>}} reader @returns {number} when to look again */
function show(feed, { slug, topic, rooms, stay, length, nights }, reader) {
  const state = feed.state(topic)
  const node = document.querySelector(`[data-stay="${slug}"]`)
  if (!state?.heard || !node) return Infinity
  const span = (/** @type {[string, string]} */ [start, end]) => ({ start: instant(start), end: instant(end) })
  const lefts = leftByNight(state, rooms, Object.values(nights).map(span), reader)
  showNights(node, new Map(Object.keys(nights).map((date, n) => [date, lefts[n]])))
  if (node.querySelector("[data-left]")) showLeft(the("[data-left]", node), leftFor(state, rooms, span(stay), reader), length)
  return nextExpiry(state, reader.now)
}
