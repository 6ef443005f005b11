// @ts-check
/** @import { State } from "../live/changes.js" */
/** What a map of spots shows and says; pure. */
import { kindAt } from "../live/free.js"

const MOST_NAMED = 3 // spots that are read out one by one; more are only counted

/**
 * How the map shows a spot at that instant.
 * @param {State} state @param {number} room @param {number} now @param {ReadonlySet<number>} mine the spots that are one's own
 */
export function shownAs(state, room, now, mine) {
  const kind = kindAt(state, room, now)
  return kind !== "free" && mine.has(room) ? "mine" : kind
}

/**
 * The label of a spot with another word for its state: "Spot A1, free, EV charger" becomes "Spot A1, taken, EV charger".
 * @param {string} label @param {string} word
 */
export function relabeled(label, word) {
  const [name, , ...has] = label.split(", ")
  return [name, word, ...has].join(", ")
}

/**
 * What to say of spots that changed, in as few words as help.
 * @param {{name: string, word: string}[]} changed @param {number} free @param {number} total
 */
export function said(changed, free, total) {
  if (!changed.length) return ""
  const told = changed.length > MOST_NAMED ? [`${changed.length} spots changed`] : changed.map(({ name, word }) => `${name} is ${word}`)
  return `${told.join(", ")}. ${free} of ${total} free.`
}

/**
 * How long it has been: "1 h 24 min". The server says it in the same words.
 * @param {number} ms
 */
export function lengthWords(ms) {
  const minutes = Math.max(0, Math.floor(ms / 60_000))
  const hours = Math.floor(minutes / 60)
  return hours ? `${hours} h ${String(minutes % 60).padStart(2, "0")} min` : `${minutes} min`
}

/**
 * What it comes to at that instant, of prices the server reckoned ahead; null once they are used up.
 * @param {[string, string][]} ticks instants, and the price from then on @param {number} now @param {number} until the last that is known
 */
export function costAt(ticks, now, until) {
  if (now >= until) return null
  return ticks.findLast(([from]) => Date.parse(from) <= now)?.[1] ?? ticks[0]?.[1] ?? null
}
