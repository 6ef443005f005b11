// @ts-check
/** @import { AvailabilityBoard } from "./availability-board.js" */
import { element } from "../element.js"
import { drawHead, drawLines } from "./axis.js"
import { Row } from "./row.js"

const NEAR = "320px 0px" // rows are drawn this far beyond the viewport, so scrolling meets drawn rows

/** The nodes of a board: a box that scrolls, and in it the head, the rows, the lines behind and the line of now. */
export class Sheet {
  /** @type {Map<number, Row>} */ rows = new Map()
  width = 0

  /** @param {AvailabilityBoard} board */
  constructor(board) {
    const { store } = board
    this.board = board
    this.grid = element("div", "board", { role: "grid", "aria-label": board.getAttribute("label") ?? "" })
    this.grid.setAttribute("aria-colcount", String(board.column(store.scale.to) - 1))
    this.empty = element("p", "board-empty", { role: "status", tabindex: "-1" })
    this.now = element("div", "board-now", { "aria-hidden": "true" })
    this.head = drawHead(store, 0, board.column)
    this.rows = new Map(store.rooms.map((room) => [room.id, new Row(board, room)]))
    const sheet = element("div", "board-sheet", { role: "presentation" })
    sheet.append(drawLines(store), this.now, this.head, ...[...this.rows.values()].map((row) => row.node))
    this.grid.append(sheet)
    this.near = new IntersectionObserver((entries) => this.#see(entries), { root: this.grid, rootMargin: NEAR })
    this.sizes = new ResizeObserver(() => this.measure())
  }

  /** Watch what is near and how wide it is, once the nodes are in the page. */
  watch() {
    this.measure()
    for (const row of this.rows.values()) this.near.observe(row.node)
    this.sizes.observe(this.grid)
  }

  stop() {
    this.near.disconnect()
    this.sizes.disconnect()
  }

  /** Fit the labels of the head to the width there is. */
  measure() {
    const width = this.head.querySelector(".board-lane")?.clientWidth ?? 0
    if (!width || width === this.width) return
    this.width = width
    const head = drawHead(this.board.store, width, this.board.column)
    this.head.replaceWith(head)
    this.head = head
    for (const row of this.rows.values()) row.draw()
  }

  /** @param {IntersectionObserverEntry[]} entries */
  #see(entries) {
    for (const { target, isIntersecting } of entries)
      this.rows.get(Number(/** @type {HTMLElement} */ (target).dataset.room))?.show(isIntersecting)
  }
}
