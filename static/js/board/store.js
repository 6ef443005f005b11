// @ts-check
/** @import { Allocation, Room, State } from "../live/changes.js" */
/** @import { Block, Segment, Taken } from "./segments.js" */
/** @import { Stretch } from "./scale.js" */
import { allocationsOf, empty } from "../live/changes.js"
import { Scale } from "./scale.js"
import { segments } from "./segments.js"
import { clock, instant, MINUTE, minutesOf, snap, snapDown } from "./time.js"

/**
 * @typedef {{start: string, end: string}} Times
 * @typedef {{venue: {timezone: string}, window: Times, days: Times[], open: [string, string][],
 *   room_open: Record<string, [string, string][]>, step_minutes: number, default_minutes: number,
 *   min_minutes: number, slots: [string, string][] | null}} Page what the server says about the board's frame
 */

const SHOWN = new Set(["held", "pending", "booked", "occupied", "blocked"])

/** What the board draws: the venue's topic, with what `mine` and `desk` add about one's own bookings. */
export class Store {
  /** @type {Map<number, Block[]>} */ #blocks = new Map()
  /** @type {Map<number, {run: Segment[], past: number}>} */ #runs = new Map()
  /** @type {Map<number, Allocation>} */ #details = new Map()
  state = empty("")
  now = Date.now

  /** @param {Page} page */
  constructor(page) {
    this.frame(page)
  }

  /** Take the frame in which everything is drawn: the days, the hours, the steps. @param {Page} page */
  frame(page) {
    this.#runs.clear()
    this.zone = page.venue.timezone
    this.wall = clock(this.zone)
    this.scale = new Scale(page.days.map(({ start, end }) => ({ start: instant(start), end: instant(end) })))
    this.step = page.step_minutes * MINUTE
    this.usual = page.default_minutes * MINUTE
    this.least = page.min_minutes * MINUTE
    this.slots = page.slots ? stretches(page.slots) : null
    this.window = { start: instant(page.window.start), end: instant(page.window.end) }
    this.open = stretches(page.open)
    this.roomOpen = new Map(Object.entries(page.room_open ?? {}).map(([id, spans]) => [Number(id), stretches(spans)]))
  }

  /** Rooms in the venue's order. @returns {Room[]} */
  get rooms() {
    return [...this.state.rooms.values()]
      .filter((room) => !room.archived)
      .sort((a, b) => (a.order ?? 0) - (b.order ?? 0) || byName(a, b) || a.id - b.id)
  }

  /** Take the venue's new truth about these rooms. @param {State} state @param {Iterable<number>} touched */
  update(state, touched) {
    this.state = state
    for (const room of touched) this.#forget(room)
  }

  /**
   * Take what is known of one's own (or, at the desk, everyone's) bookings; names the rooms that look new.
   * @param {Iterable<Allocation>} known all of them
   */
  detail(known) {
    const before = this.#details
    this.#details = new Map([...known].map((allocation) => [allocation.id, allocation]))
    /** @type {Set<number>} */
    const touched = new Set()
    for (const [id, room] of this.#rooms())
      if (word(before.get(id)) !== word(this.#details.get(id))) touched.add(room)
    for (const room of touched) this.#forget(room)
    return touched
  }

  /** @param {number} room @returns {readonly Block[]} the room's blocks, holds that ran out left out */
  in(room) {
    let blocks = this.#blocks.get(room)
    if (!blocks) {
      blocks = allocationsOf(this.state, room).filter((a) => SHOWN.has(a.state)).map((a) => this.#block(a, room))
      this.#blocks.set(room, blocks)
    }
    const now = this.now()
    return blocks.some((block) => ranOut(block, now)) ? blocks.filter((block) => !ranOut(block, now)) : blocks
  }

  /** The steps of a room's own terms, or else the venue's. @param {number} room */
  stepOf(room) {
    return (this.state.rooms.get(room)?.step_minutes ?? 0) * MINUTE || this.step
  }

  /** The shortest booking of a room. @param {number} room */
  leastOf(room) {
    return (this.state.rooms.get(room)?.min_minutes ?? 0) * MINUTE || this.least
  }

  /** @param {number} room */
  #openOf(room) {
    return this.roomOpen.get(room) ?? this.open
  }

  /** Tell whether a room is open throughout, as far as the days shown tell. @param {number} room @param {number} start @param {number} end */
  isOpen(room, start, end) {
    const [from, to] = [Math.max(start, this.window.start), Math.min(end, this.window.end)]
    return this.slots !== null || from >= to || this.#openOf(room).some((span) => span.start <= from && to <= span.end)
  }

  /** Whether what is shown tells what is free now: another day does not. */
  get knowsNow() {
    const now = this.now()
    return this.window.start <= now && now < this.window.end
  }

  /** Before this, nothing can be booked: a step that runs may still be. */
  get past() {
    const now = this.now()
    return snapDown(now, this.step, this.#midnight(now))
  }

  /** The last time up to t at which a booking may begin or end. @param {number} room @param {number} t */
  stepDown(room, t) {
    return snapDown(t, this.stepOf(room), this.#midnight(t))
  }

  /** The first such time from t on. @param {number} room @param {number} t */
  stepUp(room, t) {
    const step = this.stepDown(room, t)
    return step === t ? t : step + this.stepOf(room)
  }

  /** The nearest such time. @param {number} room @param {number} t */
  stepNear(room, t) {
    return snap(t, this.stepOf(room), this.#midnight(t))
  }

  /** Where steps are counted from: midnight, as the venue's clocks have it at t. @param {number} t */
  #midnight(t) {
    const minute = t - (t % MINUTE)
    return minute - minutesOf(this.wall(minute)) * MINUTE
  }

  /** @param {number} room @returns {Segment[]} */
  run(room) {
    const past = this.past
    const known = this.#runs.get(room)
    if (known && known.past === past) return known.run
    const run = segments(this.in(room), { stretches: this.scale.stretches, open: this.#openOf(room), past })
    this.#runs.set(room, { run, past })
    return run
  }

  /** Name the rooms in which a hold has run out since the last look. @returns {Set<number>} */
  expired() {
    const now = this.now()
    /** @type {Set<number>} */
    const rooms = new Set()
    for (const [room, blocks] of this.#blocks)
      if (blocks.some((block) => block.expires !== undefined && this.#looked < block.expires && block.expires <= now)) rooms.add(room)
    for (const room of rooms) this.#runs.delete(room)
    this.#looked = now
    return rooms
  }
  #looked = 0

  /** @param {number} room */
  #forget(room) {
    this.#blocks.delete(room)
    this.#runs.delete(room)
  }

  /** @returns {Iterable<[number, number]>} every allocation id with the room it is drawn in */
  *#rooms() {
    for (const [room, list] of this.state.allocations) for (const allocation of list) yield [allocation.id, room]
  }

  /** @param {Allocation} allocation @param {number} room @returns {Block} */
  #block(allocation, room) {
    const own = this.#details.get(allocation.id)
    const [start, end] = [instant(allocation.start), allocation.end ? instant(allocation.end) : Infinity]
    const mine = own?.mine === true // the desk knows everyone's, and says whose only by leaving this out
    const state = /** @type {Taken} */ (mine && allocation.state === "booked" ? "mine" : allocation.state)
    return {
      id: allocation.id, room, start, end, state, mine,
      from: allocation.blocks_from ? instant(allocation.blocks_from) : start,
      until: allocation.blocks_until ? instant(allocation.blocks_until) : end,
      expires: allocation.expires_at && state === "held" ? instant(allocation.expires_at) : undefined,
      part: allocation.part, reference: own?.booking, title: own?.title || undefined,
      repeats: own?.occurrence !== undefined,
    }
  }
}

/** @param {Block} block @param {number} now */
const ranOut = (block, now) => block.expires !== undefined && block.expires <= now

/** As people count: A2 before A10. @param {Room} a @param {Room} b */
const byName = (a, b) => (a.name ?? "").localeCompare(b.name ?? "", "en", { numeric: true })

/** @param {[string, string][]} spans @returns {Stretch[]} */
const stretches = (spans) => spans.map(([start, end]) => ({ start: instant(start), end: instant(end) }))

/** @param {Allocation | undefined} own */
const word = (own) => (own ? `${own.booking} ${own.title} ${own.mine} ${own.occurrence}` : "")
