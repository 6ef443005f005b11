// @ts-check
/** @import { State } from "../live/changes.js" */
/** What a sign and a door panel say; pure. As reservations/doors.py has it, for the time between two frames. */
import { instant } from "../board/time.js"
import { allocationsOf } from "../live/changes.js"
import { countFree, takes } from "../live/free.js"

export const SILENT = 20_000 // ms without a word from the server after which a sign no longer claims to be true

/** @typedef {{start: number, end: number | null}} Span an end of null lies further ahead than anybody asks */
/** @typedef {Map<number, Span[]>} Hours when rooms are open, today and next; a room that never closes is not there */

/**
 * Read when which rooms are open from what the server wrote.
 * @param {{rooms: number[], open: [string, string | null][]}[]} told @returns {Hours}
 */
export function hoursOf(told) {
  return new Map(
    told.flatMap(({ rooms, open }) => {
      const spans = open.map(([start, end]) => ({ start: instant(start), end: end === null ? null : instant(end) }))
      return rooms.map((room) => /** @type {[number, Span[]]} */ ([room, spans]))
    }),
  )
}

/** @param {Span} span @param {number} now */
const covers = ({ start, end }, now) => start <= now && (end === null || now < end)

/** @param {Hours} hours @param {number} room @param {number} now */
export const isOpen = (hours, room, now) => hours.get(room)?.some((span) => covers(span, now)) ?? true

/**
 * How many rooms can be had at that instant, and whether any is open at all.
 * @param {State} state @param {Hours} hours @param {number} now @param {(room: import("../live/changes.js").Room) => boolean} [counts]
 */
export const freeAt = (state, hours, now, counts = () => true) => countFree(state, now, (room) => counts(room) && isOpen(hours, room.id, now))

/** The word under a sign's number. @param {State} state @param {Hours} hours @param {number} now @param {number} free */
export function wordAt(state, hours, now, free) {
  if (free) return "free"
  return [...state.rooms.keys()].some((room) => isOpen(hours, room, now)) ? "full" : "closed"
}

/**
 * How a room is at that instant, until when (of a closed one: when it opens), and what follows.
 * @param {State} state @param {Hours} hours @param {number} room @param {number} now
 * @returns {{kind: "free" | "taken" | "blocked" | "closed", until: number | null, next: Span[]}}
 */
export function doorAt(state, hours, room, now) {
  if (!state.rooms.has(room)) return { kind: "closed", until: null, next: [] } // let no more
  const rows = allocationsOf(state, room).filter((a) => a.state !== "released" && !(a.expires_at && instant(a.expires_at) <= now))
  const next = rows
    .map((a) => ({ start: instant(a.start), end: a.end === null ? null : instant(a.end) }))
    .filter(({ start }) => start > now)
    .sort((one, other) => one.start - other.start)
  const here = rows.find((a) => takes(a, now))
  const spans = hours.get(room)
  const opened = spans ? spans.find((span) => covers(span, now)) : { start: now, end: null }
  // After hours a buffer is nobody's: who reads the door then is told when it opens.
  if (here && (opened || here.end === null || now < instant(here.end)))
    return { kind: here.state === "blocked" ? "blocked" : "taken", until: here.end === null ? null : instant(here.blocks_until ?? here.end), next }
  if (!opened) return { kind: "closed", until: spans?.find(({ start }) => start > now)?.start ?? null, next }
  const ends = rows.map((a) => instant(a.blocks_from ?? a.start)).filter((start) => start > now)
  const until = Math.min(...ends, opened.end ?? Infinity)
  return { kind: "free", until: Number.isFinite(until) ? until : null, next }
}

/**
 * What says a time on a screen: of another day than today's with the day, and from a week's distance with its date.
 * @param {string} zone @returns {(t: number, now: number) => string}
 */
export function atWords(zone) {
  /** @param {Intl.DateTimeFormatOptions} options */
  const format = (options) => new Intl.DateTimeFormat("en-GB", { timeZone: zone, ...options })
  const [time, weekday, month, year, number] = [
    format({ hour: "2-digit", minute: "2-digit" }), format({ weekday: "long" }), format({ month: "long" }), format({ year: "numeric" }), format({ day: "numeric" }),
  ]
  const day = new Intl.DateTimeFormat("en-CA", { timeZone: zone })
  return (t, now) => {
    const away = Math.round((Date.parse(day.format(t)) - Date.parse(day.format(now))) / 86_400_000)
    if (away === 0) return time.format(t)
    const date = Math.abs(away) < 7 ? "" : ` ${number.format(t)} ${month.format(t)} ${year.format(t)}`
    return `${time.format(t)} on ${weekday.format(t)}${date}`
  }
}

/**
 * Since when a sign is not live, once that has lasted; null while it is, or may be in a moment.
 * @param {number} heard when the server was heard last @param {number} now
 */
export const silentSince = (heard, now) => (now - heard >= SILENT ? heard : null)
