// @ts-check
import { nearest } from "../lot/walk.js"
/** Walking the seats of a coach by keys, as they are seen: rows run across or down. Pure. */

/** @typedef {{x: number, y: number}} Point */

/**
 * The seat that a key leads to, if it leads to any: an arrow to the next one, Home and End to the ends of the
 * line, with Ctrl to the first and the last of all.
 * @template {Point} P
 * @param {{key: string, ctrlKey: boolean}} pressed @param {P} here @param {P[]} seats in their order @param {number} pitch px from one to the next
 * @returns {P | null}
 */
export function ledTo({ key, ctrlKey }, here, seats, pitch) {
  if (key !== "Home" && key !== "End") return ctrlKey ? null : nearest(key, here, seats)
  const line = ctrlKey ? seats : seats.filter(({ y }) => Math.abs(y - here.y) < pitch / 2).sort((a, b) => a.x - b.x)
  return (key === "Home" ? line[0] : line.at(-1)) ?? null
}
