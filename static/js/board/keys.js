// @ts-check
/** @import { AvailabilityBoard } from "./availability-board.js" */
/** @import { Row } from "./row.js" */
/** @import { Segment } from "./segments.js" */
import { Carry } from "./carry.js"
import { element } from "../element.js"
import { picked, questioned } from "./proposal.js"
import { describe } from "./words.js"

const PAGE = 10 // rooms a PageUp or PageDown goes by

/**
 * Keyboard input, in the ARIA grid pattern: one cell is in the tab order and arrows walk. Up and Down stay at
 * the same time of day. Enter books, opens, or asks why not. M picks up a booking of one's own.
 */
export class Keys {
  #room = 0
  #time = 0

  /** @param {AvailabilityBoard} board */
  constructor(board) {
    this.board = board
    this.carry = new Carry(board)
    this.live = element("p", "visually-hidden", { role: "status" })
    board.addEventListener("keydown", (event) => this.#key(event))
    board.addEventListener("focusin", (event) => this.#focus(event))
  }

  start() {
    this.board.after(this.live)
  }

  stop() {
    this.live.remove()
  }

  /** Give the tab stop to the cell it had, or to the next room's, or to now in the first room. */
  reset() {
    const rooms = this.#rooms()
    if (!rooms.length) return
    const { store } = this.board
    const all = [...this.board.rows.keys()]
    if (!rooms.includes(this.#room)) this.#room = rooms.find((id) => all.indexOf(id) > all.indexOf(this.#room)) ?? rooms[rooms.length - 1]
    if (!store.scale.shows(this.#time)) this.#time = store.scale.shows(store.now()) ? store.now() : store.scale.from
    this.board.rows.get(this.#room)?.show(true)
    this.#tabStop(this.#cell())
  }

  /** The focused cell vanished under a live change: stay where it was, and say what is there now. @param {Row} row */
  recover(row) {
    if (row.room.id === this.#room && document.activeElement === document.body) this.regain()
  }

  /** The focus is lost: go to the cell that has the tab stop, and say what is there. */
  regain() {
    this.#go()
    const segment = this.#segment()
    if (segment) this.say(describe(this.board.nameOf(this.#room), segment, this.board.span, this.board.nameOf))
  }

  /** A dialog or popover was closed, and the cell from which it was opened may be drawn no more: the one that is there has the focus. */
  resume() {
    const node = document.activeElement // what was closed keeps it until the page is painted
    if (node === document.body || node?.closest("dialog:not([open]), [popover]:not(:popover-open)")) this.#go()
  }

  /** @param {string} message */
  say(message) {
    this.live.textContent = message
  }

  /** What a click or Enter on a cell means. @param {number} room @param {Segment} segment @param {number} t @param {HTMLElement} node */
  act(room, segment, t, node) {
    const { state, block } = segment
    if (state === "free") {
      const { ok, ...place } = picked(this.board.store, room, segment, t)
      this.board.ask("board-book", place)
    } else if (block?.reference) this.board.ask("board-open", { reference: block.reference })
    else {
      const { start, end } = questioned(this.board.store, room, segment, t)
      this.board.ask("board-why", { room, start, end, node, asked: true })
    }
  }

  /** @param {FocusEvent} event */
  #focus(event) {
    const node = /** @type {HTMLElement} */ (event.target).closest(".seg")
    if (!(node instanceof HTMLElement)) return
    const room = Number(/** @type {HTMLElement | null} */ (node.closest("[data-room]"))?.dataset.room)
    const segment = this.board.rows.get(room)?.run.find((s) => s.key === node.dataset.key)
    if (!segment) return
    this.#tabStop(node)
    if (room !== this.#room || this.#time < segment.start || this.#time >= segment.end) this.#time = segment.start
    this.#room = room
  }

  /** @param {HTMLElement | undefined} node */
  #tabStop(node) {
    for (const other of this.board.querySelectorAll('.seg[tabindex="0"]')) other.setAttribute("tabindex", "-1")
    node?.setAttribute("tabindex", "0")
  }

  #rooms() {
    return [...this.board.rows.values()].filter((row) => !row.node.hidden).map((row) => row.room.id)
  }

  #segment() {
    const run = this.board.rows.get(this.#room)?.run ?? []
    return run.find((s) => s.start <= this.#time && this.#time < s.end) ?? run[0]
  }

  #cell() {
    const segment = this.#segment()
    return segment && this.board.rows.get(this.#room)?.nodes.get(segment.key)
  }

  #go() {
    this.board.rows.get(this.#room)?.show(true)
    this.#cell()?.focus({ preventScroll: false })
  }

  /** @param {number} by */
  #step(by) {
    const rooms = this.#rooms()
    const at = Math.min(Math.max(rooms.indexOf(this.#room) + by, 0), rooms.length - 1)
    return rooms[at] ?? this.#room
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    if (event.altKey || event.metaKey || !(/** @type {HTMLElement} */ (event.target).closest(".seg"))) return
    const here = this.#segment()
    if (!here) return
    const taken = this.carry.isOn ? this.carry.key(event) : this.#walk(event, here) || this.#do(event, here)
    if (taken) event.preventDefault()
  }

  /** @param {KeyboardEvent} event @param {Segment} here @returns {boolean} */
  #do(event, here) {
    if (event.key === "Enter" || event.key === " ") {
      const node = this.#cell()
      if (node) this.act(this.#room, here, Math.max(here.start, Math.min(this.#time, here.end - 1)), node)
      return true
    }
    if (event.key.toLowerCase() !== "m" || event.ctrlKey || !here.block || !this.board.isMovable(here.block)) return false
    this.carry.begin(here.block)
    return true
  }

  /** @param {KeyboardEvent} event @param {Segment} here @returns {boolean} */
  #walk(event, here) {
    const run = this.board.rows.get(this.#room)?.run ?? []
    const at = run.indexOf(here)
    const { from, to } = this.board.store.scale
    const forward = getComputedStyle(this.board).direction === "rtl" ? "ArrowLeft" : "ArrowRight"
    /** @type {Record<string, () => void>} */
    const keys = {
      ArrowRight: () => (this.#time = (run[at + (forward === "ArrowRight" ? 1 : -1)] ?? here).start),
      ArrowLeft: () => (this.#time = (run[at + (forward === "ArrowRight" ? -1 : 1)] ?? here).start),
      ArrowDown: () => (this.#room = this.#step(1)),
      ArrowUp: () => (this.#room = this.#step(-1)),
      PageDown: () => (this.#room = this.#step(PAGE)),
      PageUp: () => (this.#room = this.#step(-PAGE)),
      Home: () => ((this.#time = from), event.ctrlKey && (this.#room = this.#step(-Infinity))),
      End: () => ((this.#time = to - 1), event.ctrlKey && (this.#room = this.#step(Infinity))),
    }
    if (!Object.hasOwn(keys, event.key)) return false
    keys[event.key]()
    this.#go()
    return true
  }
}
