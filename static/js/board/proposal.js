// @ts-check
/** @import { Block } from "./segments.js" */
/** @import { Store } from "./store.js" */
import { DAY, daysOn } from "./time.js"

const EDGE = 8 // px at a booking's end that stretch it
const NARROW = 24 // px: of less there is no end to take hold of, only a booking

/** @typedef {{room: number, start: number, end: number, ok: boolean, why?: string}} Place what a gesture would ask for */

/**
 * The time a sweep over free time chooses: whole steps, or whole nights where time is sold in nights.
 * @param {Store} store @param {number} room @param {{start: number, end: number}} segment @param {number} a @param {number} b
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
  const start = Math.max(store.stepDown(room, low), store.stepUp(room, segment.start))
  const end = Math.min(store.stepDown(room, high) + store.stepOf(room), store.stepDown(room, segment.end))
  return { room, start, end, ok: end > start }
}

/**
 * The time one click or key chooses: the usual length from there, less where something follows sooner.
 * @param {Store} store @param {number} room @param {{start: number, end: number}} segment @param {number} t @returns {Place}
 */
export function picked(store, room, segment, t) {
  if (store.slots) return swept(store, room, segment, t, t)
  const least = store.leastOf(room)
  const [first, last] = [store.stepUp(room, segment.start), store.stepDown(room, segment.end)]
  if (last <= first) return { room, start: segment.start, end: segment.end, ok: true } // no step has its place: the venue says so
  const start = Math.max(store.stepDown(room, t), first)
  const end = Math.min(store.stepUp(room, start + Math.max(store.usual, least)), last)
  // Near the end of a gap the shortest booking still has its place, a little earlier.
  return { room, start: end - start < least ? Math.max(first, store.stepDown(room, end - least)) : start, end, ok: true }
}

/**
 * The time a question at t is about: the shortest booking there. A whole closed day would be refused for its length.
 * @param {Store} store @param {number} room @param {{start: number, end: number}} segment @param {number} t
 */
export function questioned(store, room, segment, t) {
  if (store.slots) return swept(store, room, segment, t, t)
  const start = store.stepDown(room, t)
  return { start, end: start + store.leastOf(room) }
}

/**
 * Tell whether a press so far before a booking's end takes that end, to stretch it, or all of it.
 * @param {number} width px of the booking on the board @param {number} before px
 */
export const isEnd = (width, before) => width >= NARROW && before < Math.min(EDGE, width / 4)

/**
 * Where a booking's end goes when it is stretched to t: to the nearest step, or the end of the nearest night.
 * @param {Store} store @param {Block} block @param {number} t
 */
export function stretched(store, block, t) {
  if (!store.slots) return Math.max(store.stepNear(block.room, t), block.start + store.leastOf(block.room))
  const ends = store.slots.map((night) => night.end).filter((end) => end > block.start)
  return ends.reduce((nearest, end) => (Math.abs(end - t) < Math.abs(nearest - t) ? end : nearest), ends[0] ?? block.end)
}

/**
 * Where a booking goes when it is carried by this much: by whole days of the venue's clocks where time is sold in nights.
 * @param {Store} store @param {Block} block @param {number} by ms
 */
export function carried(store, block, by) {
  if (store.slots) return later(store, block, by)
  const start = store.stepNear(block.room, block.start + by)
  return { start, end: start + block.end - block.start }
}

/** @param {Store} store @param {{start: number, end: number}} span @param {number} by ms */
function later(store, { start, end }, by) {
  if (!store.slots) return { start: start + by, end: end + by }
  const days = Math.round(by / DAY)
  return { start: daysOn(store.wall, start, days), end: daysOn(store.wall, end, days) }
}

/**
 * Where a span goes when it is carried by keyboard: beyond the end of a day, to the next day that has its place.
 * @param {Store} store @param {number} room @param {{start: number, end: number}} span @param {number} by ms
 */
export function shifted(store, room, { start, end }, by) {
  const { scale } = store
  const [stays, to, length] = [{ start, end }, later(store, { start, end }, by), end - start]
  const roomy = scale.stretches.filter((day) => day.end - day.start >= length)
  if (!roomy.length) return scale.shows(to.start) && to.end <= scale.to ? to : stays // longer than any day: it has to reach over the night
  if (roomy.some((day) => day.start <= to.start && to.end <= day.end)) return to
  const next = by > 0 ? roomy.find((day) => day.start > start) : roomy.findLast((day) => day.end < end)
  if (!next) return stays
  const first = by > 0 ? store.stepUp(room, next.start) : store.stepDown(room, next.end - length)
  return { start: first, end: first + length }
}
