// @ts-check
/** @import { Room, State } from "./changes.js" */
import { toast } from "../toasts.js"
import { Feed } from "./feed.js"

const TOPIC = "watching"
const KEPT = "watching" // in this tab's own storage: where the page before had got to
const STALE = 60_000 // ms: a tab that was elsewhere for longer begins anew
const MOST = 3 // toasts at once; more are counted
const GATHER = 3_000 // ms: what comes so soon after is told together

/** @type {Record<string, string>} as reservations/watching.py says them */
const WORDS = {
  booked: "booked", requested: "asked for", cancelled: "cancelled", freed: "free again", moved: "moved to",
  moved_here: "moved here", moved_away: "moved to another room", closed: "out of use", reopened: "in use again",
}

/** @typedef {{revision: number, what: string, start: string, end: string | null, dates?: number, title?: string, guest?: string, booking?: string}} Happened */

/** The page's own line, or one for this alone. @type {Feed | null} */
let line = null
let isFollowing = false

/** What happened while the last was being told. @type {{room: Room, happened: Happened}[]} */
const waiting = []
let pause = 0 // the timer after which that is told

/** Toasts of what is watched that are on the page, and the one among them that counts more. @type {HTMLElement[]} */
let shown = []
/** @type {HTMLElement | null} */
let counting = null
let counted = 0

/** Tell on this line what is watched, if anything is. @param {Feed} feed */
export function followOn(feed) {
  line = feed
  if (document.body.dataset.watching !== undefined) follow()
}

/** Tell of it, unless this page does already. */
export const followOnce = () => void (isFollowing || follow())

/** Tell on this page what happens in the rooms that its reader watches; once more, to hear of other rooms at once. */
export function follow() {
  line ??= new Feed("/ws/live/")
  line.watch(TOPIC, {}, kept())
  if (isFollowing) return
  isFollowing = true
  line.addEventListener("topic", (event) => {
    const { topic, state, before } = /** @type {CustomEvent} */ (event).detail
    if (topic !== TOPIC) return
    if (before.heard) waiting.push(...fresh(before, state))
    if (!pause) tell()
  })
  addEventListener("pagehide", keep)
}

/**
 * What happened since the state before, the earliest first, each with its room; pure.
 * @param {State} before @param {State} state @returns {{room: Room, happened: Happened}[]}
 */
export function fresh(before, state) {
  const found = []
  for (const [id, room] of state.rooms) {
    const held = before.rooms.get(id)
    const news = /** @type {{news?: Happened[]}} */ (room).news ?? []
    if (held) for (const happened of news) if (happened.revision > held.revision) found.push({ room, happened })
  }
  return found
}

/**
 * "Aurora: booked, Tue 2 Dec, 10:00–11:00"; pure. @param {Room} room @param {Happened} happened
 */
export function sentence({ name = "", noun = "", timezone }, { what, start, end, dates = 1, title, guest }) {
  const format = (/** @type {Intl.DateTimeFormatOptions} */ parts) => new Intl.DateTimeFormat("en-GB", { timeZone: timezone, ...parts })
  const day = (/** @type {string} */ moment) => format({ weekday: "short", day: "numeric", month: "short" }).format(new Date(moment)).replace(",", "")
  const time = (/** @type {string} */ moment) => format({ hour: "2-digit", minute: "2-digit" }).format(new Date(moment))
  const until = !end ? `from ${time(start)}` : day(start) === day(end) ? `${time(start)}–${time(end)}` : `${time(start)} to ${day(end)}, ${time(end)}`
  const called = /^\d/.test(name) ? `${noun} ${name}`.trim() : name
  const whose = [title && `“${title}”`, guest].filter(Boolean).join(", ")
  return `${called}: ${WORDS[what] ?? "changed"} ${day(start)}, ${until}${dates > 1 ? ` and ${dates - 1} more dates` : ""}${whose ? ` (${whose})` : ""}`
}

/** Tell at once what waits, and what comes in the next moments together after them. */
function tell() {
  pause = 0
  keep()
  if (!waiting.length) return
  say(waiting.splice(0))
  keep()
  pause = window.setTimeout(tell, GATHER)
}

/**
 * How many of so many are told one by one beside the toasts that are there; the others are counted in one; pure.
 * @param {number} number @param {number} there
 */
export const singly = (number, there) => (there + number <= MOST ? number : Math.max(MOST - 1 - there, 0))

/** @param {{room: Room, happened: Happened}[]} found */
function say(found) {
  shown = shown.filter((note) => note.isConnected)
  const before = counting?.isConnected ? counted : 0
  const one = singly(found.length + (before ? 1 : 0), shown.length)
  const alone = before ? Math.min(one, found.length) : one
  for (const { room, happened } of found.slice(0, alone)) shown.push(toast(sentence(room, happened), { href: href(room), link: "Show" }))
  if (alone === found.length) return
  counting?.remove()
  counted = before + found.length - alone
  counting = toast(`${counted} more ${counted === 1 ? "change" : "changes"} in rooms you watch.`, { href: "/watching/", link: "Watching" })
}

/** @param {Room} room */
const href = (room) => `/venues/${encodeURIComponent(/** @type {{venue?: string}} */ (room).venue ?? "")}/`

/** Remember for the next page of this tab how far this one has told: what waits is told there. */
function keep() {
  const state = line?.state(TOPIC)
  if (!state?.heard || waiting.length) return
  const rooms = [...state.rooms.values()].map(({ id, revision, name, noun, timezone, ...room }) => ({ id, revision, name, noun, timezone, venue: /** @type {{venue?: string}} */ (room).venue }))
  try {
    sessionStorage.setItem(KEPT, JSON.stringify({ at: Date.now(), terms: state.terms, window: state.window, rooms }))
  } catch {
    // a browser that keeps nothing tells from page to page only what happens while a page is open
  }
}

/**
 * Where the page before had got to, as a snapshot, if that was a moment ago. Whoever has logged in meanwhile is told of
 * rooms that they watch themselves, and of no others.
 */
function kept() {
  try {
    const { at, terms, window, rooms } = JSON.parse(sessionStorage.getItem(KEPT) ?? "null") ?? {}
    if (!(Date.now() - at < STALE)) return null
    return { type: "snapshot", topic: TOPIC, terms, window, rooms, allocations: [] }
  } catch {
    return null
  }
}
