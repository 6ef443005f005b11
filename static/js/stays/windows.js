// @ts-check
/**
 * Which nights a hotel's page watches: those of its calendar, and those in the rows beside it. A window is 62 days at
 * most; where both do not fit into one, each has a line of its own. Pure.
 */
import { addDays, nightsBetween } from "./nights.js"

const LONGEST = 61 // nights: the time between check-out and check-in, or a buffer, fits into the last day

/** @typedef {{first: string, last: string}} Nights from the first date up to, but not including, the last */

/** Both together. @param {Nights} a @param {Nights} b @returns {Nights} */
export const around = (a, b) => ({ first: a.first < b.first ? a.first : b.first, last: a.last > b.last ? a.last : b.last })

/** @param {Nights} nights */
const fits = ({ first, last }) => nightsBetween(first, last) <= LONGEST

/**
 * The windows to watch: one for all, or the calendar's and that of the rows. A stay too long for any is left to the
 * server's page.
 * @param {Nights} months what the calendar shows @param {Nights} rows what the rows of nights show @param {Nights} stay
 * @returns {Nights[]}
 */
export function windowsFor(months, rows, stay) {
  const wanted = fits(around(rows, stay)) ? around(rows, stay) : rows
  const all = around(months, wanted)
  return fits(all) ? [all] : [fits(months) ? months : { ...months, last: addDays(months.first, LONGEST) }, wanted]
}

/** Tell whether the nights lie in the window. @param {Nights} window @param {Nights} nights */
export const holds = (window, nights) => window.first <= nights.first && nights.last <= window.last
