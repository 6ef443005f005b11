// @ts-check
/** Which bookings this page itself just changed: their news would only repeat what was said already. */

const RECENT = 10_000 // ms in which a change heard is taken for our own

/** @type {Map<string, number>} */
const acts = new Map()

/** @param {string} reference */
export const mark = (reference) => void acts.set(reference, performance.now())

/** @param {string} reference */
export const isOurs = (reference) => performance.now() - (acts.get(reference) ?? -Infinity) < RECENT
