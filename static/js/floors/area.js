// @ts-check
/** @import { Box, Point } from "./box.js" */
/** @import { FloorPlan } from "./floor-plan.js" */
import { nearest } from "../lot/walk.js"
import { between, holds, joined } from "./box.js"

const SLOP = 6 // px that a press may move and still is one

/**
 * Marks a rectangle on a floor: by dragging, and by Shift with the arrows from room to room. A finger scrolls,
 * unless the button beside the plan was pressed.
 */
export class Area {
  /** @type {{box: Box, floor: string} | null} */ chosen = null
  /** The room at which marking by keys began. @type {Element | null} */ #anchor = null
  #dragged = false
  isDragging = false

  /** @param {FloorPlan} plan */
  constructor(plan) {
    this.plan = plan
    plan.addEventListener("pointerdown", (event) => this.#press(event))
    plan.addEventListener("dragstart", (event) => event.preventDefault()) // a link would be carried away
    plan.addEventListener("click", (event) => this.#swallow(event), { capture: true })
    plan.addEventListener("keydown", (event) => this.#key(event))
  }

  /** Whether a room lies in what is marked, or nothing is. @param {Box} box @param {string} floor */
  holds(box, floor) {
    return !this.chosen || (this.chosen.floor === floor && holds(this.chosen.box, box))
  }

  clear() {
    this.#anchor = null
    this.#choose(null, true)
  }

  /** @param {{box: Box, floor: string} | null} chosen @param {boolean} settled whether this is what was meant, and no step to it */
  #choose(chosen, settled) {
    this.chosen = chosen
    this.plan.marked(settled)
  }

  /** @param {PointerEvent} event */
  #press(event) {
    this.#dragged = false
    const svg = /** @type {SVGSVGElement | null} */ (/** @type {Element} */ (event.target).closest("svg[data-plan]"))
    if (!svg || event.button || (event.pointerType === "touch" && !this.plan.isMarking)) return
    const floor = this.plan.floorOf(svg)
    const [from, before] = [pointIn(svg, event), this.chosen]
    const stop = new AbortController()
    const { signal } = stop
    const over = () => (stop.abort(), (this.isDragging = false))
    svg.addEventListener("pointermove", (move) => {
      if (!this.isDragging && Math.hypot(move.clientX - event.clientX, move.clientY - event.clientY) < SLOP) return
      if (!this.isDragging) svg.setPointerCapture(event.pointerId)
      this.isDragging = this.#dragged = true
      this.#anchor = null
      this.#choose({ box: between(from, pointIn(svg, move)), floor }, false)
    }, { signal })
    svg.addEventListener("pointerup", () => {
      const dragged = this.isDragging
      over()
      if (dragged) this.#choose(this.chosen, true)
    }, { signal })
    svg.addEventListener("pointercancel", () => (over(), this.#choose(before, true)), { signal })
  }

  /** The click that ends a drag is none. @param {Event} event */
  #swallow(event) {
    if (!this.#dragged) return
    this.#dragged = false
    event.preventDefault()
    event.stopPropagation()
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return
    const here = /** @type {Element} */ (event.target).closest("svg[data-plan] a[data-room]")
    const to = here && this.#toward(here, event)
    if (!here || !to) return
    event.preventDefault()
    if (!event.shiftKey) this.#anchor = null
    this.plan.go(to)
    if (!event.shiftKey) return
    this.#anchor = this.#anchor?.isConnected ? this.#anchor : here
    this.#choose({ box: joined(this.plan.boxOf(this.#anchor), this.plan.boxOf(to)), floor: this.plan.floorOf(to) }, true)
  }

  /** The room to which a key leads; with Shift it is of the same floor, and at its edge the same room. @param {Element} here @param {KeyboardEvent} event */
  #toward(here, { key, shiftKey }) {
    const rooms = this.plan.walked.filter((node) => !shiftKey || this.plan.floorOf(node) === this.plan.floorOf(here))
    if (key === "Home" || key === "End") return rooms.at(key === "Home" ? 0 : -1)
    const found = nearest(key, middle(here), rooms.filter((node) => node !== here).map(middle))
    return found?.node ?? (shiftKey && key.startsWith("Arrow") ? here : null)
  }
}

/** Where the pointer is, in the units of the plan. @param {SVGSVGElement} svg @param {PointerEvent} event @returns {Point} */
function pointIn(svg, { clientX, clientY }) {
  const { left, top, width } = svg.getBoundingClientRect()
  const { x, y, width: units } = svg.viewBox.baseVal
  return { x: x + ((clientX - left) * units) / width, y: y + ((clientY - top) * units) / width }
}

/** @param {Element} node */
function middle(node) {
  const box = node.getBoundingClientRect()
  return { node, x: box.x + box.width / 2, y: box.y + box.height / 2 }
}
