// @ts-check
/** @import { Allocation } from "../live/changes.js" */
import { element, the } from "../element.js"
import { connect } from "../live/connect.js"
import { tellOfTerms } from "../live/terms.js"
import { pageData } from "../page-data.js"
import { refresher } from "../swap.js"
import { SeatMap } from "../seats/seat-map.js"
import { amounts } from "../seats/states.js"
import { toast } from "../toasts.js"

const NEWS = 400 // ms in which several changes that change no seat ask for the departure's news once

const page = pageData()
const form = /** @type {HTMLFormElement} */ (the("form[data-seats]"))
const seats = new SeatMap(form, page.way)
const money = new Intl.NumberFormat("en", { style: "currency", currency: page.currency })
const digits = money.resolvedOptions().maximumFractionDigits ?? 2
const price = (/** @type {number} */ minor) => money.format(minor / 10 ** digits)
const feed = connect(page)
const first = feed.watch(page.topics.journey, {}, page.snapshot)
const fetchNews = refresher("#news", { wait: NEWS })
tellOfTerms(feed, page.topics.journey, page.snapshot.terms)

feed.addEventListener("topic", (event) => {
  const { topic, state, touched } = /** @type {CustomEvent} */ (event).detail
  if (topic === page.topics.mine) {
    seats.mine = new Set([...state.allocations.values()].flat().map((/** @type {Allocation} */ own) => own.id))
    const plan = feed.state(page.topics.journey)
    if (plan) seats.draw(plan, plan.rooms.keys())
    return choose()
  }
  if (topic !== page.topics.journey) return
  // A change of a seat that looks as before is news of the departure: it is late, or runs otherwise.
  if (!seats.draw(state, touched)) {
    fetchNews()
  }
  choose()
})
seats.addEventListener("seat-lost", (event) => {
  const { label, now } = /** @type {CustomEvent} */ (event).detail
  const words = `Seat ${label}, which you had chosen, is ${now} now.`
  the("[data-seat-news]").textContent = words
  toast(words, { kind: "is-bad" })
})
form.addEventListener("change", choose)

/** Say which seats are chosen, who sits there and what it costs. */
function choose() {
  const chosen = seats.chosen
  const rows = /** @type {HTMLElement[]} */ ([...form.querySelectorAll("[data-passenger]")])
  const kinds = rows.map((row) => row.querySelector("select")?.value ?? "adult")
  const prices = chosen.map((input) => page.prices[input.dataset.type ?? ""] ?? 0)
  const costs = amounts(prices, kinds, page.percents)
  the("[data-picked]").replaceChildren(...chosen.map((input, place) => picked(input, kinds[place] ?? "adult", costs[place])))
  the("[data-none]").hidden = chosen.length > 0
  the("[data-count]").textContent = chosen.length ? `${chosen.length} chosen` : ""
  the("[data-total-line]").hidden = !chosen.length
  const total = price(costs.reduce((sum, one) => sum + one, 0))
  the("[data-total]").textContent = total
  the("[data-bar]").textContent = chosen.length ? `${chosen.length} ${chosen.length > 1 ? "seats" : "seat"}, ${total}` : "Choose seats on the plan."
  rows.forEach((row, place) => (row.hidden = place >= Math.max(chosen.length, 1)))
}

/** @param {HTMLInputElement} input @param {string} kind @param {number} cost */
function picked(input, kind, cost) {
  const label = /** @type {HTMLElement} */ (input.closest("[data-seat]"))
  const coach = /** @type {HTMLElement} */ (input.closest("[data-coach]")).dataset.coach
  const row = element("li", "")
  const where = (label.querySelector(".seat-id")?.nextElementSibling?.textContent ?? "").split(",")
  const words = element("span", "")
  words.append(element("b", "", {}, [where[1], where[2]].map((part) => part?.trim()).join(", ")), element("br", ""), element("span", "soft", {}, `${coach ? `Coach ${coach} · ` : ""}${kind}`))
  row.append(element("span", "seat-badge", {}, label.querySelector(".seat-id")?.textContent ?? ""), words, element("b", "num", {}, price(cost)))
  return row
}

// Which coach is in view, as one scrolls.
const tabs = new Map([...document.querySelectorAll("[data-coach-tab]")].map((tab) => [/** @type {HTMLElement} */ (tab).dataset.coachTab, tab]))
const seen = new IntersectionObserver(
  (entries) => {
    for (const entry of entries)
      tabs.get(/** @type {HTMLElement} */ (entry.target).dataset.coach)?.toggleAttribute("data-seen", entry.isIntersecting)
    const current = [...tabs.values()].find((tab) => tab.hasAttribute("data-seen"))
    for (const tab of tabs.values()) tab === current ? tab.setAttribute("aria-current", "true") : tab.removeAttribute("aria-current")
  },
  { rootMargin: "-20% 0px -50%" },
)
for (const coach of document.querySelectorAll("[data-coach]")) seen.observe(coach)

seats.draw(first, [])
choose()
