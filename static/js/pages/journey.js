// @ts-check
/** @import { Allocation } from "../live/changes.js" */
import { element, the } from "../element.js"
import { connect } from "../live/connect.js"
import { followTerms, REDRAWN } from "../live/terms.js"
import { freshPage, pageData } from "../page-data.js"
import { refresher, replace } from "../swap.js"
import { isClosed, SeatKeys } from "../seats/seat-keys.js"
import { SeatMap } from "../seats/seat-map.js"
import { amounts, WORDS } from "../seats/states.js"
import { toast } from "../toasts.js"

const NEWS = 400 // ms in which several changes that change no seat ask for the departure's news once

let page = pageData()
/** @type {HTMLFormElement} */ let form
/** @type {SeatMap} */ let seats
/** @type {IntersectionObserver | undefined} */ let inView
const feed = connect(page)
const { journey: topic, mine } = page.topics
feed.watch(topic, {}, page.snapshot)
const fetchNews = refresher("#news", { wait: NEWS })

feed.addEventListener("topic", (event) => {
  const { topic: heard, state, touched } = /** @type {CustomEvent} */ (event).detail
  if (heard === mine) {
    seats.mine = own()
    drawAll()
    return choose()
  }
  if (heard !== topic) return
  // A change of a seat that looks as before is news of the departure: it is late, or runs otherwise.
  if (!seats.draw(state, touched)) fetchNews()
  choose()
})
followTerms(feed, topic, page.snapshot.terms, async () => {
  keepWay()
  const written = await freshPage()
  if (!written) return
  const chosen = seats.chosen.map((input) => ({ seat: input.value, label: input.closest("label")?.querySelector(".seat-id")?.textContent ?? "" }))
  page = pageData(written)
  replace(written, ["#trip", "#news", "#seats"], { all: true })
  begin()
  const kept = new Set(chosen.map(({ seat }) => seat))
  for (const input of inputs()) input.checked = kept.has(input.value) && !isClosed(input)
  toast(REDRAWN)
  sayLost(chosen.filter(({ seat }) => !seats.chosen.some((input) => input.value === seat)).map(({ seat, label }) => ({ label, now: nowOf(seat) })))
  choose()
})
document.addEventListener("change", (event) => {
  if (form.contains(/** @type {Node} */ (event.target))) choose()
})

/** The ids of one's own allocations. */
const own = () => new Set([...(feed.state(mine)?.allocations.values() ?? [])].flat().map((/** @type {Allocation} */ one) => one.id))

const inputs = () => /** @type {NodeListOf<HTMLInputElement>} */ (form.querySelectorAll("input[name=seat]"))

/** Begin with the form that stands on the page now. */
function begin() {
  form = /** @type {HTMLFormElement} */ (the("form[data-seats]"))
  new SeatKeys(form)
  seats = new SeatMap(form, page.way)
  seats.mine = own()
  seats.addEventListener("seat-lost", (event) => sayLost([/** @type {CustomEvent} */ (event).detail]))
  followCoaches()
  drawAll()
}

function drawAll() {
  const plan = feed.state(topic)
  if (plan) seats.draw(plan, plan.rooms.keys())
}

/** Let the address say from where to where, as it does not after a refusal: the page is fetched by it. */
function keepWay() {
  if (new URLSearchParams(location.search).has("from_stop")) return
  const way = ["from_stop", "to_stop"].map((name) => [name, /** @type {HTMLInputElement} */ (form.elements.namedItem(name)).value])
  history.replaceState(null, "", `?${new URLSearchParams(way)}`)
}

/** How a seat is that cannot be chosen. @param {string} seat */
function nowOf(seat) {
  const label = form.querySelector(`[data-seat="${seat}"]`)
  const state = /** @type {(keyof typeof WORDS)[]} */ (["held", "booked", "blocked", "mine"]).find((one) => label?.classList.contains(`is-${one}`))
  return state ? WORDS[state] : "not sold any more"
}

/** Say which seats were chosen here and cannot be had. @param {{label: string, now: string}[]} lost */
function sayLost(lost) {
  const words = lost.map(({ label, now }) => `Seat ${label}, which you had chosen, is ${now}${/^already|more$/.test(now) ? "" : " now"}.`)
  if (words.length) the("[data-seat-news]").textContent = words.join(" ")
  for (const sentence of words) toast(sentence, { kind: "is-bad" })
}

/** @param {number} minor */
function price(minor) {
  const money = new Intl.NumberFormat("en", { style: "currency", currency: page.currency })
  return money.format(minor / 10 ** (money.resolvedOptions().maximumFractionDigits ?? 2))
}

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
  const words = element("span", "")
  words.append(element("b", "", {}, label.querySelector("[data-what]")?.textContent ?? ""), element("br", ""), element("span", "soft", {}, `${coach ? `Coach ${coach} · ` : ""}${kind}`))
  row.append(element("span", "seat-badge", {}, label.querySelector(".seat-id")?.textContent ?? ""), words, element("b", "num", {}, price(cost)))
  return row
}

/** Mark the tab of the coach that is in view, as one scrolls. */
function followCoaches() {
  inView?.disconnect()
  const tabs = new Map([...document.querySelectorAll("[data-coach-tab]")].map((tab) => [/** @type {HTMLElement} */ (tab).dataset.coachTab, tab]))
  inView = new IntersectionObserver(
    (entries) => {
      for (const entry of entries)
        tabs.get(/** @type {HTMLElement} */ (entry.target).dataset.coach)?.toggleAttribute("data-seen", entry.isIntersecting)
      const current = [...tabs.values()].find((tab) => tab.hasAttribute("data-seen"))
      for (const tab of tabs.values()) tab === current ? tab.setAttribute("aria-current", "true") : tab.removeAttribute("aria-current")
    },
    { rootMargin: "-20% 0px -50%" },
  )
  for (const coach of document.querySelectorAll("[data-coach]")) inView.observe(coach)
}

begin()
choose()
