// @ts-check
/** @import { State } from "../live/changes.js" */
/** @import { StayPicker } from "../stays/stay-picker.js" */
/** @import { Left } from "../stays/nights.js" */
import { the } from "../element.js"
import { clock } from "../live/clock.js"
import { connect } from "../live/connect.js"
import { Feed } from "../live/feed.js"
import { followTerms } from "../live/terms.js"
import { pageData } from "../page-data.js"
import { iso } from "../board/time.js"
import { countsIn, pressed, summary } from "../stays/counter.js"
import { addDays, datesBetween, leftByNight, leftFor, nextExpiry, nightsBetween, roomsByType, stayOf, together } from "../stays/nights.js"
import { showLeft, showNights } from "../stays/show.js"
import { holds, windowsFor } from "../stays/windows.js"
import { stayWords } from "../stays/words.js"
import { refresh } from "../swap.js"
import "../stays/stay-picker.js"

const LATE = 40 // ms after a hold has run out: its last second is over for every clock
const SETTLE = 400 // ms: one act changes several rooms; the page is fetched once for all of them
const LONGEST = 2 ** 31 - 1 // ms a timer can wait

let page = pageData()
const feed = connect(page)
const picker = /** @type {StayPicker} */ (the("stay-picker"))
const form = /** @type {HTMLFormElement} */ (the("form[data-stay-form]"))
const { timezone: zone, currency } = page.venue
let [frame, timer, settling] = [0, 0, 0]
let months = { first: "", last: "" }
/** @type {{first: string, last: string, feed: Feed}[]} */ let watched = []
/** @type {Feed | null} */ let beside = null

/** @param {string} name @returns {HTMLInputElement} */
const field = (name) => the(`[name=${name}]`, form)

/** Watch the nights that are shown: in the calendar, and in the rows of the chosen stay. */
function watch() {
  if (!page.types.length) return
  const { arrive, depart } = page.stay
  watched = windowsFor(months, rowsShown(), { first: arrive, last: depart }).map(({ first, last }, n) => {
    const line = n ? (beside ??= aside()) : feed
    const before = watched[n]
    if (before?.first !== first || before.last !== last) line.watch(page.topics.venue, windowOf(first, last))
    return { first, last, feed: line }
  })
}

/** A second line, for nights that the calendar's window has no room for; it stays, for the next time. */
function aside() {
  const made = new Feed(page.socket)
  made.addEventListener("topic", drawSoon)
  return made
}

/** @param {string} first @param {string} last */
function windowOf(first, last) {
  const spans = page.types.map((/** @type {any} */ type) => stayOf(first, last, type.terms, zone))
  return { start: iso(Math.min(...spans.map((/** @type {any} */ s) => s.start))), end: iso(Math.max(...spans.map((/** @type {any} */ s) => s.end))) }
}

/** The nights that the rows show: each has the same. */
function rowsShown() {
  const dates = [...document.querySelectorAll("[data-type-row]:first-child [data-night]")].map((node) => /** @type {HTMLElement} */ (node).dataset.night ?? "")
  const { arrive, depart } = page.stay
  return dates.length ? { first: dates[0], last: addDays(/** @type {string} */ (dates.at(-1)), 1) } : { first: arrive, last: depart }
}

/** The allocations that the reader holds: their own holds hide nothing from them. @returns {Set<number>} */
function own() {
  const state = page.topics.mine && feed.state(page.topics.mine)
  const held = state ? [...state.allocations.values()].flat().filter((a) => a.mine && a.state === "held") : []
  return new Set(held.map(({ id }) => id))
}

/** Draw again what is left, of every type and in every night. */
function draw() {
  frame = 0
  clearTimeout(timer)
  const reader = { now: clock.now(), own: own() }
  const next = Math.min(...watched.map((window, n) => drawWindow(window, reader, n === 0, n === watched.length - 1)))
  if (next - reader.now + LATE < LONGEST) timer = setTimeout(draw, next - reader.now + LATE)
}

/**
 * @param {{first: string, last: string, feed: Feed}} window @param {{now: number, own: ReadonlySet<number>}} reader
 * @param {boolean} months whether the calendar's nights are in it @param {boolean} rows whether those of the rows are
 * @returns {number} when to look again
 */
function drawWindow(window, reader, months, rows) {
  const state = window.feed.state(page.topics.venue)
  if (!state?.heard) return Infinity
  const byType = roomsByType(state)
  const dates = datesBetween(window.first, window.last)
  const lists = page.types.map((/** @type {any} */ type) => {
    const own = byType.get(type.name) ?? []
    const lefts = leftByNight(state, own, dates.map((date) => stayOf(date, addDays(date, 1), type.terms, zone)), reader)
    if (rows) drawType(type, own, state, window, new Map(dates.map((date, n) => [date, lefts[n]])), reader)
    return lefts
  })
  const all = together(lists)
  if (months) picker.show(new Map(dates.map((date, n) => [date, all[n]])))
  return nextExpiry(state, reader.now)
}

/**
 * @param {{id: number, name: string, terms: any}} type @param {number[]} rooms @param {State} state
 * @param {{first: string, last: string}} window
 * @param {ReadonlyMap<string, Left>} lefts @param {{now: number, own: ReadonlySet<number>}} reader
 */
function drawType(type, rooms, state, window, lefts, reader) {
  const node = document.querySelector(`[data-type-row="${type.id}"]`)
  if (!node) return
  showNights(node, lefts)
  const { arrive, depart } = page.stay
  if (!holds(window, { first: arrive, last: depart })) return // longer than any window: what the page came with stays
  const left = leftFor(state, rooms, stayOf(arrive, depart, type.terms, zone), reader)
  showLeft(the("[data-left]", node), left, nightsBetween(arrive, depart))
  const input = /** @type {HTMLInputElement | null} */ (node.querySelector("input[data-type]"))
  if (!input) return
  input.max = String(left.free)
  const more = node.querySelector("[data-more]")
  more?.toggleAttribute("disabled", Number(input.value) >= left.free)
  input.toggleAttribute("aria-invalid", Number(input.value) > left.free)
}

const drawSoon = () => void (frame ||= requestAnimationFrame(draw))

/** Show what is chosen, and keep it in the address: logging in, or going back, comes back to it. */
function choose() {
  const counts = countsIn(document)
  const { text, price, rooms } = summary(counts, page.types, nightsBetween(page.stay.arrive, page.stay.depart), currency)
  const [chosen, total] = [document.querySelector("[data-chosen]"), document.querySelector("[data-total]")]
  if (chosen) chosen.textContent = text
  if (total) total.textContent = rooms ? price : ""
  const address = new URL(location.href)
  for (const name of [...address.searchParams.keys()]) if (name.startsWith("type_")) address.searchParams.delete(name)
  for (const [id, count] of counts) address.searchParams.set(`type_${id}`, String(count))
  for (const name of ["arrive", "depart", "guests"]) address.searchParams.set(name, field(name).value)
  if (!address.pathname.endsWith("/stays/")) history.replaceState(null, "", address)
  const kept = the("[data-kept]", form)
  kept.replaceChildren(...[...counts].map(([id, count]) => Object.assign(document.createElement("input"), { type: "hidden", name: `type_${id}`, value: String(count) })))
}

/** The part with the types was fetched anew: go on from what it says. */
function again() {
  page = { ...page, ...pageData() }
  const { arrive, depart } = page.stay
  picker.begin({ arrive, depart })
  watch()
  the("[data-stay-words]", form).textContent = stayWords(arrive, depart)
  choose()
  drawSoon()
}

/** Fetch the part with the types, as the address has it. */
function fetchSoon() {
  clearTimeout(settling)
  settling = setTimeout(async () => {
    await refresh("#stay")
    again()
  }, SETTLE)
}

picker.first = page.first
picker.last = page.last
picker.addEventListener("stay-months", (event) => {
  const { first, last } = /** @type {CustomEvent} */ (event).detail
  months = { first: first < page.first ? page.first : first, last }
  watch()
})
picker.addEventListener("stay-chosen", (event) => {
  const { arrive, depart } = /** @type {CustomEvent} */ (event).detail
  ;[field("arrive").value, field("depart").value] = [arrive, depart]
  form.requestSubmit()
})
// A later arrival takes the departure with it, before the form is sent.
form.addEventListener("change", () => {
  const { arrive, depart } = page.stay
  const [from, to] = [field("arrive").value, field("depart").value]
  if (from && to && to <= from) field("depart").value = addDays(from, nightsBetween(arrive, depart))
})
document.addEventListener("click", (event) => {
  if (pressed(event)) [choose(), draw()]
})
document.addEventListener("input", (event) => {
  if (/** @type {HTMLElement} */ (event.target).matches("input[data-type]")) [choose(), draw()]
})
document.addEventListener("swapped", again)
document.addEventListener("hold-expired", drawSoon)
feed.addEventListener("topic", (event) => {
  const { topic, isNews } = /** @type {CustomEvent} */ (event).detail
  if (topic === page.topics.mine && isNews) fetchSoon()
  drawSoon()
})
followTerms(feed, page.topics.venue, undefined, fetchSoon)
picker.begin(page.stay)
choose()
