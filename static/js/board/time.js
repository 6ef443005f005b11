// @ts-check
/**
 * Time arithmetic for the board. Everything is epoch milliseconds; wall-clock text appears only at the
 * edges, through Intl and the venue's own zone.
 */

export const MINUTE = 60_000
export const HOUR = 60 * MINUTE
export const DAY = 24 * HOUR

const LOCALE = "en-GB" // The server's sentences say "opens at 07:00"; the board speaks the same way.

/** @param {number} t @param {number} step @param {number} origin */
export const snap = (t, step, origin) => origin + Math.round((t - origin) / step) * step

/** @param {number} t @param {number} step @param {number} origin */
export const snapDown = (t, step, origin) => origin + Math.floor((t - origin) / step) * step

/** @param {number} value @param {number} low @param {number} high */
export const clamp = (value, low, high) => Math.min(Math.max(value, low), high)

/** @param {string} text an ISO instant @returns {number} */
export const instant = (text) => Date.parse(text)

/** @param {number} t @returns {string} */
export const iso = (t) => new Date(t).toISOString()

/**
 * A memoised wall-clock formatter: a board prints the same few hundred times thousands of times over.
 * @param {string} zone @param {Intl.DateTimeFormatOptions} [options]
 * @returns {(t: number) => string}
 */
export function clock(zone, options = { hour: "2-digit", minute: "2-digit" }) {
  const format = new Intl.DateTimeFormat(LOCALE, { timeZone: zone, ...options })
  /** @type {Map<number, string>} */
  const seen = new Map()
  return (t) => {
    let text = seen.get(t)
    if (text === undefined) seen.set(t, (text = format.format(t)))
    return text
  }
}

/**
 * The time so many days on at which the clocks show the same: a day in which they change is longer, or shorter.
 * @param {(t: number) => string} wall "HH:MM" at a time @param {number} t @param {number} days
 */
export function daysOn(wall, t, days) {
  if (!Number.isFinite(t)) return t
  const to = t + days * DAY
  const off = minutesOf(wall(t)) * MINUTE - minutesOf(wall(to)) * MINUTE
  return to + off - Math.round(off / DAY) * DAY
}

/** Minutes of the day. @param {string} wall "HH:MM" */
export function minutesOf(wall) {
  const [hours, minutes] = wall.split(":").map(Number)
  return hours * 60 + minutes
}

/**
 * Say a span in words: "Mon 23 November, 09:00 to 10:30", with both days when it ends on another.
 * @param {string} zone
 * @returns {(start: number, end: number) => string}
 */
export function spanWords(zone) {
  const day = clock(zone, { weekday: "short", day: "numeric", month: "long" })
  const time = clock(zone)
  return (start, end) =>
    day(start) === day(end - 1)
      ? `${day(start)}, ${time(start)} to ${time(end)}`
      : `${day(start)}, ${time(start)} to ${day(end)}, ${time(end)}`
}

/** What is left, the way a kitchen timer shows it: 4:12, 1:02:00. @param {number} ms */
export function countdown(ms) {
  const seconds = Math.max(0, Math.ceil(ms / 1000))
  const two = (/** @type {number} */ n) => String(n).padStart(2, "0")
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60]
  return h ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`
}
