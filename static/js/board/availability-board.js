// @ts-check
/** @import { State } from "../live/changes.js" */
/** @import { Filters } from "./filters.js" */
/** @import { Row } from "./row.js" */
/** @import { Block } from "./segments.js" */
/** @import { Store } from "./store.js" */
/** @import { Question } from "./why-popover.js" */
import { isFreeNow, passes } from "./filters.js"
import { Gesture } from "./gesture.js"
import { Keys } from "./keys.js"
import { questioned } from "./proposal.js"
import { isFree } from "./segments.js"
import { Sheet } from "./sheet.js"
import { clock, HOUR, spanWords } from "./time.js"

const TICK = 500 // ms: a hold never seems to linger at 0:00
const LEAD = 0.25 // of the width stays to the left of now when the board opens
const WEEK = 7 // days; more of them are narrow
const MOVES = new Set(["mine", "pending"])

/**
 * Rooms down, time across, live.
 *
 *   <availability-board label="Rooms, Monday 23 November" kind="building"></availability-board>
 *
 * `load(store)` draws it, `changed(state, rooms)` keeps it true. It asks for things and never changes a
 * booking itself.
 *
 * @fires board-book - detail {room, start, end}: free time was swept, clicked or chosen by key.
 * @fires board-move - detail {reference, id, room, start, end}: a booking of one's own was carried there.
 * @fires board-open - detail {reference}: a booking of one's own was opened.
 * @fires board-why - detail {room, start, end, node, asked}: why is this not free?
 */
export class AvailabilityBoard extends HTMLElement {
  /** @type {Filters | null} */ #filters = null
  #dirty = /** @type {Set<number>} */ (new Set())
  #frame = 0
  #ticker = 0
  #past = 0
  /** @type {Sheet | null} */ #sheet = null
  store = /** @type {Store} */ (/** @type {unknown} */ (null))
  time = clock("UTC")
  span = spanWords("UTC")
  gesture = new Gesture(this)
  keys = new Keys(this)

  connectedCallback() {
    this.keys.start()
    this.#ticker = setInterval(() => this.#tick(), TICK)
  }

  disconnectedCallback() {
    clearInterval(this.#ticker)
    cancelAnimationFrame(this.#frame)
    this.#sheet?.stop()
    this.gesture.cancel()
    this.keys.stop()
  }

  /** @param {Store} store */
  load(store) {
    this.store = store
    this.time = clock(store.zone, store.slots ? { weekday: "short", day: "numeric", month: "short" } : undefined)
    // Of one day, or where each time names its day, the times say all.
    this.span = store.scale.days.length > 1 && !store.slots ? spanWords(store.zone) : (start, end) => `${this.time(start)} to ${this.time(end)}`
    this.style.setProperty("--days", String(store.scale.days.length))
    this.style.setProperty("--hours", String(Math.ceil(store.scale.length / HOUR)))
    this.classList.toggle("is-days", store.scale.days.length > 1)
    this.classList.toggle("is-month", store.scale.days.length > WEEK)
    this.#build()
    const now = store.now()
    if (this.grid && store.scale.shows(now))
      this.grid.scrollLeft = Math.max(0, store.scale.at(now) * this.width - this.grid.clientWidth * LEAD)
  }

  /** Draw everything anew, where it was: rooms came or went, or are called and let otherwise. */
  rebuild() {
    this.gesture.cancel()
    const { scrollLeft = 0, scrollTop = 0 } = this.grid ?? {}
    this.#build()
    this.grid?.scrollTo(scrollLeft, scrollTop)
    this.keys.carry.look()
  }

  #build() {
    const had = this.#hasFocus
    this.#sheet?.stop()
    const sheet = (this.#sheet = new Sheet(this))
    this.replaceChildren(sheet.grid, sheet.empty)
    sheet.watch()
    this.#filter(had)
    this.#past = 0
    this.#tick()
  }

  /**
   * Take a change of the venue: each room is redrawn once a frame, however often it changed.
   * @param {State} state @param {Set<number>} touched
   */
  changed(state, touched) {
    this.store.update(state, touched)
    const listed = (/** @type {number} */ id) => state.rooms.has(id) && !state.rooms.get(id)?.archived
    if ([...touched].some((id) => this.rows.has(id) !== listed(id))) return this.rebuild()
    for (const room of touched) this.#dirty.add(room)
    this.#frame ||= requestAnimationFrame(() => this.#flush())
  }

  #flush() {
    const had = this.#hasFocus
    this.#frame = 0
    for (const room of this.#dirty) this.rows.get(room)?.draw(true)
    this.#dirty.clear()
    if (this.#filters?.free) this.#filter(had)
    this.keys.carry.look()
  }

  /** Draw these rooms again, nothing having arrived. @param {Iterable<number>} rooms */
  redraw(rooms) {
    for (const room of rooms) this.rows.get(room)?.draw()
    this.keys.carry.look()
  }

  /** Show only the rooms that pass. @param {Filters} filters */
  filter(filters) {
    this.#filters = filters
    this.#filter()
  }

  get #hasFocus() {
    return this.contains(document.activeElement)
  }

  /** @param {boolean} [had] whether the focus was here, before what is filtered was drawn */
  #filter(had = this.#hasFocus) {
    if (!this.#sheet) return
    const { empty } = this.#sheet
    const now = this.store.now()
    let shown = 0
    for (const { node, room, run } of this.rows.values()) {
      const keep = !this.#filters || passes(this.store.state.rooms.get(room.id) ?? room, this.#filters, isFreeNow(run, now))
      if (node.hidden === keep) node.hidden = !keep
      if (keep) node.setAttribute("aria-rowindex", String(++shown + 1))
    }
    this.grid?.setAttribute("aria-rowcount", String(shown + 1))
    empty.textContent = shown ? "" : "No room fits these filters. Take one off to see more."
    this.keys.reset()
    const focus = document.activeElement
    if (!had || (this.#hasFocus && focus !== empty && !focus?.closest("[hidden]"))) return
    if (shown) this.keys.regain()
    else empty.focus()
  }

  #tick() {
    if (!this.#sheet) return
    const { store } = this
    const had = this.#hasFocus
    this.redraw(store.expired())
    this.#sheet.now.hidden = !store.scale.shows(store.now())
    this.style.setProperty("--now", String(store.scale.at(store.now())))
    for (const row of this.rows.values()) row.count()
    if (store.past === this.#past) return
    this.#past = store.past
    this.redraw(this.rows.keys())
    if (this.#filters?.free) this.#filter(had)
  }

  get kind() {
    return this.getAttribute("kind") ?? ""
  }

  get grid() {
    return this.#sheet?.grid
  }

  /** @returns {Map<number, Row>} */
  get rows() {
    return this.#sheet?.rows ?? new Map()
  }

  /** px of a lane */
  get width() {
    return this.#sheet?.width ?? 0
  }

  /** The grid column in which t lies; the first is the room's name. @param {number} t */
  column = (t) => Math.round((this.store.scale.at(t) * this.store.scale.length) / this.store.step) + 2

  get isDragging() {
    return this.gesture.isDragging
  }

  /** Go back to the cell where the keyboard was. */
  resume() {
    this.keys.resume()
  }

  /** What the pointer or the focus rests on is asked about, unless it is free or one's own. @param {Event} event @returns {Question | null | undefined} nothing if it is no cell */
  questionAt(event) {
    const node = /** @type {HTMLElement} */ (event.target).closest(".seg")
    if (!(node instanceof HTMLElement) || node.classList.contains("is-ghost")) return undefined
    const room = Number(/** @type {HTMLElement | null} */ (node.closest("[data-room]"))?.dataset.room)
    const segment = this.rows.get(room)?.run.find((s) => s.key === node.dataset.key)
    if (!segment || segment.state === "free" || segment.block?.reference) return null
    const t = event instanceof PointerEvent ? this.gesture.timeAt(room, event.clientX) : segment.start
    return { room, ...questioned(this.store, room, segment, t), node, asked: false }
  }

  /** @param {number} room */
  nameOf = (room) => this.store.state.rooms.get(room)?.name ?? ""

  /** @param {Block | null} block */
  isMovable(block) {
    if (!block?.reference || !block.mine || !MOVES.has(block.state)) return false
    return block.end > this.store.now() && (block.part ?? block.room) === block.room
  }

  /**
   * Say in a word what keeps a booking from a place; nothing where it may go.
   * @param {number} room @param {number} start @param {number} end @param {number} [except] the booking's own id
   */
  against(room, start, end, except) {
    if (start < this.store.past) return "past"
    if (!this.store.isOpen(room, start, end)) return "closed"
    return isFree(this.store.in(room), start, end, except) ? "" : "taken"
  }

  /** @param {string} name @param {object} detail */
  ask(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail, bubbles: true }))
  }

  /** @param {string} message for those who listen */
  say(message) {
    this.keys.say(message)
  }
}

customElements.define("availability-board", AvailabilityBoard)
