// @ts-check
/** @import { Allocation, State } from "../live/changes.js" */
/** @import { Stretch } from "../board/scale.js" */
/**
 * What hotels have left by the night, from what a venue's topic adds up to: pure, and the same rule as the server's.
 *
 * A room is free, on hold for somebody, on hold for the reader, or taken. A hold that ran out is nothing, and one's
 * own hold never hides a room.
 */
import { allocationsOf } from "../live/changes.js"
import { instant, MINUTE } from "../board/time.js"

/**
 * @typedef {{free: number, held: number, freesAt: number | null, mine: number}} Left
 * @typedef {{check_in: string, check_out: string, before: number, after: number}} Terms hours as "15:00"; buffers in minutes
 * @typedef {{now: number, own?: ReadonlySet<number>}} Reader the time there, and the allocations the reader holds
 */

const DAY = 24 * 60 * MINUTE
const STANDS = new Set(["held", "pending", "booked", "occupied", "blocked"])

/** @param {string} date "2026-12-04" @param {number} days */
export const addDays = (date, days) => new Date(Date.parse(`${date}T00:00Z`) + days * DAY).toISOString().slice(0, 10)

/** How many nights lie between two dates. @param {string} first @param {string} last */
export const nightsBetween = (first, last) => Math.round((Date.parse(last) - Date.parse(first)) / DAY)

/** The dates of the nights from the first up to the last. @param {string} first @param {string} last */
export const datesBetween = (first, last) => Array.from({ length: Math.max(0, nightsBetween(first, last)) }, (_, n) => addDays(first, n))

/** The date that clocks in the zone show. @param {number} t @param {string} zone */
export const dateIn = (t, zone) => new Intl.DateTimeFormat("en-CA", { timeZone: zone, year: "numeric", month: "2-digit", day: "2-digit" }).format(t)

/** @type {Map<string, Intl.DateTimeFormat>} */
const formats = new Map()

/** How far the zone's clocks are ahead of UTC at an instant. @param {string} zone @param {number} t */
function offset(zone, t) {
  let format = formats.get(zone)
  if (!format) {
    const numbers = /** @type {const} */ ({ year: "numeric", month: "numeric", day: "numeric", hour: "numeric", minute: "numeric", second: "numeric" })
    formats.set(zone, (format = new Intl.DateTimeFormat("en-GB", { timeZone: zone, hourCycle: "h23", ...numbers })))
  }
  const part = Object.fromEntries(format.formatToParts(t).map(({ type, value }) => [type, Number(value)]))
  return Date.UTC(part.year, part.month - 1, part.day, part.hour, part.minute, part.second) - Math.floor(t / 1000) * 1000
}

/**
 * The instant at which the zone's clocks show that date and time: of a time they show twice the first, and a time
 * they skip as much later as they skip.
 * @param {string} date @param {string} time "15:00" @param {string} zone
 */
export function instantOf(date, time, zone) {
  const wall = Date.parse(`${date}T${time}Z`)
  const [before, after] = [offset(zone, wall - DAY), offset(zone, wall + DAY)]
  const [early, late] = [wall - before, wall - after]
  return before === after || offset(zone, early) === before || offset(zone, late) !== after ? early : late
}

/**
 * What a stay keeps from others: from check-in to check-out, with the buffers around it.
 * @param {string} arrive @param {string} depart @param {Terms} terms @param {string} zone @returns {Stretch}
 */
export const stayOf = (arrive, depart, { check_in, check_out, before, after }, zone) => ({
  start: instantOf(arrive, check_in, zone) - before * MINUTE,
  end: instantOf(depart, check_out, zone) + after * MINUTE,
})

/**
 * How many of the rooms are left for the whole stay.
 * @param {State} state @param {readonly number[]} rooms @param {Stretch} stay @param {Reader} reader @returns {Left}
 */
export function leftFor(state, rooms, stay, reader) {
  return counted(rooms.map((room) => allocationsOf(state, room).filter((a) => meets(a, stay))), reader)
}

/**
 * How many of the rooms are left in each of the nights.
 * @param {State} state @param {readonly number[]} rooms @param {readonly Stretch[]} nights @param {Reader} reader @returns {Left[]}
 */
export function leftByNight(state, rooms, nights, reader) {
  const standing = rooms.map((room) => allocationsOf(state, room))
  return nights.map((night) => counted(standing.map((list) => list.filter((a) => meets(a, night))), reader))
}

/** When the next of these holds runs out, so that the page looks again. @param {State} state @param {number} now */
export function nextExpiry(state, now) {
  let next = Infinity
  for (const list of state.allocations.values())
    for (const { state: kind, expires_at } of list)
      if (kind === "held" && expires_at && instant(expires_at) > now) next = Math.min(next, instant(expires_at))
  return next
}

/**
 * The nights of free time that can be had one after the other.
 * @param {readonly Stretch[]} free @param {readonly Stretch[]} nights @returns {{start: number, end: number, first: Stretch}[]}
 */
export function runsOf(free, nights) {
  return free.flatMap((span) => {
    const inside = nights.filter((night) => span.start <= night.start && night.end <= span.end)
    const last = inside.at(-1)
    return last ? [{ start: inside[0].start, end: last.end, first: inside[0] }] : []
  })
}

/** The rooms of each type, by the type's name. @param {State} state */
export function roomsByType(state) {
  /** @type {Map<string, number[]>} */
  const found = new Map()
  for (const { id, type = "", archived } of state.rooms.values()) if (!archived) found.set(type, [...(found.get(type) ?? []), id])
  return found
}

/** @param {readonly (readonly Left[])[]} lists of the same nights @returns {Left[]} */
export const together = (lists) =>
  (lists[0] ?? []).map((_, night) =>
    lists.reduce((sum, list) => added(sum, list[night]), /** @type {Left} */ ({ free: 0, held: 0, freesAt: null, mine: 0 })),
  )

/** @param {Left} a @param {Left} b @returns {Left} */
const added = (a, b) => ({ free: a.free + b.free, held: a.held + b.held, freesAt: earlier(a.freesAt, b.freesAt), mine: a.mine + b.mine })

/** @param {number | null} a @param {number | null} b */
const earlier = (a, b) => (a === null || b === null ? (a ?? b) : Math.min(a, b))

/** @param {Allocation} a @param {Stretch} stay */
const meets = (a, stay) =>
  STANDS.has(a.state) && instant(a.blocks_from ?? a.start) < stay.end && (a.end === null || stay.start < instant(a.blocks_until ?? a.end))

/** @param {readonly (readonly Allocation[])[]} rooms what stands in each @param {Reader} reader @returns {Left} */
function counted(rooms, { now, own = new Set() }) {
  /** @type {Left} */
  const left = { free: 0, held: 0, freesAt: null, mine: 0 }
  for (const room of rooms) {
    const stays = room.filter((a) => !(a.state === "held" && a.expires_at && instant(a.expires_at) <= now))
    const others = stays.filter((a) => a.state === "held" && !own.has(a.id))
    if (!stays.length) left.free++
    else if (stays.some((a) => a.state !== "held")) continue
    else if (!others.length) left.mine++
    else {
      left.held++
      left.freesAt = earlier(left.freesAt, Math.max(...others.map((a) => instant(a.expires_at ?? ""))))
    }
  }
  return left
}
