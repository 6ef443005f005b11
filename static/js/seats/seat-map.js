// @ts-check
/** @import { State } from "../live/changes.js" */
import { element } from "../element.js"
import { allocationsOf } from "../live/changes.js"
import { close } from "./seat-keys.js"
import { seatState, WORDS } from "./states.js"

/**
 * The seats of a page, kept as they are now: a change redraws the seats it names and no other.
 *
 * @fires seat-lost - detail {label}: a seat that was chosen here is somebody else's now.
 */
export class SeatMap extends EventTarget {
  /** @type {Map<number, HTMLLabelElement>} */ #seats = new Map()
  /** @type {Map<number, string>} */ #drawn = new Map()

  /** @param {HTMLFormElement} form @param {{start: string, end: string}} way */
  constructor(form, way) {
    super()
    this.form = form
    this.way = { start: Date.parse(way.start), end: Date.parse(way.end) }
    /** @type {Set<number>} */ this.mine = new Set()
    for (const seat of /** @type {NodeListOf<HTMLLabelElement>} */ (form.querySelectorAll("[data-seat]"))) {
      this.#seats.set(Number(seat.dataset.seat), seat)
      this.#drawn.set(Number(seat.dataset.seat), [...seat.classList].find((name) => /^is-(free|held|booked|blocked|mine)$/.test(name))?.slice(3) ?? "")
    }
  }

  /** @returns {HTMLInputElement[]} the seats chosen here, in the order of the plan */
  get chosen() {
    return [...this.form.querySelectorAll("input[name=seat]:checked")].map((input) => /** @type {HTMLInputElement} */ (input))
  }

  /** Draw what is true now of these seats; return whether any of them looks otherwise. @param {State} state @param {Iterable<number>} touched */
  draw(state, touched) {
    let differs = false
    for (const id of touched) {
      const label = this.#seats.get(id)
      if (!label) continue
      const { state: now, expires } = seatState(allocationsOf(state, id), this.way, this.mine)
      const key = `${now}${expires ?? ""}`
      if (this.#drawn.get(id) === key) continue
      this.#drawn.set(id, key)
      this.#show(label, now, expires)
      differs = true
    }
    if (differs) this.#count()
    return differs
  }

  /** @param {HTMLLabelElement} label @param {keyof typeof WORDS} now @param {string} [expires] */
  #show(label, now, expires) {
    const input = /** @type {HTMLInputElement} */ (label.querySelector("input"))
    const lost = input.checked && now !== "free"
    label.classList.remove("is-free", "is-held", "is-booked", "is-blocked", "is-mine", "is-lost")
    label.classList.add(`is-${now}`)
    close(input, now !== "free" || label.classList.contains("is-unsold"))
    const say = label.querySelector("[data-say]")
    if (say) say.textContent = `, ${WORDS[now]}`
    label.querySelector("hold-countdown")?.remove()
    if (now === "held" && expires) label.append(element("hold-countdown", "seat-left num", { "aria-hidden": "true", "expires-at": expires }))
    if (!lost) return
    input.checked = false
    if (now === "mine") return
    label.classList.add("is-lost")
    this.dispatchEvent(new CustomEvent("seat-lost", { detail: { label: label.querySelector(".seat-id")?.textContent, now: WORDS[now] } }))
  }

  #count() {
    for (const tab of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-coach-tab]"))) {
      const free = document.querySelectorAll(`[data-coach="${tab.dataset.coachTab}"] .seat.is-free`).length
      tab.classList.toggle("is-full", !free)
      const words = tab.querySelector("small")
      if (words) words.textContent = free ? `${free} free` : "full"
    }
  }
}
