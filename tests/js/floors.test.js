// @ts-check
import assert from "node:assert/strict"
import { test } from "node:test"
import { between, boxIn, holds, joined, written } from "../../static/js/floors/box.js"
import { counted, labelOf, plannedOf, said, stateOf } from "../../static/js/floors/planned.js"

const WORDS = { free: "free", booked: "booked", held: "on hold", mine: "yours", closed: "closed" }
const HOUR = 3_600_000
const asks = { start: 10 * HOUR, end: 11 * HOUR }
const time = (/** @type {number} */ t) => `${t / HOUR}:00`

/** @param {number} start @param {number} end @param {object} [more] @returns {any} */
const block = (start, end, more = {}) => ({ id: 1, room: 1, state: "booked", mine: false, start: start * HOUR, end: end * HOUR, from: start * HOUR, until: end * HOUR, ...more })

test("a rectangle is the same whichever corners it is drawn by, and comes back from an address", () => {
  const box = between({ x: 30, y: 5 }, { x: -10, y: 40 })

  assert.deepEqual(box, { left: -10, top: 5, right: 30, bottom: 40 })
  assert.deepEqual(boxIn(written(box)), box)
  assert.deepEqual([boxIn(""), boxIn("1,2,3"), boxIn("1,2,3,x")], [null, null, null])
})

test("a room lies in a rectangle by its middle, and in every one that is larger", () => {
  const room = { left: 0, top: 0, right: 100, bottom: 80 }
  const half = { left: -5, top: -5, right: 50, bottom: 40 }

  assert.ok(holds(half, room))
  assert.ok(!holds({ ...half, right: 49 }, room))
  assert.ok(holds(joined(half, { left: 500, top: 500, right: 600, bottom: 600 }), room))
})

test("a room is what it is taken by during the span, its buffers included", () => {
  assert.equal(plannedOf([], asks).kind, "free")
  assert.equal(plannedOf([block(9, 10), block(11, 12)], asks).kind, "free")
  assert.equal(plannedOf([block(9, 10, { until: 10.5 * HOUR })], asks).kind, "booked")
  assert.equal(plannedOf([block(10.5, 12)], asks).kind, "booked")
  assert.equal(plannedOf([block(9, Infinity)], asks).kind, "booked")
})

test("one's own comes before what others have, and what has a room before that nobody gets it", () => {
  const mine = block(10.5, 11, { state: "mine", mine: true })

  assert.equal(plannedOf([block(10, 10.5), mine], asks).kind, "mine")
  assert.equal(plannedOf([block(10, 11)], asks, "closed").kind, "booked")
  assert.equal(plannedOf([], asks, "closed").kind, "closed")
})

test("a room says its state in a word and until when, a hold what is left of it", () => {
  const say = (/** @type {any[]} */ blocks) => stateOf(plannedOf(blocks, asks), WORDS, time, 10 * HOUR).state

  assert.equal(say([]), "free")
  assert.equal(say([block(10, 12)]), "booked until 12:00")
  assert.equal(say([block(10, Infinity)]), "booked")
  assert.equal(say([block(10, 11, { state: "held", expires: 10 * HOUR + 252_000 })]), "on hold 4:12 left")
})

test("what is free and does not fit says so", () => {
  assert.equal(labelOf("Birch, 8 seats", "free", { free: true, lit: true }), "Birch, 8 seats, free")
  assert.equal(labelOf("Birch, 8 seats", "free", { free: true, lit: false }), "Birch, 8 seats, free, but does not fit")
  assert.equal(labelOf("Birch, 8 seats", "booked until 12:00", { free: false, lit: false }), "Birch, 8 seats, booked until 12:00")
})

test("the rooms are counted as the server counts them", () => {
  assert.equal(counted(4, 24, false), "4 of 24 rooms are free and fit.")
  assert.equal(counted(1, 2, true), "1 of 2 rooms in the area is free and fit.")
  assert.equal(counted(0, 1, false), "0 of 1 room is free and fit.")
})

test("a few rooms that change are named, and many are counted", () => {
  const changed = ["Aurora", "Birch", "Cedar", "Delta"].map((name) => ({ name, word: "booked" }))

  assert.equal(said(changed.slice(0, 2), "22 of 24."), "Aurora is booked, Birch is booked. 22 of 24.")
  assert.equal(said(changed, "20 of 24."), "4 rooms changed. 20 of 24.")
  assert.equal(said([], "24 of 24."), "24 of 24.")
})
