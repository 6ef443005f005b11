import assert from "node:assert/strict"
import { test } from "node:test"
import { empty, reduce } from "../../static/js/live/changes.js"
import { countFree, kindAt } from "../../static/js/live/free.js"
import { costAt, lengthWords, relabeled, said, shownAs } from "../../static/js/lot/spots.js"
import { following, multiplied, snap } from "../../static/js/lot/plan.js"
import { nearest } from "../../static/js/lot/walk.js"

const NOON = Date.parse("2026-11-23T12:00:00Z")
const MINUTE = 60_000

function lot(...allocations) {
  const rooms = [1, 2, 3].map((id) => ({ id, revision: 1, floor: id < 3 ? "Level 1" : "Level 2" }))
  return reduce(empty("venue:lot"), { type: "snapshot", topic: "venue:lot", revision: 3, rooms, allocations }).state
}
const car = (room, more = {}) => ({ id: room, room, start: "2026-11-23T09:00:00Z", end: null, state: "occupied", ...more })

test("a spot is taken from the start of what takes it until it is released", () => {
  const state = lot(car(1), car(2, { start: "2026-11-23T13:00:00Z", state: "booked" }))

  assert.equal(kindAt(state, 1, NOON), "occupied")
  assert.equal(kindAt(state, 2, NOON), "free")
  assert.equal(kindAt(state, 2, NOON + 60 * MINUTE), "booked")
})

test("a hold that ran out takes nothing", () => {
  const state = lot(car(1, { state: "held", expires_at: "2026-11-23T12:00:00Z" }))

  assert.equal(kindAt(state, 1, NOON - 1), "held")
  assert.equal(kindAt(state, 1, NOON), "free")
})

test("free spots are counted, of one level too", () => {
  const state = lot(car(1))

  assert.equal(countFree(state, NOON), 2)
  assert.equal(countFree(state, NOON, (room) => room.floor === "Level 1"), 1)
})

test("one's own spot is shown so while one has it", () => {
  const state = lot(car(1))

  assert.equal(shownAs(state, 1, NOON, new Set([1, 2])), "mine")
  assert.equal(shownAs(state, 2, NOON, new Set([1, 2])), "free")
})

test("a label changes its word and keeps what the spot has", () => {
  assert.equal(relabeled("Spot A1, free, EV charger", "taken"), "Spot A1, taken, EV charger")
})

test("few changes are named and many are counted", () => {
  const taken = (name) => ({ name, word: "taken" })

  assert.equal(said([], 5, 9), "")
  assert.equal(said([taken("Spot A1"), taken("Spot A2")], 5, 9), "Spot A1 is taken, Spot A2 is taken. 5 of 9 free.")
  assert.equal(said(["A", "B", "C", "D"].map(taken), 5, 9), "4 spots changed. 5 of 9 free.")
})

test("a length is said as the server says it", () => {
  assert.equal(lengthWords(84 * MINUTE), "1 h 24 min")
  assert.equal(lengthWords(64 * MINUTE), "1 h 04 min")
  assert.equal(lengthWords(59 * MINUTE + 59_999), "59 min")
  assert.equal(lengthWords(-1), "0 min")
})

test("a price runs on through what the server reckoned, and no further", () => {
  const ticks = [["2026-11-23T12:00:00Z", "€0.00"], ["2026-11-23T12:11:00Z", "€0.44"]]

  assert.equal(costAt(ticks, NOON + 10 * MINUTE, NOON + 90 * MINUTE), "€0.00")
  assert.equal(costAt(ticks, NOON + 11 * MINUTE, NOON + 90 * MINUTE), "€0.44")
  assert.equal(costAt(ticks, NOON + 90 * MINUTE, NOON + 90 * MINUTE), null)
})

test("an arrow key goes to the nearest place that way, and stays in its row while it can", () => {
  const places = [{ x: 46, y: 0 }, { x: 92, y: 0 }, { x: 46, y: 180 }, { x: 20, y: 90 }]

  assert.equal(nearest("ArrowRight", { x: 0, y: 0 }, places), places[0])
  assert.equal(nearest("ArrowDown", { x: 46, y: 0 }, places), places[3])
  assert.equal(nearest("ArrowLeft", { x: 0, y: 0 }, places), null)
  assert.equal(nearest("Enter", { x: 0, y: 0 }, places), null)
})

test("the next name counts on, and keeps its zeros", () => {
  assert.deepEqual(["A9", "A09", "Desk", "B2 left"].map(following), ["A10", "A10", "Desk 2", "B2 left 2"])
})

test("a room is multiplied to its right, past names that are taken", () => {
  const one = { id: 7, name: "A1", floor: "1", x: 10, y: 20 }
  const rooms = [one, { ...one, id: 8, name: "A2", x: 500 }]

  assert.deepEqual(multiplied(rooms, one, 2, 46), [
    { id: null, name: "A3", floor: "1", x: 56, y: 20 },
    { id: null, name: "A4", floor: "1", x: 102, y: 20 },
  ])
})

test("places lie on the grid and not too far away", () => {
  assert.deepEqual([3.1, -5, 1e9].map((value) => snap(value)), [4, -4, 10_000])
  assert.equal(snap(60, 46), 46) // a seat stands in a row
})
