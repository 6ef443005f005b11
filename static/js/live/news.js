// @ts-check
/** @import { Allocation, State } from "./changes.js" */

/**
 * @typedef {{reference: string, title: string, kind: "confirmed" | "pending" | "gone" | "moved" | "described" | "offered" | "answered", offer?: Allocation}} News
 */

const KEPT = new Set(["held", "pending", "booked", "occupied"])

/**
 * Tell what happened to a person's bookings between two states of their `mine` topic. Each booking is told
 * once, however many rooms it has. A hold is news only where one waited for it; that it goes is none: it ran out or
 * was let go, and its page says so. An answer of the venue's is news, also about what is over.
 * @param {State} before @param {State} after @param {Iterable<number>} touched @returns {News[]}
 */
export function news(before, after, touched) {
  if (!before.heard) return []
  const rooms = [...touched]
  const was = byReference(before, rooms)
  const is = byReference(after, rooms)
  /** @type {News[]} */
  const told = []
  for (const [reference, offer] of is)
    if (offer.offered && !was.has(reference)) told.push({ reference, title: offer.title ?? "", kind: "offered", offer })
  for (const room of rooms)
    for (const [reference, number] of Object.entries(after.rooms.get(room)?.answers ?? {}))
      if (number > (before.rooms.get(room)?.answers?.[reference] ?? 0)) told.push({ reference, title: called(after, is.get(reference)), kind: "answered" })
  for (const [reference, old] of was) {
    const now = is.get(reference) ?? elsewhere(after, reference)
    const title = called(after, now ?? old)
    if (!now) {
      if (old.state !== "held") told.push({ reference, title, kind: "gone" })
    } else if (now.state !== old.state && now.state === "booked") told.push({ reference, title, kind: "confirmed" })
    else if (now.state !== old.state && now.state === "pending") told.push({ reference, title, kind: "pending" })
    else if (now.start !== old.start || now.end !== old.end || now.room !== old.room) told.push({ reference, title, kind: "moved" })
    else if (now.title !== old.title && now.state !== "held") told.push({ reference, title, kind: "described" })
  }
  return told
}

/** What a booking is called to its guest: a stay by where it is, since its title is who comes. @param {State} state @param {Allocation} [allocation] */
const called = (state, allocation) => (allocation && state.rooms.get(allocation.room)?.stay) || allocation?.title || ""

/** @param {State} state @param {number[]} rooms */
function byReference(state, rooms) {
  /** @type {Map<string, Allocation>} */
  const found = new Map()
  for (const room of rooms)
    for (const allocation of state.allocations.get(room) ?? [])
      if (allocation.booking && allocation.mine !== false && KEPT.has(allocation.state) && !found.has(allocation.booking))
        found.set(allocation.booking, allocation)
  return found
}

/** @param {State} state @param {string} reference */
function elsewhere(state, reference) {
  return byReference(state, [...state.rooms.keys()]).get(reference)
}
