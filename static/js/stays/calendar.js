// @ts-check
import { addDays } from "./nights.js"
/**
 * How two dates are chosen on a calendar; pure. The first press is the arrival, the second the departure, and one
 * may leave on the morning of a night that is sold out, but not stay through it.
 */

/**
 * @typedef {{arrive: string, depart: string}} Chosen a departure of "" is still to be chosen
 * @typedef {{first: string, last: string, isSold: (date: string) => boolean}} Terms the first and last arrival
 */

/** The weeks of a month, from Monday; days of its neighbors are "". @param {string} month "2026-12" @returns {string[][]} */
export function weeksOf(month) {
  const first = `${month}-01`
  const lead = (new Date(`${first}T00:00Z`).getUTCDay() + 6) % 7
  /** @type {string[][]} */
  const weeks = []
  for (let day = addDays(first, -lead); day.slice(0, 7) <= month; day = addDays(day, 7))
    weeks.push(Array.from({ length: 7 }, (_, n) => addDays(day, n)).map((date) => (date.startsWith(month) ? date : "")))
  return weeks
}

/** @param {string} month @param {number} by */
export function addMonths(month, by) {
  const [year, number] = month.split("-").map(Number)
  return new Date(Date.UTC(year, number - 1 + by, 1)).toISOString().slice(0, 7)
}

/** Tell whether a stay may begin there. @param {string} date @param {Terms} terms */
export const mayArrive = (date, { first, last, isSold }) => first <= date && date <= last && !isSold(date)

/** The last departure for an arrival: the morning of the first night that is sold out. @param {string} arrive @param {Terms} terms */
export function latestDeparture(arrive, { last, isSold }) {
  let date = addDays(arrive, 1)
  while (date <= last && !isSold(date)) date = addDays(date, 1)
  return date
}

/** Tell whether a press on the date would choose it. @param {Chosen} chosen @param {string} date @param {Terms} terms */
export function isOpen(chosen, date, terms) {
  if (chosen.arrive && !chosen.depart && date > chosen.arrive) return date <= latestDeparture(chosen.arrive, terms)
  return mayArrive(date, terms)
}

/** @param {Chosen} chosen @param {string} date @param {Terms} terms @returns {Chosen} */
export function choose(chosen, date, terms) {
  if (!isOpen(chosen, date, terms)) return chosen
  if (chosen.arrive && !chosen.depart && date > chosen.arrive) return { arrive: chosen.arrive, depart: date }
  return { arrive: date, depart: "" }
}

/** Where a key leads from a date; "" for keys that lead nowhere. @param {string} date @param {string} key */
export function walk(date, key) {
  const weekday = (new Date(`${date}T00:00Z`).getUTCDay() + 6) % 7
  /** @type {Record<string, number>} */
  const steps = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -7, ArrowDown: 7, Home: -weekday, End: 6 - weekday }
  if (key in steps) return addDays(date, steps[key])
  if (key !== "PageUp" && key !== "PageDown") return ""
  const month = addMonths(date.slice(0, 7), key === "PageUp" ? -1 : 1)
  const end = addDays(`${addMonths(month, 1)}-01`, -1)
  const same = `${month}-${date.slice(8)}`
  return same < end ? same : end
}
