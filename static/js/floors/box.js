// @ts-check
/** Boxes on a plan, and which of them lie in a rectangle; pure, and as reservations/placing.py has it. */

/** @typedef {{left: number, top: number, right: number, bottom: number}} Box */
/** @typedef {{x: number, y: number}} Point */

/** The box with these two corners, whichever they are. @param {Point} one @param {Point} other @returns {Box} */
export const between = (one, other) => ({ left: Math.min(one.x, other.x), top: Math.min(one.y, other.y), right: Math.max(one.x, other.x), bottom: Math.max(one.y, other.y) })

/** The smallest box that reaches as far as both. @param {Box} one @param {Box} other @returns {Box} */
export const joined = (one, other) => ({ left: Math.min(one.left, other.left), top: Math.min(one.top, other.top), right: Math.max(one.right, other.right), bottom: Math.max(one.bottom, other.bottom) })

/** Whether the other box lies in this one: its middle does. @param {Box} box @param {Box} other */
export function holds(box, other) {
  const [x, y] = [(other.left + other.right) / 2, (other.top + other.bottom) / 2]
  return box.left <= x && x <= box.right && box.top <= y && y <= box.bottom
}

/** As an address has it, in whole units. @param {Box} box */
export const written = ({ left, top, right, bottom }) => [left, top, right, bottom].map(Math.round).join()

/** Read what an address has; null where it is no rectangle. @param {string} text @returns {Box | null} */
export function boxIn(text) {
  const numbers = text.split(",").map(Number)
  if (!text || numbers.length !== 4 || !numbers.every(Number.isFinite)) return null
  return between({ x: numbers[0], y: numbers[1] }, { x: numbers[2], y: numbers[3] })
}
