// @ts-check
/** @import { Store } from "./store.js" */
/** @import { Alternative } from "../api.js" */
import { get } from "../api.js"
import { element } from "../element.js"
import { clock, instant, iso } from "./time.js"

const REST = 450 // ms the pointer or focus rests on a cell before it counts as a question
const KEEP = 200 // answers remembered; a change of the room makes a new question
const WIDE = 288 // px, as in board.css

/**
 * @typedef {HTMLElement & {store: Store, isDragging: boolean, nameOf: (room: number) => string, resume: () => void, say: (text: string) => void,
 *   questionAt: (event: Event) => Question | null | undefined}} Asking what shows rooms: it knows what the pointer or the focus rests
 *   on, null where that is free, undefined where it is no room
 * @typedef {{room: number, start: number, end: number, node: HTMLElement, asked: boolean}} Question
 * @typedef {{reasons: {code: string, rule?: string, sentence: string, until?: string | null}[], free: boolean, wait?: string, alternatives?: Alternative[]}} Answer
 */

/**
 * "Why can't I?": rest on a cell that is not free, or press it, and the server's own reasons stand beside it,
 * with the time each of them ends.
 */
export class WhyPopover {
  #timer = 0
  #asking = 0
  /** @type {Map<string, Answer>} */ #known = new Map()

  /**
   * @param {Asking} board @param {string} url
   * @param {{label: (alternative: Alternative) => string, want: (alternative: Alternative) => void}} offers
   */
  constructor(board, url, offers) {
    this.board = board
    this.url = url
    this.offers = offers
    this.node = element("div", "why card", { popover: "manual" })
    board.after(this.node)
    board.addEventListener("board-why", (event) => this.show(/** @type {CustomEvent<Question>} */ (event).detail))
    board.addEventListener("pointerover", (event) => event.pointerType === "mouse" && this.#rest(event))
    board.addEventListener("pointerleave", () => this.#leave())
    board.addEventListener("focusin", (event) => this.#rest(event))
    board.addEventListener("board-book", () => this.#leave()) // what is in the way then is one's own hold
    // Before the board's own keys: Enter there asks anew, and that answer is to stay.
    board.addEventListener("keydown", (event) => (event.key === "Tab" && this.node.querySelector("a")) || this.#leave(), { capture: true })
    this.node.addEventListener("focusout", () => this.#leave())
    // Dismissed by hand: an "auto" popover shown at the end of a click would take that very click for one outside.
    document.addEventListener("pointerdown", (event) => this.node.contains(/** @type {Node} */ (event.target)) || this.#leave())
    this.node.addEventListener("keydown", (event) => event.key === "Escape" && this.#back())
  }

  /** @param {Event} event */
  #rest(event) {
    clearTimeout(this.#timer)
    const question = this.board.questionAt(event)
    if (question === undefined) return
    if (!question) return this.#leave()
    this.#timer = setTimeout(() => this.board.isDragging || this.show(question), REST)
  }

  #leave() {
    clearTimeout(this.#timer)
    this.#asking++
    if (this.node.matches(":popover-open")) this.node.hidePopover()
  }

  /** Go back to the cell, whose focus is no new question. */
  #back() {
    this.#leave()
    this.board.resume()
    clearTimeout(this.#timer)
  }

  /** @param {Question} question */
  async show({ room, start, end, node, asked }) {
    clearTimeout(this.#timer)
    const asking = ++this.#asking
    const found = await this.#answer(room, start, end)
    if (asking !== this.#asking || !node.isConnected) return
    const sentences = found.reasons.map(({ sentence }) => sentence)
    if (found.free) sentences.push("It is free now.")
    this.#fill(this.board.nameOf(room), found, sentences)
    this.#place(node)
    if (asked) this.board.say(sentences.join(" "))
  }

  /** @param {number} room @param {number} start @param {number} end @returns {Promise<Answer>} */
  async #answer(room, start, end) {
    const revision = this.board.store.state.rooms.get(room)?.revision
    const key = `${room} ${start} ${end} ${revision} ${this.board.store.past}`
    const known = this.#known.get(key)
    // What is on hold may be free by now, of which no room tells.
    if (known && !known.reasons.some(({ until }) => until && instant(until) <= this.board.store.now())) return known
    const { ok, body } = await get(this.url, { room, start: iso(start), end: iso(end) })
    if (!ok) return { reasons: [{ code: body.code ?? "", sentence: body.detail ?? "No answer came." }], free: false }
    if (this.#known.size > KEEP) this.#known.clear()
    this.#known.set(key, body)
    return body
  }

  /** @param {string} name @param {Answer} found @param {string[]} sentences */
  #fill(name, { reasons, wait, alternatives = [] }, sentences) {
    const until = clock(this.board.store.zone, { weekday: "short", hour: "2-digit", minute: "2-digit" })
    const list = element("ul", "why-list")
    sentences.forEach((sentence, i) => {
      const item = element("li", "", {}, sentence)
      const ends = reasons[i]?.until
      if (ends) item.append(element("small", "soft", {}, `Until ${until(instant(ends))}`))
      list.append(item)
    })
    this.node.replaceChildren(element("b", "why-room", {}, name), list)
    if (wait) this.node.append(element("a", "btn btn-small why-wait", { href: wait }, "Wait for it"))
    if (!alternatives.length) return
    const offers = element("div", "why-offers")
    for (const alternative of alternatives.slice(0, 3)) {
      const button = element("button", "btn", { type: "button" }, this.offers.label(alternative))
      button.addEventListener("click", () => (this.node.hidePopover(), this.offers.want(alternative)))
      offers.append(button)
    }
    this.node.append(offers)
  }

  /** Beside the cell, and within the window. @param {HTMLElement} node */
  #place(node) {
    const box = node.getBoundingClientRect()
    const within = this.board.getBoundingClientRect()
    const x = Math.max(box.left, within.left + 8)
    this.node.style.setProperty("--x", `${Math.max(8, Math.min(x, innerWidth - WIDE - 8))}px`)
    if (!this.node.matches(":popover-open")) this.node.showPopover()
    const tall = this.node.offsetHeight
    const below = box.bottom + 6
    this.node.style.setProperty("--y", `${below + tall > innerHeight - 8 ? Math.max(8, box.top - tall - 6) : below}px`)
  }
}
