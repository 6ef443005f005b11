// @ts-check
/** @import { Left } from "./nights.js" */
/** How what is left is said, to eyes and to ears; the templates of the server say the same. */

export const FEW = 2 // rooms: from here on they are scarce

/**
 * @typedef {"free" | "few" | "held" | "mine" | "sold"} Mood
 * @typedef {{mood: Mood, text: string, freesAt: number | null}} Said
 */

/** What a night looks like. @param {Left} left @returns {Mood} */
export function moodOf({ free, held, mine }) {
  if (free > FEW) return "free"
  if (free) return "few"
  if (mine) return "mine"
  return held ? "held" : "sold"
}

/**
 * What is said of a stay: how many rooms are left for all of its nights, or when the first might be.
 * @param {Left} left @param {number} nights @returns {Said}
 */
export function said(left, nights) {
  const mood = moodOf(left)
  const text = mood === "mine" ? "On hold for you" : mood === "held" ? "On hold, frees in" : counted(left.free, nights)
  return { mood, text, freesAt: mood === "held" ? left.freesAt : null }
}

/** @param {number} free @param {number} nights */
function counted(free, nights) {
  if (nights === 1) return ["Sold out", "Last room"][free] ?? `${free} rooms left`
  return `${["No room", "Last room"][free] ?? `${free} rooms`} for ${nights === 2 ? "both" : `all ${nights}`} nights`
}

/** What a screen reader hears of a night. @param {Left} left */
export function heard(left) {
  const mood = moodOf(left)
  if (mood === "sold") return "sold out"
  if (mood === "held") return "on hold"
  if (mood === "mine") return "on hold for you"
  return left.free === 1 ? "1 room left" : `${left.free} rooms left`
}

/** "Friday 4 December" @param {string} date */
export const longDate = (date) => LONG.format(Date.parse(`${date}T00:00Z`)).replace(",", "")
const LONG = new Intl.DateTimeFormat("en-GB", { timeZone: "UTC", weekday: "long", day: "numeric", month: "long" })

/**
 * "4 nights, Fri 4 – Tue 8 December", with both months where there are two.
 * @param {string} arrive @param {string} depart
 */
export function stayWords(arrive, depart) {
  const [from, to] = [arrive, depart].map((date) => Date.parse(`${date}T00:00Z`))
  const nights = Math.round((to - from) / 86_400_000)
  const first = (arrive.slice(0, 7) === depart.slice(0, 7) ? SHORT : FULL).format(from).replace(",", "")
  return `${nights} ${nights === 1 ? "night" : "nights"}, ${first} – ${FULL.format(to).replace(",", "")}`
}
const SHORT = new Intl.DateTimeFormat("en-GB", { timeZone: "UTC", weekday: "short", day: "numeric" })
const FULL = new Intl.DateTimeFormat("en-GB", { timeZone: "UTC", weekday: "short", day: "numeric", month: "long" })
