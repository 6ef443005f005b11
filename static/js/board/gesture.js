// @ts-check
/** @import { AvailabilityBoard } from "./availability-board.js" */
/** @import { Place } from "./proposal.js" */
/** @import { Block, Segment } from "./segments.js" */
import { EdgeScroll } from "./edge.js"
import { element } from "../element.js"
import { carried, isEnd, stretched, swept } from "./proposal.js"
import { clamp } from "./time.js"

/**
 * @typedef {{pointer: number, x: number, y: number, room: number, node: HTMLElement, segment: Segment,
 *   kind: "sweep" | "carry" | "stretch" | "none", grab: number, active: boolean, want?: Place, last?: PointerEvent}} Press
 */

const SLOP = 4 // px a mouse may wander and still be a click
const HOLD = 350 // ms a finger rests before a drag begins; sooner is a scroll

/**
 * Pointer input: press on free time and sweep to book it, press on a booking of one's own and carry it, drag
 * its end to stretch it. The ghost shows what would be asked for.
 */
export class Gesture {
  /** @type {Press | null} */ #press = null
  #hold = 0
  #edge = new EdgeScroll(() => this.#press?.last && this.#want(this.#press.last))

  /** @param {AvailabilityBoard} board */
  constructor(board) {
    this.board = board
    this.ghost = element("div", "seg is-ghost", { "aria-hidden": "true" })
    this.words = element("span", "")
    this.ghost.append(this.words)
    board.addEventListener("pointerdown", (event) => this.#down(event))
    board.addEventListener("pointermove", (event) => this.#move(event))
    board.addEventListener("pointerup", (event) => this.#up(event))
    board.addEventListener("pointercancel", () => this.cancel())
    // Once a drag began, the finger belongs to it: without this Chromium takes it for scrolling.
    board.addEventListener("touchmove", (event) => this.#press?.active && event.preventDefault(), { passive: false })
    board.addEventListener("contextmenu", (event) => this.#press?.last && event.preventDefault())
    board.addEventListener("keydown", (event) => event.key === "Escape" && this.cancel())
  }

  get isDragging() {
    return Boolean(this.#press?.active)
  }

  cancel() {
    clearTimeout(this.#hold)
    this.#edge.stop()
    this.#press = null
    this.ghost.remove()
    this.board.classList.remove("is-dragging")
  }

  /** Show a proposed place. @param {Place} want */
  show({ room, start, end, ok }) {
    const row = this.board.rows.get(room)
    if (!row) return
    const { scale } = this.board.store
    this.ghost.style.setProperty("--from", String(scale.at(start)))
    this.ghost.style.setProperty("--to", String(scale.at(end)))
    this.ghost.classList.toggle("is-clash", !ok)
    this.words.textContent = [start, end].map(this.board.time).join(this.board.store.slots ? " – " : "–")
    if (this.ghost.parentNode !== row.lane) row.lane.append(this.ghost)
    // As wide as the time it asks for: words that have no room in it stand beside it, on the side that has more.
    this.ghost.classList.remove("is-beside")
    this.ghost.classList.toggle("is-beside", this.words.scrollWidth > this.words.clientWidth)
    this.ghost.classList.toggle("is-late", scale.at(start) + scale.at(end) > 1)
  }

  /** @param {PointerEvent} event */
  #down(event) {
    if (event.button !== 0 || this.#press) return
    const node = /** @type {HTMLElement} */ (event.target).closest(".seg")
    if (!(node instanceof HTMLElement)) return
    const room = Number(/** @type {HTMLElement | null} */ (node.closest("[data-room]"))?.dataset.room)
    const segment = this.board.rows.get(room)?.run.find((s) => s.key === node.dataset.key)
    if (!segment) return
    const { clientX: x, clientY: y, pointerId: pointer } = event
    this.#press = { pointer, x, y, room, node, segment, kind: this.#kind(segment, node, x), grab: this.timeAt(room, x), active: false }
    if (event.pointerType === "touch") this.#hold = setTimeout(() => this.#begin(event), HOLD)
  }

  /** @param {Segment} segment @param {HTMLElement} node @param {number} x @returns {Press["kind"]} */
  #kind({ state, block }, node, x) {
    if (state === "free") return this.board.kind === "vehicle" ? "none" : "sweep" // seats are booked by their departure
    if (!this.board.isMovable(block)) return "none"
    const { right, width } = node.getBoundingClientRect()
    return isEnd(width, right - x) ? "stretch" : "carry"
  }

  /** @param {PointerEvent} event */
  #begin(event) {
    const press = this.#press
    if (!press || press.kind === "none") return
    press.active = true
    this.board.setPointerCapture(press.pointer)
    this.board.classList.add("is-dragging")
    this.#want(event)
  }

  /** @param {PointerEvent} event */
  #move(event) {
    const press = this.#press
    if (!press || event.pointerId !== press.pointer) return
    if (!press.active) {
      if (Math.hypot(event.clientX - press.x, event.clientY - press.y) <= SLOP) return
      if (event.pointerType === "touch") return this.cancel()
      this.#begin(event)
    }
    if (!press.active) return
    event.preventDefault()
    this.#want(event)
    if (this.board.grid) this.#edge.follow(this.board.grid, event)
  }

  /** @param {PointerEvent} event */
  #want(event) {
    const press = this.#press
    if (!press) return
    press.last = event
    press.want = press.kind === "sweep" ? this.#sweep(press, event) : this.#carry(press, event, /** @type {Block} */ (press.segment.block))
    this.show(press.want)
  }

  /** @param {Press} press @param {PointerEvent} event */
  #sweep({ room, segment, grab }, event) {
    return swept(this.board.store, room, segment, grab, this.timeAt(room, event.clientX))
  }

  /** @param {Press} press @param {PointerEvent} event @param {Block} block @returns {Place} */
  #carry(press, event, block) {
    const { store } = this.board
    const t = this.timeAt(press.room, event.clientX)
    if (press.kind === "stretch") {
      const end = stretched(store, block, t)
      const why = this.board.against(press.room, Math.max(block.start, store.past), end, block.id)
      return { room: press.room, start: block.start, end, ok: !why, why }
    }
    const { start, end } = carried(store, block, t - press.grab)
    const under = document.elementFromPoint(event.clientX, event.clientY)?.closest("[data-room]")
    const room = Number(/** @type {HTMLElement | null} */ (under)?.dataset.room ?? press.room)
    const why = this.board.against(room, start, end, block.id)
    return { room, start, end, ok: !why, why }
  }

  /** @param {PointerEvent} event */
  #up(event) {
    const press = this.#press
    if (!press || event.pointerId !== press.pointer) return
    this.cancel()
    if (!press.active) this.board.keys.act(press.room, press.segment, press.grab, press.node)
    else if (press.want?.ok) this.#ask(press, press.want)
    else this.board.say(`That time is ${press.want?.why || "taken"}.`)
  }

  /** @param {Press} press @param {Place} want */
  #ask({ kind, segment: { block } }, { room, start, end }) {
    if (kind === "sweep") this.board.ask("board-book", { room, start, end })
    else if (block && (room !== block.room || start !== block.start || end !== block.end))
      this.board.ask("board-move", { reference: block.reference, id: block.id, room, start, end })
  }

  /** The time at an x of the screen. @param {number} room @param {number} x */
  timeAt(room, x) {
    const box = /** @type {HTMLElement} */ (this.board.rows.get(room)?.lane).getBoundingClientRect()
    const across = getComputedStyle(this.board).direction === "rtl" ? box.right - x : x - box.left
    return this.board.store.scale.when(clamp(across / box.width, 0, 0.999999))
  }
}
