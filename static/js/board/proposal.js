// @ts-check
/** @import { Block, Segment } from "./segments.js" */
/** @import { Store } from "./store.js" */
import { clamp, DAY, snap, snapDown } from "./time.js"

/** @typedef {{room: number, start: number, end: number, ok: boolean}} Place what a gesture would ask for */

/**
 * The time a sweep over free time chooses: whole steps, or whole nights where time is sold in nights.
 * @param {Store} store @param {number} room @param {Segment} segment @param {number} a @param {number} b
 * @returns {Place}
 */
export function swept(store, room, segment, a, b) {
  const [low, high] = [Math.min(a, b), Math.max(a, b)]
  if (store.slots) {
    const slots = store.slots.filter((slot) => slot.start < Math.max(high, low + 1) && low < slot.end)
    const last = slots[slots.length - 1]
    if (!last) return { room, start: low, end: high, ok: false }
    const place = { room, start: slots[0].start, end: last.end }
    return { ...place, ok: place.start >= segment.start && place.end <= segment.end }
  }
  const step = store.stepOf(room)
  const start = clamp(snapDown(low, step, store.scale.from), segment.start, segment.end)
  const end = clamp(snapDown(high, step, store.scale.from) + step, segment.start, segment.end)
  return { room, start, end, ok: end > start }
}

/**
 * The time one click or key chooses: the usual length from there, less where something follows sooner.
 * @param {Store} store @param {number} room @param {Segment} segment @param {number} t @returns {Place}
 */
export function picked(store, room, segment, t) {
  if (store.slots) return swept(store, room, segment, t, t)
  const start = clamp(snapDown(t, store.stepOf(room), store.scale.from), segment.start, segment.end)
  const end = Math.min(start + Math.max(store.usual, store.leastOf(room)), segment.end)
  // Near the end of a gap the shortest booking still has its place, a little earlier.
  return { room, start: end - start < store.leastOf(room) ? Math.max(segment.start, end - store.leastOf(room)) : start, end, ok: true }
}

/**
 * The time a question at t is about: the shortest booking there. A whole closed day would be refused for its length.
 * @param {Store} store @param {number} room @param {Segment} segment @param {number} t
 */
export function questioned(store, room, segment, t) {
  if (store.slots) return swept(store, room, segment, t, t)
  const start = snapDown(t, store.stepOf(room), store.scale.from)
  return { start, end: start + store.leastOf(room) }
}

/**
 * Where a booking's end goes when it is stretched to t.
 * @param {Store} store @param {Block} block @param {number} t
 */
export const stretched = (store, block, t) => Math.max(snap(t, store.stepOf(block.room), store.scale.from), block.start + store.leastOf(block.room))

/**
 * Where a booking's start goes when it is carried by this much.
 * @param {Store} store @param {Block} block @param {number} by ms
 */
export const carried = (store, block, by) =>
  store.slots ? block.start + Math.round(by / DAY) * DAY : snap(block.start + by, store.stepOf(block.room), store.scale.from)
