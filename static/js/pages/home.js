// @ts-check
import { clock } from "../live/clock.js"
import { connect } from "../live/connect.js"
import { countFree } from "../live/free.js"
import { pageData } from "../page-data.js"
import { HOUR, instant, iso } from "../board/time.js"
import { keepTrue } from "../stays/results.js"

const MOST = 18 // venues kept live; a socket may watch twenty topics, and the rest keep the page's own count
const LOOK = 20_000 // ms: a room that becomes free by the clock shows within this
const AHEAD = 2 * HOUR // watched beyond this hour; everyone's window is the same, so the server answers all with one text

const page = pageData()
const feed = connect(page)
let window_ = page.window

/** @param {{slug: string, topic: string, open: [string, string][], closed: number[]}} venue */
function show({ slug, topic, open, closed }) {
  const state = feed.state(topic)
  const count = document.querySelector(`[data-free-now="${slug}"]`)
  const now = clock.now()
  if (!state?.heard || !count || !open.some(([start, end]) => instant(start) <= now && now < instant(end))) return
  const text = String(countFree(state, now, (room) => !closed.includes(room.id)))
  if (count.textContent !== text) count.textContent = text
  count.closest(".venue-now")?.classList.toggle("is-none", text === "0")
}

function watch() {
  for (const { topic } of page.venues.slice(0, MOST - page.stays.length)) feed.watch(topic, window_)
}

feed.addEventListener("topic", (event) => {
  const { topic } = /** @type {CustomEvent} */ (event).detail
  const venue = page.venues.find((/** @type {{topic: string}} */ v) => v.topic === topic)
  if (venue) show(venue)
})
setInterval(() => {
  if (clock.now() > instant(window_.start) + HOUR) {
    const start = Math.floor(clock.now() / HOUR) * HOUR
    window_ = { start: iso(start), end: iso(start + AHEAD) }
    watch()
  }
  page.venues.forEach(show)
}, LOOK)
watch()
keepTrue(feed, page.stays, page.topics.mine)
document.querySelector("[data-stay-search]")?.addEventListener("change", (event) => {
  const field = /** @type {HTMLInputElement} */ (event.target)
  // A filter that is pressed is meant; dates and words are sent when they are complete.
  if (field.type === "checkbox") field.form?.requestSubmit()
})
