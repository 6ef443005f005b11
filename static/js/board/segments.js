// @ts-check
/** @import { Stretch } from "./scale.js" */
/**
 * @typedef {"booked" | "occupied" | "mine" | "held" | "pending" | "blocked"} Taken
 * @typedef {Taken | "free" | "closed" | "past" | "buffer"} State
 * @typedef {{id: number, room: number, start: number, end: number, from: number, until: number, state: Taken,
 *   mine: boolean, expires?: number, part?: number, reference?: string, title?: string, repeats?: boolean}} Block
 * @typedef {{key: string, start: number, end: number, state: State, block: Block | null, parts?: number[],
 *   others?: Block[]}} Segment of a whole: which of its parts the block has, and what else is taken then
 * @typedef {{stretches: Stretch[], open: Stretch[], past: number}} Frame
 */

/** Who shows when two share a row: a divisible hall draws its parts, and one's own always shows. */
const RANK = { mine: 0, occupied: 1, booked: 1, pending: 2, held: 3, blocked: 4 }

/** @param {Block} one @param {Block} other */
const byRank = (one, other) => Number(other.mine) - Number(one.mine) || RANK[one.state] - RANK[other.state]

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
      run.push({ key: `${piece.block.id}:${piece.start < start ? start : piece.nth}`, start: from, end: to, state: piece.block.state, block: piece.block, parts: piece.parts, others: piece.others })
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
  const sorted = [...blocks].sort((a, b) => a.start - b.start || byRank(a, b) || a.id - b.id)
  if (sorted.every((block, i) => i === 0 || sorted[i - 1].end <= block.start))
    return sorted.map((block) => ({ start: block.start, end: block.end, block, nth: 0, parts: partsOf([block]), others: /** @type {Block[]} */ ([]) }))
  const edges = [...new Set(sorted.flatMap((block) => [block.start, block.end]))].sort((a, b) => a - b)
  /** @type {{start: number, end: number, block: Block, nth: number, parts: number[], others: Block[]}[]} */
  const pieces = []
  let before = ""
  for (let i = 0; i + 1 < edges.length; i++) {
    const [start, end] = [edges[i], edges[i + 1]]
    const here = sorted.filter((b) => b.start <= start && end <= b.end).sort(byRank)
    const [top] = here
    const last = pieces[pieces.length - 1]
    if (!top) continue
    const beside = String(here.flatMap(({ id, part }) => (part === undefined ? [] : [id])))
    if (last && last.end === start && last.block === top && beside === before) last.end = end
    else {
      const same = here.filter((block) => isAlike(block, top))
      const others = here.filter((block) => !same.includes(block) && partsOf([block]).length)
      pieces.push({ start, end, block: top, nth: pieces.filter((piece) => piece.block === top).length, parts: partsOf(same), others })
    }
    before = beside
  }
  return pieces
}

/** Whether what is said of the one is true of the other. @param {Block} one @param {Block} other */
const isAlike = (one, other) => one.state === other.state && one.mine === other.mine && one.reference === other.reference && one.expires === other.expires

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
