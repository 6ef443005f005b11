import assert from "node:assert/strict"
import { test } from "node:test"
import { pause } from "../../static/js/live/backoff.js"
import { empty, reduce } from "../../static/js/live/changes.js"
import { ServerClock } from "../../static/js/live/clock.js"
import { news } from "../../static/js/live/news.js"

test("the wait grows in steps to ten seconds and stays there", () => {
  const waits = [0, 1, 2, 3, 4, 5, 50].map((tries) => pause(tries, 1006, 1))

  assert.deepEqual(waits, [250, 500, 1_000, 2_000, 5_000, 10_000, 10_000])
})

test("the wait is spread over its upper half", () => {
  assert.deepEqual([pause(5, 1006, 0), pause(5, 1006, 1)], [5_000, 10_000])
})

test("after a restart all come back within three seconds, not all at once", () => {
  assert.deepEqual([pause(0, 1012, 0), pause(0, 1012, 1)], [200, 3_000])
})

test("a restart that goes on is treated like any fault", () => assert.equal(pause(2, 1012, 1), 1_000))

for (const code of [4400, 4403, 4429])
  test(`whoever is refused with ${code} waits long`, () => assert.deepEqual([pause(0, code, 0), pause(9, code, 1)], [5_000, 60_000]))

test("the server's time is right on a machine whose clock is five minutes slow", () => {
  let machine = Date.parse("2026-11-23T09:55:00Z")
  const clock = new ServerClock(() => machine)

  clock.hear("2026-11-23T10:00:00Z")
  machine += 30_000

  assert.equal(new Date(clock.now()).toISOString(), "2026-11-23T10:00:30.000Z")
})

test("the frame with the shortest way sets the clock", () => {
  const machine = Date.parse("2026-11-23T10:00:02Z")
  const clock = new ServerClock(() => machine)

  clock.hear("2026-11-23T10:00:00Z")
  clock.hear("2026-11-23T10:00:01.900Z")
  clock.hear("2026-11-23T10:00:01Z")

  assert.equal(new Date(clock.now()).toISOString(), "2026-11-23T10:00:01.900Z")
})

test("a frame without a time, or with nonsense, leaves the clock alone", () => {
  const clock = new ServerClock(() => 5)

  clock.hear(undefined)
  clock.hear("soon")

  assert.equal(clock.now(), 5)
})

const own = (room, state, more = {}) => ({ id: 1, room, start: "2026-11-23T07:00:00Z", end: "2026-11-23T08:00:00Z", state, booking: "RX7K-42QM", title: "Retro", mine: true, ...more })
const mine = (rooms, allocations) => reduce(empty("mine"), { type: "snapshot", topic: "mine", revision: 0, rooms: rooms.map((id) => ({ id, revision: 1 })), allocations }).state

for (const [word, before, after, kind] of [
  ["an approval", [own(1, "pending")], [own(1, "booked")], "confirmed"],
  ["a confirmed hold", [own(1, "held")], [own(1, "booked")], "confirmed"],
  ["a request", [own(1, "held")], [own(1, "pending")], "pending"],
  ["a cancellation", [own(1, "booked")], [], "gone"],
  ["a release", [own(1, "booked")], [own(1, "released")], "gone"],
  ["another time", [own(1, "booked")], [own(1, "booked", { end: "2026-11-23T09:00:00Z" })], "moved"],
  ["another room", [own(1, "booked")], [own(2, "booked")], "moved"],
  ["another title", [own(1, "booked", { title: "Rétro" })], [own(1, "booked")], "described"],
])
  test(`${word} is told as ${kind}`, () => {
    assert.deepEqual(news(mine([1, 2], before), mine([1, 2], after), [1, 2]), [{ reference: "RX7K-42QM", title: "Retro", kind }])
  })

test("a stay that goes is told by its hotel, and not by its title, which is who comes", () => {
  const stays = (/** @type {object[]} */ allocations) => reduce(empty("mine"), { type: "snapshot", topic: "mine", revision: 0, rooms: [{ id: 1, revision: 1, stay: "Lantern House" }], allocations }).state

  assert.deepEqual(news(stays([own(1, "booked", { title: "Ada Kaya" })]), stays([]), [1]), [{ reference: "RX7K-42QM", title: "Lantern House", kind: "gone" }])
})

test("what its guest types while it is only held is no news", () => {
  assert.deepEqual(news(mine([1], [own(1, "held", { title: "" })]), mine([1], [own(1, "held")]), [1]), [])
})

test("a hold is news where one waited for it, once however many rooms it has", () => {
  const after = [own(1, "held", { offered: true }), own(2, "held", { offered: true })]
  const [told, ...more] = news(mine([1, 2], []), mine([1, 2], after), [1, 2])
  assert.deepEqual([told.kind, told.offer?.room, more], ["offered", 1, []])
  assert.deepEqual(news(mine([1], []), mine([1], [own(1, "held")]), [1]), [])
})

test("an answer is news once, also about a booking that is over, and not of the page that was drawn with it", () => {
  const room = (/** @type {Record<string, number>} */ answers) => reduce(empty("mine"), { type: "snapshot", topic: "mine", revision: 0, rooms: [{ id: 1, revision: 1, answers }], allocations: [] }).state

  assert.deepEqual(news(room({ "RX7K-42QM": 1 }), room({ "RX7K-42QM": 2 }), [1]), [{ reference: "RX7K-42QM", title: "", kind: "answered" }])
  assert.deepEqual(news(mine([1], [own(1, "booked")]), room({ "RX7K-42QM": 1 }), [1]).map((told) => told.kind), ["answered", "gone"])
  assert.deepEqual(news(room({ "RX7K-42QM": 2 }), room({ "RX7K-42QM": 2 }), [1]), [])
  assert.deepEqual(news(empty("mine"), room({ "RX7K-42QM": 2 }), [1]), [])
})

test("a hold that runs out is no news", () => assert.deepEqual(news(mine([1], [own(1, "held")]), mine([1], []), [1]), []))

test("the first snapshot is no news", () => assert.deepEqual(news(empty("mine"), mine([1], [own(1, "booked")]), [1]), []))

test("a booking of several rooms is told once", () => {
  const before = [own(1, "pending"), own(2, "pending", { id: 2 })]
  const after = [own(1, "booked"), own(2, "booked", { id: 2 })]

  assert.equal(news(mine([1, 2], before), mine([1, 2], after), [1, 2]).length, 1)
})
