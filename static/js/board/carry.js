// @ts-check
/** @import { AvailabilityBoard } from "./availability-board.js" */
/** @import { Place } from "./proposal.js" */
/** @import { Block } from "./segments.js" */

import { shifted } from "./proposal.js"
import { DAY } from "./time.js"

/** Carry a booking of one's own by keyboard: arrows carry it, Enter drops it, Escape puts it back. */
export class Carry {
  /** @type {(Place & {block: Block}) | null} */ #load = null

  /** @param {AvailabilityBoard} board */
  constructor(board) {
    this.board = board
  }

  get isOn() {
    return this.#load !== null
  }

  /** @param {Block} block */
  begin(block) {
    this.#load = { block, room: block.room, start: block.start, end: block.end, ok: true, why: "" }
    this.board.gesture.show(this.#load)
    this.board.say("Moving. Arrows carry it, Enter drops it, Escape puts it back.")
  }

  /** @param {KeyboardEvent} event @returns {boolean} whether the key was meant for us */
  key(event) {
    const load = this.#load
    if (!load) return false
    if (event.key === "Escape" || event.key === "Tab") return this.#end("Put back.")
    if (event.key === "Enter") return this.#drop(load)
    const { store } = this.board
    const by = store.slots ? DAY : store.stepOf(load.room)
    if (event.key === "ArrowRight") this.#shift(load, by)
    else if (event.key === "ArrowLeft") this.#shift(load, -by)
    else if (event.key === "ArrowDown") this.#room(load, 1)
    else if (event.key === "ArrowUp") this.#room(load, -1)
    else return true
    this.#judge(load)
    this.#tell(load)
    return true
  }

  /** See whether what is carried, and where it is, are still as they were: somebody else may have been there. */
  look() {
    const load = this.#load
    if (!load) return
    const { id, room, start, end } = load.block
    const block = this.board.store.in(room).find((block) => block.id === id)
    // After the focus has found another cell, whose name would be heard instead.
    if (!block || !this.board.isMovable(block) || block.start !== start || block.end !== end)
      return queueMicrotask(() => this.#end("It was moved or cancelled meanwhile."))
    const before = load.why
    this.#judge(load)
    if (load.why !== before) this.#tell(load)
  }

  /** @param {Place & {block: Block}} load */
  #judge(load) {
    load.why = this.board.against(load.room, load.start, load.end, load.block.id)
    load.ok = !load.why
    this.board.gesture.show(load)
  }

  /** @param {Place} load */
  #tell({ room, start, end, why }) {
    this.board.say([this.board.nameOf(room), this.board.span(start, end), why].filter(Boolean).join(", "))
  }

  /** @param {Place} load @param {number} by */
  #shift(load, by) {
    Object.assign(load, shifted(this.board.store, load.room, load, by))
  }

  /** @param {Place} load @param {number} by */
  #room(load, by) {
    const rooms = [...this.board.rows.values()].filter((row) => !row.node.hidden).map((row) => row.room.id)
    load.room = rooms[rooms.indexOf(load.room) + by] ?? load.room
    this.board.rows.get(load.room)?.show(true)
  }

  /** @param {Place & {block: Block}} load */
  #drop({ why, block, room, start, end }) {
    if (why) return this.#end(`That time is ${why}. Put back.`)
    if (room === block.room && start === block.start) return this.#end("Put back.")
    this.board.ask("board-move", { reference: block.reference, id: block.id, room, start, end })
    return this.#end("Asked to move it.")
  }

  /** @param {string} message */
  #end(message) {
    this.#load = null
    this.board.gesture.cancel()
    this.board.say(message)
    return true
  }
}
