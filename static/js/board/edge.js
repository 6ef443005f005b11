// @ts-check
const EDGE = 48 // px from the side at which a drag begins to scroll
const FAST = 14 // px a frame at the very edge

/** Scroll a box while a drag rests near its sides, so that a sweep can reach what is not yet in view. */
export class EdgeScroll {
  #frame = 0
  #x = 0
  #y = 0

  /** @param {() => void} moved called after each scroll, since the pointer is over something else now */
  constructor(moved) {
    this.moved = moved
  }

  /** @param {HTMLElement} box @param {PointerEvent} event */
  follow(box, event) {
    this.#x = event.clientX
    this.#y = event.clientY
    this.#frame ||= requestAnimationFrame(() => this.#step(box))
  }

  stop() {
    cancelAnimationFrame(this.#frame)
    this.#frame = 0
  }

  /** @param {HTMLElement} box */
  #step(box) {
    this.#frame = 0
    const { left, right, top, bottom } = box.getBoundingClientRect()
    const [x, y] = [push(this.#x, left, right), push(this.#y, top, bottom)]
    if (!x && !y) return
    const [wasX, wasY] = [box.scrollLeft, box.scrollTop]
    box.scrollBy(x, y)
    if (box.scrollLeft === wasX && box.scrollTop === wasY) return
    this.moved()
    this.#frame = requestAnimationFrame(() => this.#step(box))
  }
}

/** @param {number} at @param {number} low @param {number} high */
function push(at, low, high) {
  if (at < low + EDGE) return -FAST * Math.min(1, (low + EDGE - at) / EDGE)
  if (at > high - EDGE) return FAST * Math.min(1, (at - high + EDGE) / EDGE)
  return 0
}
