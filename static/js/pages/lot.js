// @ts-check
/** @import { Allocation } from "../live/changes.js" */
import { clock } from "../live/clock.js"
import { connect } from "../live/connect.js"
import { followTerms, REDRAWN } from "../live/terms.js"
import { countFree, takes } from "../live/free.js"
import { draw, rove } from "../lot/lot-map.js"
import { costAt, lengthWords, relabeled, said, shownAs } from "../lot/spots.js"
import { freshPage, pageData } from "../page-data.js"
import { follow, refresher, replace } from "../swap.js"
import { toast } from "../toasts.js"
import { HOUR, instant, iso } from "../board/time.js"

const BREATH = 2_000 // ms in which changes are said in one sentence
const TICK = 1_000 // ms: what begins or ends by the clock shows within this
const AHEAD = 24 * HOUR // that are watched
const KNOWN = 90 * 60_000 // ms of prices the page brought along

const page = pageData()
const feed = connect(page)
const { venue: topic, mine: mineTopic } = page.topics
let watched = page.window
feed.watch(topic, watched, page.snapshot)

followTerms(feed, topic, page.snapshot.terms, async () => {
  const written = await freshPage()
  if (!written) return
  const [chosen, words] = [picked(), document.querySelector("#chosen")?.textContent]
  const spot = /** @type {HTMLElement | null} */ (document.activeElement)?.dataset.spot
  const { scrollLeft = 0, scrollTop = 0 } = document.querySelector(".map-scroll") ?? {}
  replace(written, ["#lot"])
  document.querySelector(".map-scroll")?.scrollTo({ left: scrollLeft, top: scrollTop, behavior: "instant" })
  if (spot) /** @type {SVGAElement | null} */ (document.querySelector(`a[data-spot="${spot}"]`))?.focus()
  toast(REDRAWN)
  if (chosen && picked() !== chosen) lost(chosen, words ?? "")
})

/** Say how a spot is now that was chosen and cannot be had. @param {number} room @param {string} name */
function lost(room, name) {
  const state = feed.state(topic)
  const kind = state?.rooms.has(room) ? shownAs(state, room, clock.now(), own(clock.now())) : ""
  const said = `${name}, which you had chosen, is ${kind && kind !== "free" ? (page.words[kind] ?? kind) : "not let any more"}.`
  toast(said, { kind: "is-bad" })
  const line = document.querySelector("[data-said]")
  if (line) line.textContent = said
}

/** Fetch what stands beside the map again, but never under the hands of somebody who is typing. */
const side = refresher("#side", { isBusy: () => Boolean(document.activeElement?.matches("#side input")) })

/** @type {Allocation[]} */
let mine = page.mine
let loaded = clock.now()
let saying = 0
/** @type {Map<string, {name: string, word: string}>} */
const changes = new Map()

/** @type {ReadonlySet<number>} rooms that the reader may not take, which are shown as closed */
const closed = new Set(page.closed)
const isOpen = (/** @type {import("../live/changes.js").Room} */ room) => !closed.has(room.id)

const own = (/** @type {number} */ now) => new Set(mine.filter((a) => takes(a, now)).map((a) => a.room))

/** Draw everything as it is at this second. @param {boolean} [news] whether what changed is said */
function show(news = true) {
  const state = feed.state(topic)
  if (!state?.heard) return
  const now = clock.now()
  const ours = own(now)
  const kindOf = (/** @type {number} */ room) => {
    const kind = shownAs(state, room, now, ours)
    return kind === "free" && closed.has(room) ? "blocked" : kind
  }
  const changed = draw(kindOf, (node, kind) => relabeled(node.getAttribute("data-label") ?? "", page.words[kind] ?? kind), news)
  if (changed.length) rove()
  text("[data-free]", countFree(state, now, isOpen))
  document.querySelector("[data-free-meter]")?.setAttribute("value", String(countFree(state, now, isOpen)))
  for (const node of document.querySelectorAll("[data-free-on]"))
    count(node, countFree(state, now, (room) => isOpen(room) && room.floor === node.getAttribute("data-free-on")))
  for (const node of document.querySelectorAll("[data-free-with]"))
    count(node, countFree(state, now, (room) => isOpen(room) && (room.amenities?.includes(node.getAttribute("data-free-with") ?? "") ?? false)))
  if (!news) return
  for (const { node, kind } of changed) {
    const name = (node.getAttribute("data-label") ?? "").split(", ")[0]
    changes.set(name, { name, word: page.words[kind] ?? kind })
  }
  if (changes.size) saying ||= window.setTimeout(speak, BREATH)
}

function speak() {
  saying = 0
  const state = feed.state(topic)
  const line = document.querySelector("[data-said]")
  if (state && line) line.textContent = said([...changes.values()], countFree(state, clock.now(), isOpen), state.rooms.size)
  changes.clear()
}

/** @param {string} selector @param {number} number */
function text(selector, number) {
  const node = document.querySelector(selector)
  if (node) count(node, number)
}

/** @param {Element} node @param {number} number */
function count(node, number) {
  if (node.textContent !== String(number)) node.textContent = String(number)
}

/** Let running times and prices run. */
function run() {
  const now = clock.now()
  for (const node of document.querySelectorAll("[data-since]"))
    node.textContent = lengthWords(now - instant(node.getAttribute("data-since") ?? ""))
  for (const node of document.querySelectorAll("[data-cost]")) {
    const ticks = JSON.parse(document.getElementById(node.getAttribute("data-cost") ?? "")?.textContent ?? "[]")
    const cost = costAt(ticks, now, loaded + KNOWN)
    if (cost === null) side()
    else if (node.textContent !== cost) node.textContent = cost
  }
}

feed.addEventListener("topic", (event) => {
  const heard = /** @type {CustomEvent} */ (event).detail
  if (heard.topic === mineTopic) {
    mine = [...heard.state.allocations.values()].flat()
    if (heard.isNews) side()
  }
  show(heard.before.heard)
  if (heard.topic === topic && heard.touched.has(picked())) side()
})

const picked = () => Number(document.querySelector("#side input[name=room]")?.getAttribute("value") ?? 0)

document.addEventListener("click", async (event) => {
  const link = /** @type {Element} */ (event.target).closest("a[data-spot][href]")
  const plain = !(event.button || event.ctrlKey || event.metaKey || event.shiftKey)
  if (!link || !plain) return
  event.preventDefault()
  for (const other of document.querySelectorAll("a[data-spot][aria-current]")) pick(other, false)
  pick(link, true)
  await follow(link.getAttribute("href") ?? "", "#side")
  const heading = /** @type {HTMLElement | null} */ (document.querySelector("#chosen"))
  heading?.focus({ preventScroll: matchMedia("(min-width: 64rem)").matches })
})

/** @param {Element} node @param {boolean} is */
function pick(node, is) {
  node.classList.toggle("is-picked", is)
  is ? node.setAttribute("aria-current", "true") : node.removeAttribute("aria-current")
}

document.addEventListener("placed", () => {
  loaded = clock.now()
  show(false)
  rove()
})
document.addEventListener("swapped", side)
setInterval(() => {
  if (clock.now() > instant(watched.start) + HOUR) {
    const start = Math.floor(clock.now() / HOUR) * HOUR
    watched = { start: iso(start), end: iso(start + AHEAD) }
    feed.watch(topic, watched)
  }
  show()
  run()
}, TICK)
show(false)
rove()
