// @ts-check
/** @import { Feed } from "./feed.js" */
import { clock } from "./clock.js"

const SHRUG = 2_000 // ms: a gap shorter than this mends before anyone can read about it
const LOOK = 500 // ms between looks at whether the gap has lasted

/**
 * Say how the line is: the word "Live" in the header, and a bar once the page has not been live for a while.
 *
 *   <span class="live" data-live hidden>Live</span>  <p class="stale" data-stale role="status" hidden></p>
 *
 * @param {Feed} feed @param {string} [zone] whose wall clock the bar speaks in
 */
export function showStatus(feed, zone) {
  const word = document.querySelector("[data-live]")
  const bar = /** @type {HTMLElement | null} */ (document.querySelector("[data-stale]"))
  const time = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", timeZone: zone })
  let down = 0
  let leaving = false

  const show = (/** @type {boolean} */ live) => {
    if (word instanceof HTMLElement) {
      word.hidden = false
      word.dataset.state = live ? "live" : "offline"
      word.textContent = live ? "Live" : "Not live"
    }
    if (bar) bar.hidden = live
    if (bar && !live) bar.textContent = `Not live since ${time.format(down)}. Reconnecting…`
    document.documentElement.toggleAttribute("data-offline", !live)
  }
  addEventListener("pagehide", () => (leaving = true))
  addEventListener("pageshow", () => (leaving = false))
  // A page that was hidden let its line rest; the gap that counts begins when it is seen again.
  document.addEventListener("visibilitychange", () => (down &&= clock.now()))
  feed.addEventListener("live", () => {
    down = 0
    if (word?.getAttribute("data-state") !== "live") show(true)
  })
  feed.addEventListener("down", () => (down ||= clock.now()))
  feed.addEventListener("logout", () => location.reload())
  down = clock.now()
  setInterval(() => {
    if (down && !leaving && !document.hidden && clock.now() - down >= SHRUG) show(false)
  }, LOOK)
}
