// @ts-check
/** @import { Room } from "../live/changes.js" */
/** @import { AvailabilityBoard } from "./availability-board.js" */
/** @import { Segment } from "./segments.js" */
import { element } from "../element.js"
import { isFreeNow } from "./filters.js"
import { caption, describe, detail } from "./words.js"

const SLIM = 46 // px: narrower, a title is only an ellipsis, so the glyph stands alone
const TIMES = 92 // px that "09:00–10:30" needs; cut short it would say a wrong time
const WORDS = 128 // px that "awaiting approval" needs
const OWN = 124 // px that "your hold 12:34" and "your booking" need
const LEFT = 58 // px that "12:34" needs by itself
const GLYPH = 82 // px that it needs beside the glyph
const TINY = 18 // px: narrower, the glyph itself is cut, and color and edge speak alone

/**
 * One room's row. It draws its lane only while it is near the viewport (200 rows stay smooth so), and redraws
 * from the store keeping the nodes that did not change.
 */
export class Row {
  /** @type {Map<string, HTMLElement>} */ nodes = new Map()
  /** @type {Map<HTMLElement, Segment>} */ #holds = new Map()
  #shown = false

  /** @param {AvailabilityBoard} board @param {Room} room */
  constructor(board, room) {
    this.board = board
    this.room = room
    this.node = element("div", "board-row", { role: "row" })
    this.node.dataset.room = String(room.id)
    const name = element("div", "board-room", { role: "rowheader", "aria-colindex": "1" })
    this.status = element("i", "board-dot", { "aria-hidden": "true" })
    name.append(this.status, element("b", "board-name", {}, room.name), element("small", "", {}, detail(room, board.kind)))
    this.lane = element("div", "board-lane", { role: "presentation" })
    this.node.append(name, this.lane)
  }

  /** @returns {Segment[]} */
  get run() {
    return this.board.store.run(this.room.id)
  }

  /** @param {boolean} shown */
  show(shown) {
    if (shown === this.#shown || (!shown && this.node.contains(document.activeElement))) return
    this.#shown = shown
    this.node.classList.toggle("is-near", shown)
    if (shown) return this.draw()
    this.nodes.clear()
    this.#holds.clear()
    this.lane.replaceChildren()
  }

  /** Say again how long the holds here still last. */
  count() {
    for (const [node, segment] of this.#holds) {
      const text = this.#caption(segment)
      if (node.textContent !== text) node.textContent = text
    }
  }

  drawStatus() {
    if (!this.#shown) return
    const { store } = this.board
    this.status.classList.toggle("is-unknown", !store.knowsNow)
    this.status.classList.toggle("is-busy", store.knowsNow && !isFreeNow(this.run, store.now()))
  }

  /** @param {boolean} [live] a change just arrived, so what is new shows itself */
  draw(live = false) {
    if (!this.#shown) return
    const old = this.nodes
    this.nodes = new Map()
    this.#holds.clear()
    /** @type {Element | null} */ let after = null
    for (const segment of this.run) {
      const node = old.get(segment.key) ?? this.#make(segment, live)
      old.delete(segment.key)
      this.nodes.set(segment.key, node)
      this.#paint(node, segment)
      if (segment.block?.expires !== undefined) this.#holds.set(/** @type {HTMLElement} */ (node.firstElementChild), segment)
      if (after ? after.nextSibling !== node : this.lane.firstChild !== node) after ? after.after(node) : this.lane.prepend(node)
      after = node
    }
    for (const gone of old.values()) {
      if (gone === document.activeElement) queueMicrotask(() => this.board.keys.recover(this))
      gone.remove()
    }
    this.drawStatus()
  }

  /** @param {Segment} segment @param {boolean} live */
  #make(segment, live) {
    const node = element("div", "", { role: "gridcell", tabindex: "-1" })
    node.dataset.key = segment.key
    if (live && segment.block) node.classList.add("is-new")
    return node
  }

  /** @param {Segment} segment */
  #caption(segment) {
    const { store, time, width, nameOf } = this.board
    const brief = (store.scale.at(segment.end) - store.scale.at(segment.start)) * width < (segment.block?.mine ? OWN : TIMES)
    return caption(segment, time, store.now(), nameOf, brief)
  }

  /** @param {HTMLElement} node @param {Segment} segment */
  #paint(node, segment) {
    const { start, end, state, block } = segment
    const { store } = this.board
    const movable = this.board.isMovable(block)
    const mark = `${start} ${end} ${state} ${segment.parts} ${segment.others?.map(({ id, state }) => `${id}${state}`)} ${block?.title ?? ""} ${block?.mine} ${block?.repeats} ${movable} ${block?.start} ${block?.end} ${this.board.width}`
    if (node.dataset.mark === mark) return
    const changed = node.dataset.mark !== undefined && !node.dataset.mark.startsWith(`${start} ${end} ${state} `)
    node.dataset.mark = mark
    const [from, to] = [store.scale.at(start), store.scale.at(end)]
    node.className = `seg is-${state === "occupied" ? "booked" : state}${node.classList.contains("is-new") ? " is-new" : ""}`
    node.classList.toggle("is-own", Boolean(block?.mine))
    node.classList.toggle("is-movable", movable)
    node.classList.toggle("is-shared", Boolean(segment.others?.length))
    const px = (to - from) * this.board.width
    const counts = block?.expires !== undefined
    const least = counts ? LEFT : block?.title ? SLIM : state === "booked" ? TIMES : state === "mine" ? OWN : WORDS
    node.classList.toggle("is-slim", px < least)
    node.classList.toggle("is-bare", counts && px >= LEFT && px < GLYPH)
    node.classList.toggle("is-tiny", px < TINY)
    node.style.setProperty("--from", String(from))
    node.style.setProperty("--to", String(to))
    node.setAttribute("aria-colindex", String(this.board.column(start)))
    node.setAttribute("aria-colspan", String(Math.max(1, this.board.column(end) - this.board.column(start))))
    const name = describe(this.room.name ?? "", segment, this.board.span, this.board.nameOf)
    node.setAttribute("aria-label", name)
    node.replaceChildren()
    if (block) node.append(element("span", "", {}, this.#caption(segment)))
    if (block?.repeats) node.append(element("i", "seg-repeats", { "aria-hidden": "true" })) // its label says it in words
    if (changed && node === document.activeElement) this.board.say(name)
  }
}
