// @ts-check
/** @import { Stretch } from "./scale.js" */
/**
 * @typedef {"booked" | "occupied" | "mine" | "held" | "pending" | "blocked"} Taken
 * @typedef {Taken | "free" | "closed" | "past" | "buffer"} State
 * @typedef {{id: number, room: number, start: number, end: number, from: number, until: number, state: Taken,
 *   mine: boolean, expires?: number, part?: number, reference?: string, title?: string, repeats?: boolean}} Block
 * @typedef {{key: string, start: number, end: number, state: State, block: Block | null, parts?: number[]}} Segment
 * @typedef {{stretches: Stretch[], open: Stretch[], past: number}} Frame
 */

/** Who shows when two share a row: a divisible hall draws its parts, and one's own always shows. */
const RANK = { mine: 0, occupied: 1, booked: 1, pending: 2, held: 3, blocked: 4 }

/**
 * Cut one room's visible time into an unbroken run of segments: each block, and the time between blocks as
 * free, closed, past or kept clear for a neighbor's buffer. The board draws segments, the keyboard walks
 * segments, a screen reader reads segments.
 * @param {readonly Block[]} blocks @param {Frame} frame
 * @returns {Segment[]}
 */
export function segments(blocks, { stretches, open, past }) {
  /** @type {Segment[]} */
  const run = []
  const shown = clipped(blocks)
  for (const { start, end } of stretches) {
    let cursor = start
    for (const piece of shown) {
      const [from, to] = [Math.max(piece.start, start), Math.min(piece.end, end)]
      if (to <= from) continue
      if (from > cursor) between(run, cursor, from, blocks, open, past)
      run.push({ key: `${piece.block.id}:${piece.start < start ? start : piece.nth}`, start: from, end: to, state: piece.block.state, block: piece.block, parts: piece.parts })
      cursor = to
    }
    if (cursor < end) between(run, cursor, end, blocks, open, past)
  }
  return run
}

/**
 * Tell whether [start, end) meets no block, nor its buffer, other than `except`.
 * @param {readonly Block[]} blocks @param {number} start @param {number} end @param {number} [except]
 */
export function isFree(blocks, start, end, except) {
  return !blocks.some((block) => block.id !== except && block.from < end && start < block.until)
}

/**
 * The stretches in which a room can be booked: free now, for a list and for "free now".
 * @param {Segment[]} run @param {number} [least] ms; shorter gaps are left out
 */
export const freeSpans = (run, least = 0) => run.filter((s) => s.state === "free" && s.end - s.start >= least)

/**
 * Cut blocks so that none covers another: the higher rank keeps its time, equals keep the earlier start.
 * @param {readonly Block[]} blocks
 */
function clipped(blocks) {
  const sorted = [...blocks].sort((a, b) => a.start - b.start || RANK[a.state] - RANK[b.state] || a.id - b.id)
  if (sorted.every((block, i) => i === 0 || sorted[i - 1].end <= block.start))
    return sorted.map((block) => ({ start: block.start, end: block.end, block, nth: 0, parts: partsOf([block]) }))
  const edges = [...new Set(sorted.flatMap((block) => [block.start, block.end]))].sort((a, b) => a - b)
  /** @type {{start: number, end: number, block: Block, nth: number, parts: number[]}[]} */
  const pieces = []
  for (let i = 0; i + 1 < edges.length; i++) {
    const [start, end] = [edges[i], edges[i + 1]]
    const here = sorted.filter((b) => b.start <= start && end <= b.end).sort((a, b) => RANK[a.state] - RANK[b.state])
    const [top] = here
    const last = pieces[pieces.length - 1]
    if (!top) continue
    const parts = partsOf(here)
    if (last && last.end === start && last.block === top) {
      last.end = end
      last.parts = [...new Set([...last.parts, ...parts])]
    } else pieces.push({ start, end, block: top, nth: pieces.filter((piece) => piece.block === top).length, parts })
  }
  return pieces
}

/** Which parts of a divisible room are taken by these. @param {readonly Block[]} blocks */
const partsOf = (blocks) => [...new Set(blocks.flatMap(({ part, room }) => (part !== undefined && part !== room ? [part] : [])))]

/**
 * Fill the time between two blocks.
 * @param {Segment[]} run @param {number} start @param {number} end @param {readonly Block[]} blocks
 * @param {Stretch[]} open @param {number} past
 */
function between(run, start, end, blocks, open, past) {
  const edges = [start, end, past]
  for (const span of open) edges.push(span.start, span.end)
  for (const block of blocks) edges.push(block.from, block.until)
  const cuts = [...new Set(edges)].filter((t) => start <= t && t <= end).sort((a, b) => a - b)
  for (let i = 0; i + 1 < cuts.length; i++) {
    const [from, to] = [cuts[i], cuts[i + 1]]
    const state = emptyState(from, to, blocks, open, past)
    const last = run[run.length - 1]
    if (last && !last.block && last.state === state && last.end === from) last.end = to
    else run.push({ key: `${state}:${from}`, start: from, end: to, state, block: null })
  }
}

/**
 * @param {number} from @param {number} to @param {readonly Block[]} blocks @param {Stretch[]} open @param {number} past
 * @returns {State}
 */
function emptyState(from, to, blocks, open, past) {
  if (!open.some((span) => span.start <= from && to <= span.end)) return "closed"
  if (to <= past) return "past"
  return blocks.some((block) => block.from < to && from < block.until) ? "buffer" : "free"
}
