import assert from "node:assert/strict"
import { test } from "node:test"
import { empty, reduce } from "../../static/js/live/changes.js"
import { fresh, sentence, singly } from "../../static/js/live/watching.js"

const news = (...revisions) => revisions.map((revision) => ({ revision, what: "booked", start: "2026-12-02T10:00:00Z", end: "2026-12-02T11:00:00Z" }))
const snapshot = (...rooms) => ({ type: "snapshot", topic: "watching", revision: 0, rooms, allocations: [] })
const aurora = { id: 7, name: "Aurora", noun: "Room", timezone: "UTC", venue: "office" }
const happened = { what: "booked", start: "2026-12-01T10:00:00Z", end: "2026-12-01T11:00:00Z" }

test("what happened before a page came is no news, and what came since is, once", () => {
  const before = reduce(empty("watching"), snapshot({ ...aurora, revision: 3, news: news(2, 3) })).state
  const after = reduce(before, { type: "change", topic: "watching", rooms: [{ id: 7, revision: 5, news: news(2, 3, 4, 5), allocations: [] }] }).state

  assert.deepEqual(fresh(before, after).map(({ room, happened }) => [room.name, happened.revision]), [["Aurora", 4], ["Aurora", 5]])
  assert.deepEqual(fresh(after, after), [])
})

test("a room that is watched from now on brings no news of before", () => {
  const before = reduce(empty("watching"), snapshot()).state
  const after = reduce(before, snapshot({ ...aurora, revision: 3, news: news(3) })).state

  assert.deepEqual(fresh(before, after), [])
})

const WORDS = [
  [{}, "Aurora: booked Tue 1 Dec, 10:00–11:00"],
  [{ what: "moved" }, "Aurora: moved to Tue 1 Dec, 10:00–11:00"],
  [{ what: "cancelled", end: "2026-12-02T09:00:00Z" }, "Aurora: cancelled Tue 1 Dec, 10:00 to Wed 2 Dec, 09:00"],
  [{ end: null }, "Aurora: booked Tue 1 Dec, from 10:00"],
  [{ dates: 3 }, "Aurora: booked Tue 1 Dec, 10:00–11:00 and 2 more dates"],
  [{ title: "Planning", guest: "Ada" }, "Aurora: booked Tue 1 Dec, 10:00–11:00 (“Planning”, Ada)"],
]
for (const [more, words] of WORDS) test(`a toast says: ${words}`, () => assert.equal(sentence(aurora, { ...happened, ...more }), words))

test("a room whose name is a number is called by its noun, by the venue's own clock", () =>
  assert.equal(sentence({ ...aurora, name: "204", timezone: "Europe/Istanbul" }, happened), "Room 204: booked Tue 1 Dec, 13:00–14:00"))

test("three toasts are shown at once, and what is more is counted in the last of them", () => {
  assert.deepEqual([1, 3, 4, 9].map((number) => singly(number, 0)), [1, 3, 2, 2])
  assert.deepEqual([1, 2, 9].map((number) => singly(number, 2)), [1, 0, 0])
  assert.equal(singly(5, 3), 0)
})
