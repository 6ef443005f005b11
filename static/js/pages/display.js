// @ts-check
/** @import { State } from "../live/changes.js" */
import { clock as wallClock } from "../board/time.js"
import { element, the } from "../element.js"
import { clock } from "../live/clock.js"
import { Feed } from "../live/feed.js"
import { countFree } from "../live/free.js"
import { doorAt, silentSince } from "../lot/sign.js"
import { pageData } from "../page-data.js"

const TICK = 500 // ms: what begins or ends by the clock shows within this
const CHECK = 15_000 // ms between looks at whether the display is still on, and its day still today
const POLL = 1_000 // ms between looks where nothing may be heard live
const MOST_NEXT = 4 // bookings to come that fit on a door

const page = pageData()
const time = wallClock(page.zone)
const day = new Intl.DateTimeFormat("en-CA", { timeZone: page.zone })
const rooms = new Set(page.rooms)
const today = day.format(Date.parse(page.now))
clock.hear(page.now)
/** When the server was heard last, by this machine's steady clock. */
let heard = performance.now()
let over = false
let stamp = ""

const feed = page.topic ? new Feed(page.socket) : null
feed?.watch(page.topic, page.window, page.snapshot)
feed?.addEventListener("live", () => (heard = performance.now()))
feed?.addEventListener("topic", show)

function show() {
  const state = feed?.state(page.topic)
  const now = clock.now()
  the("[data-clock]").textContent = time(now)
  if (state?.heard) page.kind === "door" ? door(state, now) : sign(state, now)
  silence()
}

/** @param {State} state @param {number} now */
function sign(state, now) {
  number(countFree(state, now, (room) => rooms.has(room.id)))
  for (const node of document.querySelectorAll("[data-free-on]"))
    put(node, String(countFree(state, now, (room) => rooms.has(room.id) && room.floor === node.getAttribute("data-free-on"))))
}

/** @param {number} free */
function number(free) {
  const node = the("[data-free]")
  put(node, String(free))
  node.classList.toggle("is-full", free === 0)
  const word = the("[data-word]")
  put(word, (word.textContent ?? "").replace(/^(free|full)/, free ? "free" : "full"))
}

/** @param {State} state @param {number} now */
function door(state, now) {
  const { taken, until, next } = doorAt(state, page.rooms[0], now)
  the("[data-door]").classList.toggle("is-taken", taken)
  put(the("[data-state]"), taken ? "Taken" : "Free")
  put(the("[data-until]"), until === null ? "" : `until ${time(until)}`)
  const told = next.slice(0, MOST_NEXT).map(({ start, end }) => (end === null ? `from ${time(start)}` : `${time(start)} to ${time(end)}`))
  const list = the("[data-next]")
  if (list.dataset.told !== String(told)) {
    list.dataset.told = String(told)
    list.replaceChildren(...told.map((text) => element("li", "", {}, text)))
  }
}

/** @param {Element} node @param {string} text */
function put(node, text) {
  if (node.textContent !== text) node.textContent = text
}

/** Say so where what is shown may no longer be true: an old number is worse than none. */
function silence() {
  const since = silentSince(heard, performance.now())
  const bar = the("[data-stale]")
  bar.hidden = since === null && !over
  the("[data-sign]").toggleAttribute("data-stale-now", !bar.hidden)
  if (over) put(bar, "This display was switched off.")
  else if (since !== null) put(bar, `Not live since ${time(clock.now() - (performance.now() - since))}. Reconnecting…`)
}

/** Ask whether this display is still on, and whether its day or its rooms are others by now. */
async function check() {
  try {
    const response = await fetch(`${location.pathname}now/`, { headers: { Accept: "application/json" } })
    over = response.status === 404
    if (!response.ok) return
    const told = await response.json()
    clock.hear(told.now)
    if (told.today !== today || (stamp && told.stamp !== stamp)) return location.reload()
    stamp = told.stamp
    if (!feed) polled(told)
  } catch {
    // The line is down; the sign says so by itself.
  }
}

/** @param {{free: number, levels: [string, number][]}} told */
function polled({ free, levels }) {
  heard = performance.now()
  if (page.kind === "door") return put(the("[data-state]"), free ? "Free" : "Taken")
  number(free)
  const counts = new Map(levels)
  for (const node of document.querySelectorAll("[data-free-on]"))
    put(node, String(counts.get(node.getAttribute("data-free-on") ?? "") ?? 0))
}

setInterval(show, TICK)
setInterval(check, feed ? CHECK : POLL)
check()
show()
