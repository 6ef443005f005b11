// @ts-check
/** @import { State } from "../live/changes.js" */
import { clock as wallClock } from "../board/time.js"
import { element, the } from "../element.js"
import { clock } from "../live/clock.js"
import { Feed } from "../live/feed.js"
import { followTerms } from "../live/terms.js"
import { atWords, doorAt, freeAt, hoursOf, silentSince, wordAt } from "../lot/sign.js"
import { lengthWords } from "../lot/spots.js"
import { freshPage, pageData } from "../page-data.js"
import { refresher } from "../swap.js"

const TICK = 500 // ms: what begins or ends by the clock shows within this
const SPREAD = 1_000 // ms over which the displays of a house ask for their new day
const SOON = 100 // ms in which what happens together is asked about once
const MOST_NEXT = 4 // bookings to come that fit on a door
const WORDS = { free: "Free", taken: "Taken", blocked: "Out of use", closed: "Closed" }

const page = pageData()
const time = wallClock(page.zone)
const at = atWords(page.zone)
const hours = hoursOf(page.hours)
const dayEnds = Date.parse(page.window.end)
clock.hear(page.now)
/** When the server was heard last, by this machine's steady clock. */
let heard = performance.now()
let isRenewing = false
/** What can be pressed is the server's to say: asked when something happened, or the step that runs is over. */
const offer = refresher("#acts", { isWanted: () => document.getElementById("acts") !== null, wait: SOON })
let isPressed = false
let offeredUntil = Infinity

const feed = new Feed(page.socket)
feed.watch(page.topic, {}, page.snapshot)
feed.addEventListener("live", () => (heard = performance.now()))
feed.addEventListener("topic", (event) => {
  show()
  if (/** @type {CustomEvent} */ (event).detail.isNews) offer()
})
document.addEventListener("submit", () => (isPressed = true))
document.addEventListener("placed", () => {
  readOffer()
  // Who pressed by keyboard goes on from what can be pressed now: their button may be gone.
  if (isPressed && document.activeElement === document.body) /** @type {HTMLElement | null} */ (document.querySelector("#acts :is(button, summary)"))?.focus()
  isPressed = false
})
feed.addEventListener("refused", (event) => /** @type {CustomEvent} */ (event).detail.code === "not_found" && blank())
followTerms(feed, page.topic, page.snapshot.terms, renew)

function show() {
  const state = feed.state(page.topic)
  const now = clock.now()
  put(the("[data-clock]"), time(now))
  if (state?.heard) page.kind === "door" ? door(state, now) : sign(state, now)
  for (const node of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-ends]")))
    put(node, lengthWords(Date.parse(node.dataset.ends ?? "") - Math.max(now, Date.parse(node.dataset.begins ?? ""))))
  silence()
  if (now >= offeredUntil) {
    offeredUntil = Infinity // until the answer says until when it holds
    offer()
  }
  if (now >= dayEnds && !isRenewing) {
    isRenewing = true
    setTimeout(renew, Math.random() * SPREAD)
  }
}

/** @param {State} state @param {number} now */
function sign(state, now) {
  const free = freeAt(state, hours, now)
  const node = the("[data-free]")
  put(node, String(free))
  node.classList.toggle("is-full", free === 0)
  const word = the("[data-word]")
  put(word, (word.textContent ?? "").replace(/^(free|full|closed)/, wordAt(state, hours, now, free)))
  for (const level of document.querySelectorAll("[data-free-on]"))
    put(level, String(freeAt(state, hours, now, (room) => room.floor === level.getAttribute("data-free-on"))))
}

/** @param {State} state @param {number} now */
function door(state, now) {
  const { kind, until, next } = doorAt(state, hours, Number(the("[data-door]").dataset.door), now)
  the("[data-door]").dataset.kind = kind
  put(the("[data-state]"), WORDS[kind])
  put(the("[data-until]"), until === null ? "" : `${kind === "closed" ? "opens" : "until"} ${at(until, now)}`)
  const told = next.slice(0, MOST_NEXT).map(({ start, end }) => (end === null ? `from ${time(start)}` : `${time(start)} to ${time(end)}`))
  const list = the("[data-next]")
  const shown = [...list.children].map((line) => line.textContent)
  if (String(shown) !== String(told)) list.replaceChildren(...told.map((text) => element("li", "", {}, text)))
}

/** Read until when what can be pressed holds. */
function readOffer() {
  offeredUntil = Date.parse(document.getElementById("acts")?.dataset.changesAt ?? "") || Infinity
}

/** @param {Element} node @param {string} text */
function put(node, text) {
  if (node.textContent !== text) node.textContent = text
}

/** Say so where what is shown may no longer be true: an old number is worse than none. */
function silence() {
  const since = silentSince(heard, performance.now())
  const bar = the("[data-stale]")
  bar.hidden = since === null
  the("[data-sign]").toggleAttribute("data-stale-now", since !== null)
  if (since !== null) put(bar, `Not live since ${time(clock.now() - (performance.now() - since))}. Reconnecting…`)
}

/** Show the page as the server writes it now; it is asked first, for a browser that finds nobody shows nothing ever after. */
async function renew() {
  isRenewing = true
  if (await freshPage()) location.reload()
  else blank()
}

/** Show nothing any more, and ask for nothing: the display was switched off. */
function blank() {
  clearInterval(ticking)
  feed.end()
  const bar = the("[data-stale]")
  bar.hidden = false
  put(bar, "This display was switched off.")
  the("[data-sign]").replaceChildren(bar)
}

readOffer()
const ticking = setInterval(show, TICK)
show()
