// @ts-check
/** @import { Filters } from "../board/filters.js" */
import { followFilters } from "../board/filter-form.js"
import { isFreeNow, passes } from "../board/filters.js"
import { picked } from "../board/proposal.js"
import { freeSpans } from "../board/segments.js"
import { Store } from "../board/store.js"
import { clock as wallClock, instant, iso, MINUTE } from "../board/time.js"
import { followToday } from "../board/today.js"
import { element, the } from "../element.js"
import { clock } from "../live/clock.js"
import { connect } from "../live/connect.js"
import { followTerms } from "../live/terms.js"
import { freshPage, pageData } from "../page-data.js"
import { dateIn, runsOf } from "../stays/nights.js"
import { stayWords } from "../stays/words.js"
import { place } from "../swap.js"

const page = pageData()
const zone = page.venue.timezone
const time = wallClock(zone)
/** @type {{start: number, end: number}[] | null} */
const nights = page.slots?.map((/** @type {[string, string]} */ [start, end]) => ({ start: instant(start), end: instant(end) })) ?? null
const feed = connect(page)
const store = new Store(page)
store.now = () => clock.now()
const first = feed.watch(page.topics.venue, page.window, page.snapshot)
store.update(first, first.rooms.keys())

/** @type {Filters | null} */
let filters = null
let frame = 0

/** Draw every room's free times again; a list is short, and a frame holds any number of changes. */
function draw() {
  frame = 0
  const now = store.now()
  store.expired()
  let shown = 0
  for (const item of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-list-room]"))) {
    const id = Number(item.dataset.listRoom)
    const room = store.state.rooms.get(id)
    if (!room) continue
    const free = isFreeNow(store.run(id), now)
    item.hidden = Boolean(room.archived) || (filters !== null && !passes(room, filters, free))
    shown += Number(!item.hidden)
    the(".board-dot", item).classList.toggle("is-unknown", !store.knowsNow)
    the(".board-dot", item).classList.toggle("is-busy", store.knowsNow && !free)
    times(the("[data-times]", item), id)
  }
  the("[data-list-empty]").hidden = shown > 0
}

/** Where time is sold by the night, runs of nights; else spans of the day. @param {number} room */
function freeOf(room) {
  const free = freeSpans(store.run(room), store.least)
  if (!nights)
    return free
      .map((gap) => ({ gap, from: store.stepUp(room, gap.start), to: store.stepDown(room, gap.end) }))
      .filter(({ from, to }) => to - from >= store.leastOf(room))
      .map(({ gap, from, to }) => ({ ...picked(store, room, gap, from), text: `${time(from)}–${time(to)}` }))
  return runsOf(free, nights).map(({ start, end, first }) => ({ ...first, text: stayWords(dateIn(start, zone), dateIn(end, zone)) }))
}

/** @param {HTMLElement} list @param {number} room */
function times(list, room) {
  const spans = freeOf(room)
  const mark = spans.map(({ start, text }) => `${start}${text}`).join()
  if (list.dataset.mark === mark) return
  list.dataset.mark = mark
  list.replaceChildren(...spans.map(({ start, end, text }) => {
    const query = new URLSearchParams({ room: String(room), start: iso(start), end: iso(end) })
    const item = element("li", "")
    item.append(element("a", "chip chip-free", { href: `${page.urls.book}?${query}`, "data-dialog": "" }, text))
    return item
  }))
  if (!spans.length) list.append(element("li", "soft", {}, nights ? "No night in these two weeks" : "Nothing free any more"))
}

feed.addEventListener("topic", (event) => {
  const { topic, state, touched } = /** @type {CustomEvent} */ (event).detail
  if (topic !== page.topics.venue) return
  store.update(state, touched)
  frame ||= requestAnimationFrame(draw)
})
followTerms(feed, page.topics.venue, page.snapshot.terms, async () => {
  const written = await freshPage()
  if (!written) return
  store.frame(pageData(written))
  place(written, ".room-list")
  draw()
})
followToday(page)
setInterval(draw, MINUTE / 4)
followFilters(/** @type {HTMLFormElement} */ (the("form[data-filters]")), (chosen) => {
  filters = chosen
  draw()
})
