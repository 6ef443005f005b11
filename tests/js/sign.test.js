import assert from "node:assert/strict"
import { test } from "node:test"
import { empty, reduce } from "../../static/js/live/changes.js"
import { atWords, doorAt, freeAt, hoursOf, silentSince, wordAt } from "../../static/js/lot/sign.js"

const at = (clock, day = 23) => Date.parse(`2026-11-${day}T${clock}:00Z`)
const HOURS = hoursOf([{ rooms: [1, 2], open: [["2026-11-23T08:00:00Z", "2026-11-23T20:00:00Z"], ["2026-11-24T08:00:00Z", null]] }])
const ALWAYS = hoursOf([])

function house(...allocations) {
  const rooms = [1, 2].map((id) => ({ id, revision: 1, floor: "1" }))
  return reduce(empty("display:x"), { type: "snapshot", topic: "display:x", revision: 2, rooms, allocations }).state
}
const booking = (more = {}) => ({
  id: 1, room: 1, state: "booked", start: "2026-11-23T10:00:00Z", end: "2026-11-23T11:00:00Z",
  blocks_from: "2026-11-23T09:30:00Z", blocks_until: "2026-11-23T11:30:00Z", ...more,
})
const door = (clock, ...allocations) => {
  const { kind, until } = doorAt(house(...allocations), HOURS, 1, at(clock))
  return [kind, until]
}

test("a door is free between what is taken, and while it is open", () => {
  assert.deepEqual(door("07:00", booking()), ["closed", at("08:00")])
  assert.deepEqual(door("08:00", booking()), ["free", at("09:30")])
  assert.deepEqual(door("09:30", booking()), ["taken", at("11:30")])
  assert.deepEqual(door("11:00", booking()), ["taken", at("11:30")])
  assert.deepEqual(door("11:30", booking()), ["free", at("20:00")])
  assert.deepEqual(door("20:00", booking()), ["closed", at("08:00", 24)])
})

test("a room that never closes is free for as long as nobody has it", () => {
  assert.deepEqual(doorAt(house(), ALWAYS, 1, at("03:00")), { kind: "free", until: null, next: [] })
})

test("time out of use is not said to be taken, and what has no end lasts until further notice", () => {
  assert.deepEqual(door("10:00", booking({ state: "blocked" })), ["blocked", at("11:30")])
  assert.deepEqual(door("12:00", booking({ end: null })), ["taken", null])
})

test("who is there after hours is there, and a buffer then is nobody's", () => {
  const late = { start: "2026-11-23T19:00:00Z", blocks_from: undefined }

  assert.deepEqual(door("20:30", booking({ ...late, end: "2026-11-23T21:00:00Z", blocks_until: undefined })), ["taken", at("21:00")])
  assert.deepEqual(door("20:00", booking({ ...late, end: "2026-11-23T20:00:00Z", blocks_until: "2026-11-23T20:30:00Z" })), ["closed", at("08:00", 24)])
})

test("a room that is let no more is closed", () => {
  assert.deepEqual(doorAt(house(), ALWAYS, 9, at("12:00")), { kind: "closed", until: null, next: [] })
})

test("a part of a hall that is taken takes the hall", () => {
  assert.deepEqual(door("10:00", booking({ part: 2 })), ["taken", at("11:30")])
})

test("a sign counts no room that is closed, and says so where all are", () => {
  const state = house(booking())

  assert.equal(freeAt(state, HOURS, at("10:00")), 1)
  assert.equal(freeAt(state, HOURS, at("07:00")), 0)
  assert.deepEqual([1, 0].map((free) => wordAt(state, HOURS, at("10:00"), free)), ["free", "full"])
  assert.equal(wordAt(state, HOURS, at("07:00"), 0), "closed")
})

test("a time of another day is said with the day, and far ahead with the date", () => {
  const words = atWords("Europe/Istanbul")

  assert.equal(words(at("17:00"), at("12:00")), "20:00")
  assert.equal(words(at("05:00", 24), at("12:00")), "08:00 on Tuesday")
  assert.equal(words(Date.parse("2026-12-01T05:00:00Z"), at("12:00")), "08:00 on Tuesday 1 December 2026")
})

test("a sign is silent after twenty seconds without a word", () => {
  assert.deepEqual([silentSince(0, 19_999), silentSince(0, 20_000)], [null, 0])
})
