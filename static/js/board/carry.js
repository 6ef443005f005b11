// @ts-check
/** @import { AvailabilityBoard } from "./availability-board.js" */
/** @import { Place } from "./proposal.js" */
/** @import { Block } from "./segments.js" */

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
    this.#load = { block, room: block.room, start: block.start, end: block.end, ok: true }
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
    load.ok = this.board.isFree(load.room, load.start, load.end, load.block.id)
    this.board.gesture.show(load)
    const { time } = this.board
    this.board.say(`${this.board.nameOf(load.room)}, ${time(load.start)} to ${time(load.end)}${load.ok ? "" : ", taken"}`)
    return true
  }

  /** @param {Place} load @param {number} by */
  #shift(load, by) {
    const { scale } = this.board.store
    if (!scale.shows(load.start + by) || load.end + by > scale.to) return
    load.start += by
    load.end += by
  }

  /** @param {Place} load @param {number} by */
  #room(load, by) {
    const rooms = [...this.board.rows.values()].filter((row) => !row.node.hidden).map((row) => row.room.id)
    load.room = rooms[rooms.indexOf(load.room) + by] ?? load.room
    this.board.rows.get(load.room)?.show(true)
  }

  /** @param {Place & {block: Block}} load */
  #drop({ ok, block, room, start, end }) {
    if (!ok) return this.#end("That time is taken. Put back.")
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
