// @ts-check
/** @import { Allocation } from "../live/changes.js" */
/** What a seat is for one way of a departure, of all that is taken of it on any way; pure. */

/** @typedef {{state: "free" | "held" | "booked" | "blocked" | "mine", expires?: string}} SeatState */

const TAKEN = new Set(["booked", "occupied", "pending"])

/**
 * @param {readonly Allocation[]} allocations of the seat, while the vehicle is on its way
 * @param {{start: number, end: number}} way @param {Set<number>} mine ids of one's own allocations
 * @returns {SeatState}
 */
export function seatState(allocations, way, mine) {
  const here = allocations.filter(({ start, end }) => Date.parse(start) < way.end && (end === null || Date.parse(end) > way.start))
  if (here.some(({ id }) => mine.has(id))) return { state: "mine" }
  if (here.some(({ state }) => state === "blocked")) return { state: "blocked" }
  if (here.some(({ state }) => TAKEN.has(state))) return { state: "booked" }
  const held = here.filter(({ state }) => state === "held").map(({ expires_at = "" }) => expires_at)
  return held.length ? { state: "held", expires: held.sort().at(-1) } : { state: "free" }
}

/** In words, as the seat's name ends and the live region says. @type {Record<SeatState["state"], string>} */
export const WORDS = { free: "free", held: "on hold", booked: "taken", blocked: "out of service", mine: "already yours" }

/**
 * What each chosen seat costs, for passengers in turn; half a cent and more is rounded up.
 * @param {number[]} prices of an adult @param {string[]} kinds @param {Record<string, number>} percents
 */
export const amounts = (prices, kinds, percents) =>
  prices.map((price, place) => Math.floor((2 * price * (percents[kinds[place] ?? "adult"] ?? 100) + 100) / 200))
