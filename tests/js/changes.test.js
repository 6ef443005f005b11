import assert from "node:assert/strict"
import { test } from "node:test"
import { empty, isBehind, reconnected, reduce, since } from "../../static/js/live/changes.js"

const topic = "venue:harbour-office"
const taken = (id, room, state = "booked") => ({ id, room, start: "2026-11-23T07:00:00Z", end: "2026-11-23T08:00:00Z", state })
const snapshot = (rooms, allocations = [], revision = rooms.reduce((sum, room) => sum + room.revision, 0)) => ({ type: "snapshot", topic, revision, rooms, allocations })
const change = (room, revision, allocations) => ({ type: "change", topic, revision: 0, rooms: [{ id: room, revision, allocations }] })
const heard = (...frames) => frames.reduce((state, frame) => reduce(state, frame).state, empty(topic))
/** What a reader sees, without the order in which it was learned. */
const seen = (state) => ({ revision: state.revision, rooms: [...state.rooms.values()], allocations: Object.fromEntries(state.allocations) })

const first = snapshot([{ id: 1, revision: 3, name: "Aurora" }, { id: 2, revision: 5, name: "Birch" }], [taken(10, 1)])

test("a snapshot and the changes after it equal the snapshot after them", () => {
  const later = snapshot([{ id: 1, revision: 4, name: "Aurora" }, { id: 2, revision: 6, name: "Birch" }], [taken(11, 1, "held"), taken(12, 2)])

  assert.deepEqual(seen(heard(first, change(1, 4, [taken(11, 1, "held")]), change(2, 6, [taken(12, 2)]))), seen(heard(later)))
})

test("a change keeps what was said of the room before", () => {
  assert.equal(heard(first, change(1, 4, [])).rooms.get(1).name, "Aurora")
})

test("a change applied twice is applied once", () => {
  const once = heard(first, change(1, 4, [taken(11, 1)]))
  const again = reduce(once, change(1, 4, []))

  assert.deepEqual([...again.touched], [])
  assert.deepEqual(seen(again.state), seen(once))
})

test("changes may come in any order", () => {
  const older = change(1, 4, [taken(11, 1, "held")])
  const newer = change(1, 5, [taken(11, 1, "booked")])

  assert.deepEqual(seen(heard(first, newer, older)), seen(heard(first, older, newer)))
})

test("a late snapshot does not turn back a room that changed since", () => {
  const state = heard(first, change(1, 9, [taken(13, 1)]), first)

  assert.equal(state.rooms.get(1).revision, 9)
  assert.deepEqual(state.allocations.get(1), [taken(13, 1)])
})

test("the first snapshot of a new connection is taken whole, though its tables are older: a backup was put back", () => {
  const before = reconnected(heard(first, change(1, 9, [taken(13, 1)])))

  const { state, touched } = reduce(before, first)

  assert.deepEqual(seen(state), seen(heard(first)))
  assert.ok(touched.has(1))
  assert.deepEqual(reduce(state, change(1, 4, [taken(14, 1)])).state.allocations.get(1), [taken(14, 1)])
})

test("a change that a new connection tells first is not turned back by its snapshot", () => {
  const state = reduce(reconnected(heard(first)), change(1, 4, [taken(11, 1)])).state

  assert.deepEqual(reduce(state, first).state.allocations.get(1), [taken(11, 1)])
})

test("a snapshot names the rooms that are gone as touched", () => {
  const { state, touched } = reduce(heard(first), snapshot([{ id: 2, revision: 6 }]))

  assert.deepEqual([...state.rooms.keys()], [2])
  assert.deepEqual([...touched].sort(), [1, 2])
})

test("a change before the snapshot is ignored, for nobody knows what it changes", () => {
  assert.equal(reduce(empty(topic), change(1, 4, [])).state.heard, false)
})

test("a frame of another topic changes nothing", () => {
  const state = heard(first)

  assert.equal(reduce(state, { ...change(1, 9, []), topic: "mine" }).state, state)
})

test("the state given is left as it was", () => {
  const state = heard(first)
  const before = structuredClone(seen(state))

  reduce(state, change(1, 4, [taken(14, 1)]))

  assert.deepEqual(seen(state), before)
})

for (const [revision, behind, word] of [[8, false, "the same sum"], [9, true, "a higher sum"], [7, false, "a late heartbeat"]])
  test(`${word} ${behind ? "means" : "does not mean"} that something is missing`, () => {
    assert.equal(isBehind(heard(first), revision), behind)
  })

test("a state that heard nothing misses everything", () => assert.equal(isBehind(empty(topic), 0), true))

test("rooms a snapshot counts but does not list do not look like a gap for ever", () => {
  const state = heard({ ...first, revision: 20 }, change(1, 4, []))

  assert.equal(state.revision, 21)
  assert.equal(isBehind(state, 21), false)
  assert.equal(isBehind(state, 22), true)
})

test("a room that is new counts", () => {
  assert.equal(heard(first, change(3, 1, [])).revision, 9)
})

test("since says the revision of every room, and null before anything was heard", () => {
  assert.deepEqual(since(heard(first)), { 1: 3, 2: 5 })
  assert.equal(since(empty(topic)), null)
})

test("any order with losses, mended by what `since` brings, ends equal to the snapshot", () => {
  const frames = [change(1, 4, [taken(20, 1)]), change(2, 6, []), change(1, 5, []), change(2, 7, [taken(21, 2)])]
  const truth = seen(heard(first, ...frames))
  const latest = { type: "change", topic, rooms: [{ id: 1, revision: 5, allocations: [] }, { id: 2, revision: 7, allocations: [taken(21, 2)] }] }
  for (const order of [[0, 1, 2, 3], [3, 2, 1, 0], [2, 0], [1], []]) assert.deepEqual(seen(heard(first, ...order.map((i) => frames[i]), latest)), truth)
})
