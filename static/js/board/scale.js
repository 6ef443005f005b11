// @ts-check
import { clamp } from "./time.js"

/** @typedef {{start: number, end: number}} Stretch */

/**
 * The board's axis: one or more stretches of time laid end to end, so that a week shows seven opening days
 * and no nights. Positions run from 0 to 1 across all of them.
 */
export class Scale {
  /** @param {Stretch[]} days in order, not overlapping */
  constructor(days) {
    this.days = days
    this.from = days[0]?.start ?? 0
    this.to = days[days.length - 1]?.end ?? 1
    this.length = days.reduce((sum, day) => sum + day.end - day.start, 0) || 1
    /** Days that touch are cut as one, so that a stay of three nights is one block. */
    this.stretches = joined(days)
  }

  /** Where t lies, 0..1; a time between two days lies on the line that parts them. @param {number} t */
  at(t) {
    let before = 0
    for (const { start, end } of this.days) {
      if (t < end) return (before + Math.max(0, t - start)) / this.length
      before += end - start
    }
    return 1
  }

  /** The time at a position. @param {number} fraction */
  when(fraction) {
    let left = clamp(fraction, 0, 1) * this.length
    for (const { start, end } of this.days) {
      if (left < end - start) return start + left
      left -= end - start
    }
    return this.to
  }

  /** The stretch that holds t. @param {number} t */
  stretch(t) {
    return this.stretches.find(({ start, end }) => start <= t && t < end)
  }

  /** Tell whether t can be seen. @param {number} t */
  shows(t) {
    return this.stretch(t) !== undefined
  }
}

/** @param {Stretch[]} days @returns {Stretch[]} */
function joined(days) {
  /** @type {Stretch[]} */
  const out = []
  for (const day of days) {
    const last = out[out.length - 1]
    if (last && last.end === day.start) last.end = day.end
    else out.push({ ...day })
  }
  return out
}
