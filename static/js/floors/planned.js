// @ts-check
/** @import { Block } from "../board/segments.js" */
/** How a room is for a span, and what is said of it; pure, and in the words of rooms/views/floor_plans.py. */
import { countdown } from "../board/time.js"

const MOST_NAMED = 3 // rooms that are read out one by one; more are only counted

/** @typedef {{kind: string, block: Block | null}} Planned */

/**
 * How a room is for a span: free, what it is taken by, or in a word why nobody gets it then.
 * @param {readonly Block[]} blocks @param {{start: number, end: number}} asks the span with the room's own buffers @param {string} [closed]
 * @returns {Planned}
 */
export function plannedOf(blocks, { start, end }, closed) {
  const taken = blocks.filter((block) => block.from < end && start < block.until)
  if (!taken.length) return { kind: closed ?? "free", block: null }
  const block = taken.find(({ mine }) => mine) ?? taken.reduce((first, one) => (one.start < first.start ? one : first))
  return { kind: block.state, block }
}

/**
 * What is printed on a room: its state in a word, and until when that lasts, or what is left of a hold.
 * @param {Planned} planned @param {Record<string, string>} words @param {(t: number) => string} time @param {number} now
 */
export function stateOf({ kind, block }, words, time, now) {
  const word = words[kind] ?? kind
  const left = block?.expires === undefined ? "" : `${countdown(block.expires - now)} left`
  const until = left || (block && block.end !== Infinity ? `until ${time(block.end)}` : "")
  return { word, until, state: `${word} ${until}`.trim() }
}

/** What a screen reader hears. @param {string} about @param {string} state @param {{free: boolean, lit: boolean}} how */
export const labelOf = (about, state, { free, lit }) => `${about}, ${state}${free && !lit ? ", but does not fit" : ""}`

/** How many rooms can be had. @param {number} lit @param {number} of @param {boolean} isArea */
export const counted = (lit, of, isArea) => `${lit} of ${of} room${of === 1 ? "" : "s"}${isArea ? " in the area" : ""} ${lit === 1 || of === 1 ? "is" : "are"} free and fit.`

/**
 * What to say of rooms that changed, in as few words as help.
 * @param {{name: string, word: string}[]} changed @param {string} count
 */
export function said(changed, count) {
  const told = changed.length > MOST_NAMED ? [`${changed.length} rooms changed`] : changed.map(({ name, word }) => `${name} is ${word}`)
  return told.length ? `${told.join(", ")}. ${count}` : count
}
