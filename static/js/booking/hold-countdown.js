// @ts-check
import { countdown } from "../board/time.js"
import { clock } from "../live/clock.js"

const TICK = 250 // ms: four looks a second, so a hold never seems to linger at 0:00
const SOON = 60_000 // ms left at which the color says hurry

/**
 * Count down to the end of a hold by the server's clock, then say so once.
 *
 *   <hold-countdown expires-at="2026-11-23T12:15:00Z">15:00</hold-countdown>
 *
 * @fires hold-expired - bubbles, when the time is up.
 */
export class HoldCountdown extends HTMLElement {
  static observedAttributes = ["expires-at"]
  #timer = 0
  #said = false

  connectedCallback() {
    this.setAttribute("role", "timer")
    this.#timer = setInterval(() => this.#show(), TICK)
    this.#show()
  }

  disconnectedCallback() {
    clearInterval(this.#timer)
  }

  attributeChangedCallback() {
    this.#said = false
    if (this.isConnected) this.#show()
  }

  #show() {
    const left = Date.parse(this.getAttribute("expires-at") ?? "") - clock.now()
    if (Number.isNaN(left)) return
    const text = countdown(left)
    if (this.textContent !== text) this.textContent = text
    this.toggleAttribute("data-soon", left < SOON)
    if (left > 0 || this.#said) return
    this.#said = true
    this.dispatchEvent(new CustomEvent("hold-expired", { bubbles: true }))
  }
}

customElements.define("hold-countdown", HoldCountdown)
