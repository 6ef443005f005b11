// @ts-check
/** @import { State } from "../live/changes.js" */
/** What a sign and a door panel say; pure. */
import { instant } from "../board/time.js"
import { allocationsOf } from "../live/changes.js"
import { takes } from "../live/free.js"

export const SILENT = 20_000 // ms without a word from the server after which a sign no longer claims to be true

/**
 * How a room is at that instant, until when, and what follows.
 * @param {State} state @param {number} room @param {number} now
 * @returns {{taken: boolean, until: number | null, next: {start: number, end: number | null}[]}}
 */
export function doorAt(state, room, now) {
  const rows = allocationsOf(state, room).filter((a) => a.state !== "released" && !(a.expires_at && instant(a.expires_at) <= now))
  const here = rows.find((a) => takes(a, now))
  const next = rows
    .map((a) => ({ start: instant(a.start), end: a.end === null ? null : instant(a.end) }))
    .filter(({ start }) => start > now)
    .sort((one, other) => one.start - other.start)
  const until = here ? (here.end === null ? null : instant(here.blocks_until ?? here.end)) : (next[0]?.start ?? null)
  return { taken: Boolean(here), until, next }
}

/**
 * Since when a sign is not live, once that has lasted; null while it is, or may be in a moment.
 * @param {number} heard when the server was heard last @param {number} now
 */
export const silentSince = (heard, now) => (now - heard >= SILENT ? heard : null)
