import assert from "node:assert/strict"
import test from "node:test"
import { amounts, seatState } from "../../static/js/seats/states.js"

const at = (hour) => `2026-12-01T${String(hour).padStart(2, "0")}:00:00Z`
const taken = (start, end, state = "booked", more = {}) => ({ id: 1, room: 1, start: at(start), end: at(end), state, ...more })
const way = { start: Date.parse(at(9)), end: Date.parse(at(11)) }

test("a seat that is taken before and after the way is free", () => {
  assert.deepEqual(seatState([taken(7, 9), taken(11, 13)], way, new Set()), { state: "free" })
})

test("a seat that is taken on one leg of the way is taken", () => {
  assert.deepEqual(seatState([taken(10, 13)], way, new Set()), { state: "booked" })
})

test("a hold says when it ends, and a sale beside it weighs more", () => {
  const held = taken(9, 10, "held", { expires_at: at(8) })
  assert.deepEqual(seatState([held], way, new Set()), { state: "held", expires: at(8) })
  assert.deepEqual(seatState([held, taken(10, 11)], way, new Set()), { state: "booked" })
})

test("one's own seat is one's own, however it is held", () => {
  assert.deepEqual(seatState([taken(9, 11, "held", { expires_at: at(8) })], way, new Set([1])), { state: "mine" })
})

test("each passenger pays a share, rounded half up", () => {
  assert.deepEqual(amounts([1000, 1000, 1001], ["adult", "child"], { adult: 100, child: 25 }), [1000, 250, 1001])
  assert.deepEqual(amounts([1001], ["child"], { child: 50 }), [501])
})
