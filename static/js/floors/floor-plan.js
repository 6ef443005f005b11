// @ts-check
/** @import { Filters } from "../board/filters.js" */
/** @import { Store } from "../board/store.js" */
/** @import { Question } from "../board/why-popover.js" */
/** @import { State } from "../live/changes.js" */
/** @import { Box } from "./box.js" */
/** @import { Planned } from "./planned.js" */
import { isFreeNow, passes } from "../board/filters.js"
import { clock, instant } from "../board/time.js"
import { the } from "../element.js"
import { Area } from "./area.js"
import { boxIn, written } from "./box.js"
import { counted, labelOf, plannedOf, said, stateOf } from "./planned.js"

const TICK = 500 // ms: a hold never seems to linger at 0:00
const BREATH = 1_500 // ms in which changes are said in one sentence
const RING = 900 // ms that a room which just changed is ringed
const SHOWN = ["free", "mine", "booked", "occupied", "held", "pending", "blocked", "closed", "past", "refused"].map((kind) => `is-${kind}`)

/** @typedef {{start: string, end: string, follows: boolean, asks: Record<string, [string, string]>, closed: Record<string, string>, words: Record<string, string>}} Asked what the server says of the span */
/** @typedef {{planned: Planned, fits: boolean, inside: boolean}} Drawn */

/**
 * The floors of a building as the server drew them, live: what is free for the span and fits stays lit.
 *
 * @fires board-book - detail {room, start, end}: a lit room was pressed, or any that is free.
 * @fires board-why - detail {room, start, end, node, asked}: one that is not was.
 * @fires board-open - detail {reference}: a booking of one's own was pressed.
 * @fires area - detail is the rectangle as an address has it, and its floor; of none, empty texts.
 * @fires stale - the time that is shown has gone by.
 */
export class FloorPlan extends HTMLElement {
  store = /** @type {Store} */ (/** @type {unknown} */ (null))
  asked = /** @type {Asked} */ (/** @type {unknown} */ (null))
  /** @type {Filters | null} */ #filters = null
  /** @type {Map<number, Drawn>} */ #drawn = new Map()
  /** @type {Map<number, {name: string, word: string}>} */ #changes = new Map()
  #dirty = /** @type {Set<number>} */ (new Set())
  #frame = 0
  #saying = 0
  #past = 0
  /** The room that was focused last. @type {Element | null} */ #at = null
  #area = new Area(this)
  time = clock("UTC")

  connectedCallback() {
    this.addEventListener("click", (event) => this.#click(event))
    this.addEventListener("focusin", () => this.#rove())
    document.addEventListener("keydown", (event) => event.key === "Escape" && !document.querySelector("dialog[open]") && this.#area.chosen && this.#area.clear())
    setInterval(() => this.#tick(), TICK)
  }

  /** Show the page as the server wrote it, from now on live. @param {Store} store @param {Asked} asked */
  load(store, asked) {
    this.store = store
    this.asked = asked
    this.time = clock(store.zone)
    this.#past = store.past
    this.#drawn.clear()
    const [within, on] = ["within", "on"].map((name) => new URLSearchParams(location.search).get(name) ?? "")
    const box = boxIn(within)
    this.#area.chosen = box && { box, floor: on }
    this.draw()
    this.#rove()
  }

  /** @param {State} state @param {Set<number>} touched */
  changed(state, touched) {
    this.store.update(state, touched)
    this.redraw(touched, true)
  }

  /** @param {Iterable<number>} rooms @param {boolean} [news] whether what changed is said */
  redraw(rooms, news = false) {
    for (const room of rooms) this.#dirty.add(room)
    this.#frame ||= requestAnimationFrame(() => {
      this.#frame = 0
      for (const room of this.#dirty) this.#draw(room, news)
      this.#dirty.clear()
      this.#count()
    })
  }

  /** Draw every room. */
  draw() {
    for (const node of this.rooms) this.#draw(idOf(node), false)
    this.#marks()
    this.#count()
  }

  /** @param {Filters} filters */
  filter(filters) {
    this.#filters = filters
    for (const part of /** @type {NodeListOf<HTMLElement>} */ (this.querySelectorAll("[data-floor], [data-list-of]")))
      part.hidden = filters.floor !== "" && filters.floor !== (part.dataset.floor ?? part.dataset.listOf)
    this.draw()
    this.#rove()
    this.#say()
  }

  /** Every room as it is drawn, in the order of the list. @returns {Element[]} */
  get rooms() {
    return [...this.querySelectorAll("svg[data-plan] a[data-room]")]
  }

  /** Those of them that one can go to. */
  get walked() {
    return this.rooms.filter((node) => !node.closest("[hidden]"))
  }

  get isMarking() {
    return this.classList.contains("is-marking")
  }

  get isDragging() {
    return this.#area.isDragging
  }

  /** @param {number} room */
  nameOf = (room) => this.store.state.rooms.get(room)?.name ?? ""

  /** @param {Element} node @returns {Box} */
  boxOf = (node) => /** @type {Box} */ (boxIn(node.getAttribute("data-box") ?? ""))

  /** @param {Element} node */
  floorOf = (node) => node.closest("[data-floor]")?.getAttribute("data-floor") ?? ""

  /** @param {Element} node a room to focus */
  go(node) {
    /** @type {SVGAElement} */ (node).focus()
  }

  /** Go back to the room that was asked about. */
  resume() {
    if (this.#at?.isConnected) this.go(this.#at)
  }

  /** What the pointer or the focus rests on is asked about, unless it can be had. @param {Event} event @returns {Question | null | undefined} nothing if it is no room */
  questionAt(event) {
    const node = /** @type {Element} */ (event.target).closest("a[data-room]")
    return node ? this.#question(node, false) : undefined
  }

  /** A rectangle was marked, or is being. @param {boolean} settled */
  marked(settled) {
    this.draw()
    if (!settled) return
    const { chosen } = this.#area
    if (chosen) this.mark(false)
    the("[data-clear]", this).hidden = !chosen
    this.dispatchEvent(new CustomEvent("area", { detail: { within: chosen ? written(chosen.box) : "", on: chosen?.floor ?? "" } }))
    this.#say()
  }

  /** Let a finger mark, and not scroll. @param {boolean} on */
  mark(on) {
    this.classList.toggle("is-marking", on)
    the("[data-mark]", this).setAttribute("aria-pressed", String(on))
  }

  /** @param {string} text for those who listen */
  say(text) {
    the("[data-said]", document).textContent = text
  }

  /** @param {Element} node @param {boolean} asked @returns {Question | null} */
  #question(node, asked) {
    const room = idOf(node)
    const { kind, block } = this.#drawn.get(room)?.planned ?? { kind: "", block: null }
    if (kind === "free" || block?.reference) return null
    return { room, start: instant(this.asked.start), end: instant(this.asked.end), node: /** @type {HTMLElement} */ (node), asked }
  }

  /** @param {MouseEvent} event */
  #click(event) {
    const target = /** @type {Element} */ (event.target)
    if (target.closest("[data-mark]")) return this.mark(!this.isMarking)
    const clear = target.closest("[data-clear]")
    const node = target.closest("a[data-room]")
    if ((!clear && !node) || event.button || event.ctrlKey || event.metaKey || event.shiftKey) return
    event.preventDefault()
    if (clear) return this.#area.clear()
    if (node) this.#ask(node)
  }

  /** @param {Element} node */
  #ask(node) {
    const reference = this.#drawn.get(idOf(node))?.planned.block?.reference
    if (reference) return void this.dispatchEvent(new CustomEvent("board-open", { detail: { reference } }))
    const question = this.#question(node, true)
    const place = { room: idOf(node), start: instant(this.asked.start), end: instant(this.asked.end) }
    this.dispatchEvent(new CustomEvent(question ? "board-why" : "board-book", { detail: question ?? place }))
  }

  /** @param {number} room @param {boolean} news */
  #draw(room, news) {
    const node = this.querySelector(`svg[data-plan] a[data-room="${room}"]`)
    const known = this.store.state.rooms.get(room)
    if (!node || !known) return
    const now = this.store.now()
    const before = this.#drawn.get(room)?.planned.kind
    const planned = plannedOf(this.store.in(room), this.#asks(room), this.asked.closed[room])
    const inside = this.#area.holds(this.boxOf(node), this.floorOf(node))
    const fits = inside && (!this.#filters || passes(known, this.#filters, isFreeNow(this.store.run(room), now)))
    this.#drawn.set(room, { planned, fits, inside })
    this.#show(node, planned, fits)
    if (!news || before === undefined || before === planned.kind) return
    node.classList.add("is-new")
    setTimeout(() => node.classList.remove("is-new"), RING)
    this.#changes.set(room, { name: this.nameOf(room), word: this.asked.words[planned.kind] ?? planned.kind })
    this.#saying ||= window.setTimeout(() => this.#say(), BREATH)
  }

  /** @param {Element} node @param {Planned} planned @param {boolean} fits */
  #show(node, planned, fits) {
    const free = planned.kind === "free"
    const words = stateOf(planned, this.asked.words, this.time, this.store.now())
    node.classList.toggle("is-dim", !(fits && free))
    node.setAttribute("aria-label", labelOf(node.getAttribute("data-about") ?? "", words.state, { free, lit: fits && free }))
    const row = /** @type {HTMLElement} */ (the(`[data-row="${idOf(node)}"]`, this))
    row.hidden = !fits
    for (const one of [node, the("a", row)]) {
      if (!one.classList.contains(`is-${planned.kind}`)) {
        one.classList.remove(...SHOWN)
        one.classList.add(`is-${planned.kind}`)
        one.setAttribute("href", one.getAttribute(free ? "data-book" : "data-why") ?? "")
      }
      for (const [name, text] of Object.entries(words)) {
        const node = one.querySelector(`[data-${name}]`)
        if (node && node.textContent !== text) node.textContent = text
      }
    }
  }

  /** The span with the room's own buffers. @param {number} room */
  #asks(room) {
    const [start, end] = this.asked.asks[room] ?? [this.asked.start, this.asked.end]
    return { start: instant(start), end: instant(end) }
  }

  #marks() {
    const { chosen } = this.#area
    for (const mark of this.querySelectorAll("[data-area]")) {
      const is = chosen?.floor === this.floorOf(mark)
      mark.classList.toggle("is-none", !is)
      if (!chosen || !is) continue
      const { left, top, right, bottom } = chosen.box
      for (const [name, value] of Object.entries({ x: left, y: top, width: right - left, height: bottom - top })) mark.setAttribute(name, String(value))
    }
  }

  get #words() {
    const rooms = [...this.#drawn.values()]
    return counted(rooms.filter(({ planned, fits }) => fits && planned.kind === "free").length, rooms.filter(({ inside }) => inside).length, this.#area.chosen !== null)
  }

  #count() {
    the("[data-count]", this).textContent = this.#words
    the("[data-none]", this).hidden = [...this.#drawn.values()].some(({ fits }) => fits)
  }

  #say() {
    clearTimeout(this.#saying)
    this.#saying = 0
    this.say(said([...this.#changes.values()], this.#words))
    this.#changes.clear()
  }

  /** On each floor one room is in the order of Tab; arrows reach the others. */
  #rove() {
    for (const floor of this.querySelectorAll("svg[data-plan]")) {
      const rooms = [...floor.querySelectorAll("a[data-room]")]
      const kept = rooms.find((node) => node === document.activeElement) ?? rooms.find((node) => node.getAttribute("tabindex") === "0") ?? rooms[0]
      for (const node of rooms) node.setAttribute("tabindex", node === kept ? "0" : "-1")
      if (kept === document.activeElement) this.#at = kept
    }
  }

  #tick() {
    if (!this.store) return
    const over = this.store.expired()
    if (over.size) this.redraw(over, true)
    for (const [room, { planned }] of this.#drawn) if (planned.block?.expires !== undefined) this.redraw([room], true)
    if (this.store.past === this.#past) return
    this.#past = this.store.past
    if (this.#filters?.free) this.draw()
    if (instant(this.asked.start) < this.#past) this.dispatchEvent(new Event("stale"))
  }
}

const idOf = (/** @type {Element} */ node) => Number(node.getAttribute("data-room"))

customElements.define("floor-plan", FloorPlan)
