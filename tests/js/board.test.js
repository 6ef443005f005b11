import assert from "node:assert/strict"
import { test } from "node:test"
import { filtersFrom, isFreeNow, passes, queryWith } from "../../static/js/board/filters.js"
import { carried, isEnd, picked, shifted, stretched, swept } from "../../static/js/board/proposal.js"
import { Scale } from "../../static/js/board/scale.js"
import { freeSpans, isFree, segments } from "../../static/js/board/segments.js"
import { Store } from "../../static/js/board/store.js"
import { clock, countdown, DAY, HOUR, MINUTE, snapDown, spanWords } from "../../static/js/board/time.js"
import { caption, describe } from "../../static/js/board/words.js"
import { empty, reduce } from "../../static/js/live/changes.js"

const block = (id, start, end, state = "booked", more = {}) => ({ id, room: 1, start, end, from: start, until: end, state, mine: state === "mine", ...more })
const cut = (blocks, { stretches = [{ start: 0, end: 60 }], open = [{ start: 0, end: 60 }], past = 0 } = {}) =>
  segments(blocks, { stretches, open, past }).map((s) => [s.start, s.end, s.block ? s.block.id : s.state])

test("segments cover the window without gaps", () => {
  assert.deepEqual(cut([block(2, 30, 40), block(1, 10, 20)]), [[0, 10, "free"], [10, 20, 1], [20, 30, "free"], [30, 40, 2], [40, 60, "free"]])
})

for (const [word, blocks, frame, expected] of [
  ["a booking that spills over the window is cut to it", [block(1, -5, 5)], {}, [[0, 5, 1], [5, 60, "free"]]],
  ["a car parked until further notice fills the rest", [block(1, 20, Infinity)], {}, [[0, 20, "free"], [20, 60, 1]]],
  ["time outside opening hours is closed", [], { open: [{ start: 10, end: 50 }] }, [[0, 10, "closed"], [10, 50, "free"], [50, 60, "closed"]]],
  ["time before now is past", [], { past: 15 }, [[0, 15, "past"], [15, 60, "free"]]],
  ["a booking outside opening hours still shows", [block(1, 0, 10)], { open: [] }, [[0, 10, 1], [10, 60, "closed"]]],
  ["a neighbor's buffer is kept clear", [block(1, 20, 30, "booked", { from: 15, until: 35 })], {}, [[0, 15, "free"], [15, 20, "buffer"], [20, 30, 1], [30, 35, "buffer"], [35, 60, "free"]]],
  ["a night between two days is not drawn", [block(1, 50, 110)], { stretches: [{ start: 0, end: 60 }, { start: 100, end: 160 }], open: [{ start: 0, end: 200 }] }, [[0, 50, "free"], [50, 60, 1], [100, 110, 1], [110, 160, "free"]]],
])
  test(word, () => assert.deepEqual(cut(blocks, frame), expected))

for (const [word, blocks, expected] of [
  ["parts that overlap on the whole's row are clipped", [block(1, 10, 30), block(2, 20, 40)], [[0, 10, "free"], [10, 30, 1], [30, 40, 2], [40, 60, "free"]]],
  ["one's own booking shows over another's", [block(1, 10, 40), block(2, 20, 30, "mine")], [[0, 10, "free"], [10, 20, 1], [20, 30, 2], [30, 40, 1], [40, 60, "free"]]],
  ["a part inside another disappears behind it", [block(1, 10, 40), block(2, 20, 30)], [[0, 10, "free"], [10, 40, 1], [40, 60, "free"]]],
])
  test(word, () => assert.deepEqual(cut(blocks), expected))

test("every segment has a key of its own", () => {
  const run = segments([block(1, 10, 40), block(2, 20, 30, "mine")], { stretches: [{ start: 0, end: 60 }], open: [{ start: 0, end: 60 }], past: 0 })

  assert.equal(new Set(run.map((s) => s.key)).size, run.length)
})

test("touching bookings do not clash", () => assert.ok(isFree([block(1, 0, 10)], 10, 20)))
test("a booking does not clash with itself", () => assert.ok(isFree([block(1, 0, 10)], 5, 15, 1)))
test("a buffer clashes", () => assert.equal(isFree([block(1, 0, 10, "booked", { until: 15 })], 12, 20), false))
test("gaps too short to book are not offered", () => {
  const run = segments([block(1, 10, 50)], { stretches: [{ start: 0, end: 55 }], open: [{ start: 0, end: 60 }], past: 0 })

  assert.deepEqual(freeSpans(run, 8).map(({ start, end }) => [start, end]), [[0, 10]])
})

test("a scale of two days lays them end to end", () => {
  const scale = new Scale([{ start: 0, end: 10 }, { start: 100, end: 110 }])

  assert.deepEqual([0, 5, 10, 50, 100, 105, 110].map((t) => scale.at(t)), [0, 0.25, 0.5, 0.5, 0.5, 0.75, 1])
  assert.deepEqual([0, 0.25, 0.5, 0.75].map((f) => scale.when(f)), [0, 5, 100, 105])
  assert.deepEqual([5, 50, 100, 110].map((t) => scale.shows(t)), [true, false, true, false])
})
test("days that touch are one stretch", () => {
  assert.deepEqual(new Scale([{ start: 0, end: 10 }, { start: 10, end: 20 }]).stretches, [{ start: 0, end: 20 }])
})

const T = Date.parse("2026-11-23T07:00:00Z")
const at = (hours) => new Date(T + hours * HOUR).toISOString()
const page = { venue: { timezone: "Europe/Istanbul" }, window: { start: at(0), end: at(10) }, days: [{ start: at(0), end: at(10) }], open: [[at(0), at(10)]], room_open: {}, step_minutes: 15, default_minutes: 60, min_minutes: 30, slots: null }
function board(allocations, now = T) {
  const store = new Store(page)
  store.now = () => now
  const { state } = reduce(empty("v"), { type: "snapshot", topic: "v", revision: 1, rooms: [{ id: 1, revision: 1, name: "Aurora" }], allocations })
  store.update(state, [1])
  return store
}
const held = { id: 7, room: 1, start: at(1), end: at(2), state: "held", expires_at: at(0.1) }

test("a board whose hours change draws them anew", () => {
  const store = board([])
  assert.deepEqual(store.run(1).map((s) => s.state), ["free"])

  store.frame({ ...page, open: [[at(0), at(4)]], step_minutes: 30 })

  assert.deepEqual(store.run(1).map((s) => [s.state, (s.end - T) / HOUR]), [["free", 4], ["closed", 10]])
  assert.equal(store.stepOf(1), 30 * MINUTE)
})

test("a hold past its time is drawn free, whether or not anyone said so", () => {
  const store = board([held])
  assert.equal(store.run(1)[1].state, "held")

  store.now = () => T + 0.1 * HOUR

  assert.deepEqual([...store.expired()], [1])
  assert.equal(store.in(1).length, 0)
  assert.equal(store.run(1).some((s) => s.state === "held"), false)
})
test("what `mine` knows makes a booking one's own, with its title", () => {
  const store = board([{ ...held, state: "booked", expires_at: undefined }])

  const touched = store.detail([{ ...held, booking: "RX7K-42QM", title: "Retro", mine: true }])

  assert.deepEqual([...touched], [1])
  assert.deepEqual([store.in(1)[0].state, store.in(1)[0].title], ["mine", "Retro"])
})
test("a date of a series is marked, also where only the desk knows of it", () => {
  const store = board([{ ...held, state: "booked", expires_at: undefined }])

  store.detail([{ ...held, booking: "RX7K-42QM", title: "Choir", mine: false }])
  assert.equal(store.in(1)[0].repeats, false)
  const touched = store.detail([{ ...held, booking: "RX7K-42QM", title: "Choir", mine: false, occurrence: 3 }])

  assert.deepEqual([...touched], [1])
  assert.equal(store.in(1)[0].repeats, true)
})
test("the desk knows whose it is without making it one's own", () => {
  const store = board([{ ...held, state: "booked", expires_at: undefined }])

  store.detail([{ ...held, booking: "RX7K-42QM", title: "Retro", mine: false }])

  assert.deepEqual([store.in(1)[0].state, store.in(1)[0].reference], ["booked", "RX7K-42QM"])
})
test("released time is free", () => assert.equal(board([{ ...held, state: "released" }]).in(1).length, 0))

const free = { key: "free", start: T, end: T + 3 * HOUR, state: "free", block: null }
test("a sweep takes whole steps, either way", () => {
  const store = board([])
  const [a, b] = [T + 50 * MINUTE, T + 100 * MINUTE]

  assert.deepEqual(swept(store, 1, free, a, b), { room: 1, start: T + 45 * MINUTE, end: T + 105 * MINUTE, ok: true })
  assert.deepEqual(swept(store, 1, free, b, a), swept(store, 1, free, a, b))
})
test("a gap that begins or ends within a step is booked from its first whole step to its last", () => {
  const store = board([])
  const gap = { ...free, start: T + 5 * MINUTE, end: T + 2 * HOUR + 20 * MINUTE }
  store.step = HOUR

  assert.deepEqual(swept(store, 1, gap, gap.start, gap.end - 1), { room: 1, start: T + HOUR, end: T + 2 * HOUR, ok: true })
  assert.deepEqual(picked(store, 1, gap, gap.start), { room: 1, start: T + HOUR, end: T + 2 * HOUR, ok: true })
})
test("steps are counted from the venue's midnight, not from when it opens", () => {
  const store = board([])
  store.step = 2 * HOUR
  const opens = { ...free, start: Date.parse("2026-11-23T08:00:00Z"), end: Date.parse("2026-11-23T20:00:00Z") }
  assert.equal(store.wall(opens.start), "11:00")

  const { start, end } = swept(store, 1, opens, opens.start, opens.start + 90 * MINUTE)

  assert.deepEqual([start, end].map((t) => store.wall(t)), ["12:00", "14:00"])
})
test("a click takes the usual length, less where something follows", () => {
  const store = board([])

  assert.equal(picked(store, 1, free, T).end, T + HOUR)
  assert.equal(picked(store, 1, free, T + 2.5 * HOUR).end, T + 3 * HOUR)
})
test("a click near the end of a gap moves back to fit the shortest booking", () => {
  assert.deepEqual(picked(board([]), 1, free, T + 2.9 * HOUR).start, T + 2.5 * HOUR)
})
test("a booking cannot be stretched below the shortest", () => assert.equal(stretched(board([]), block(1, T, T + HOUR), T), T + 30 * MINUTE))
for (const [word, width, before, expected] of [
  ["the last pixels of a long booking are its end", 100, 7, true],
  ["its middle is not", 100, 50, false],
  ["of a booking just long enough to have one, three quarters are no end", 24, 6, false],
  ["an hour of a week is carried wherever it is pressed", 10, 1, false],
])
  test(word, () => assert.equal(isEnd(width, before), expected))
test("by keyboard a booking goes on from the end of one day to the next, and back", () => {
  const store = board([])
  store.frame({ ...page, step_minutes: 120, days: [0, 24, 48].map((day) => ({ start: at(day + 1), end: at(day + 10) })) })
  const gone = (/** @type {number} */ from, /** @type {number} */ by, length = 2) => {
    const { start, end } = shifted(store, 1, { start: T + from * HOUR, end: T + (from + length) * HOUR }, by * HOUR)
    assert.equal(end - start, length * HOUR)
    return (start - T) / HOUR
  }

  assert.equal(gone(3, 2), 5)
  assert.equal(gone(7, 2), 26) // what would end beyond the day begins the next, on a step
  assert.equal(gone(26, -2), 8)
  assert.equal(gone(55, 2), 55) // there is no day after the last
  assert.equal(gone(1, -2), 1)
  assert.equal(gone(9, 2, 20), 9) // of a booking over night the start stays on the board
})
test("a booking that is carried goes to the nearest step, with its length", () => {
  const store = board([])

  assert.deepEqual(carried(store, block(1, T, T + HOUR), 50 * MINUTE), { start: T + 45 * MINUTE, end: T + 105 * MINUTE })
})
test("a room is open throughout, or is not", () => {
  const store = board([])
  store.frame({ ...page, open: [[at(0), at(4)], [at(6), at(10)]], room_open: { 2: [[at(0), at(10)]] } })
  const open = (/** @type {number} */ room, /** @type {number} */ from, /** @type {number} */ to) => store.isOpen(room, T + from * HOUR, T + to * HOUR)

  assert.deepEqual([open(1, 0, 4), open(1, 3, 5), open(1, 3, 7), open(2, 3, 7)], [true, false, false, true])
  assert.equal(open(1, 9, 12), true) // what lies beyond the days that are shown, nobody here knows
})
test("where time is sold in nights, a stay is stretched to the end of the nearest night, and keeps one", () => {
  const store = board([])
  store.slots = [0, 24, 48].map((night) => ({ start: T + (night + 15) * HOUR, end: T + (night + 35) * HOUR }))
  const stay = block(1, T + 39 * HOUR, T + 59 * HOUR)

  assert.deepEqual([0, 62, 70, 100].map((hour) => (stretched(store, stay, T + hour * HOUR) - T) / HOUR), [59, 59, 59, 83])
  store.slots = []
  assert.equal(stretched(store, stay, T + 70 * HOUR), stay.end) // no night is shown
})
test("where time is sold in nights, a sweep takes whole nights", () => {
  const store = board([])
  store.slots = [{ start: T, end: T + HOUR }, { start: T + HOUR, end: T + 2 * HOUR }]

  assert.deepEqual(swept(store, 1, free, T + 10 * MINUTE, T + 70 * MINUTE), { room: 1, start: T, end: T + 2 * HOUR, ok: true })
})

const berlin = (/** @type {string} */ first, /** @type {string} */ last) => {
  const store = board([])
  store.frame({ ...page, venue: { timezone: "Europe/Berlin" }, days: [{ start: first, end: last }], slots: [[first, last]] })
  return store
}
const stay = (/** @type {string} */ start, /** @type {string} */ end) => ({ ...block(1, Date.parse(start), Date.parse(end)) })
const said = (/** @type {{start: number, end: number}} */ { start, end }) => [start, end].map((t) => new Date(t).toISOString().slice(0, 16))
for (const [word, from, by, expected] of [
  ["into the night in which the clocks go forward", ["2027-03-26T14:00Z", "2027-03-27T10:00Z"], 1, ["2027-03-27T14:00", "2027-03-28T09:00"]],
  ["out of that night", ["2027-03-27T14:00Z", "2027-03-28T09:00Z"], 1, ["2027-03-28T13:00", "2027-03-29T09:00"]],
  ["back over it", ["2027-03-28T13:00Z", "2027-03-30T09:00Z"], -2, ["2027-03-26T14:00", "2027-03-28T09:00"]],
  ["over the night in which they go back", ["2027-10-29T13:00Z", "2027-10-31T10:00Z"], 2, ["2027-10-31T14:00", "2027-11-02T10:00"]],
  ["across a midnight that is an hour off", ["2027-03-27T23:30Z", "2027-03-28T22:30Z"], 1, ["2027-03-28T22:30", "2027-03-29T22:30"]],
  ["nowhere by less than half a day", ["2027-03-27T14:00Z", "2027-03-28T09:00Z"], 0.4, ["2027-03-27T14:00", "2027-03-28T09:00"]],
])
  test(`a stay is carried by the venue's clocks ${word}`, () => {
    const store = berlin("2027-03-01T00:00Z", "2027-12-01T00:00Z")

    assert.deepEqual(said(carried(store, stay(...from), by * DAY)), expected)
  })
test("by keyboard a stay goes on by the venue's clocks, and not beyond the days that are shown", () => {
  const store = berlin("2027-03-26T23:00Z", "2027-03-29T22:00Z")
  const [before, after] = [stay("2027-03-27T14:00Z", "2027-03-28T09:00Z"), stay("2027-03-28T13:00Z", "2027-03-29T09:00Z")]

  assert.deepEqual(said(shifted(store, 1, before, DAY)), said(after))
  assert.deepEqual(said(shifted(store, 1, after, -DAY)), said(before))
  assert.deepEqual(said(shifted(store, 1, after, DAY)), said(after))
  assert.deepEqual(said(shifted(store, 1, before, -DAY)), said(before))
})
test("what is let until it is released is carried among nights too", () => {
  const store = berlin("2027-03-26T23:00Z", "2027-03-29T22:00Z")
  const open = { ...stay("2027-03-27T14:00Z", "2027-03-28T09:00Z"), end: Infinity }

  assert.deepEqual(carried(store, open, DAY), { start: Date.parse("2027-03-28T13:00Z"), end: Infinity })
})

test("filters read a form and test a room", () => {
  const filters = filtersFrom(new URLSearchParams("capacity=8&floor=2&amenity=screen&free=now"))
  const room = { id: 1, revision: 1, capacity: 12, floor: "2", amenities: ["screen"] }

  assert.equal(passes(room, filters, true), true)
  assert.equal(passes(room, filters, false), false)
  assert.equal(passes({ ...room, capacity: 6 }, filters, true), false)
  assert.equal(passes({ ...room, amenities: [] }, filters, true), false)
  assert.equal(passes({ ...room, floor: "3" }, filters, true), false)
})
test("the address keeps what is no filter", () => {
  const query = queryWith(new URLSearchParams("date=2026-11-23&capacity=4"), new Map([["capacity", ""], ["amenity", "screen"]]))

  assert.equal(String(query), "date=2026-11-23&amenity=screen")
})
test("the address is no longer after many changes: the form brings the day and the view along", () => {
  const fields = new Map([["date", "2026-11-23"], ["view", "week"], ["amenity", "screen"]])

  const query = queryWith(queryWith(new URLSearchParams("date=2026-11-23&view=week"), fields), fields)

  assert.equal(String(query), "date=2026-11-23&view=week&amenity=screen")
})
test("a room is free now when the running segment is", () => {
  assert.equal(isFreeNow([free], T), true)
  assert.equal(isFreeNow([{ ...free, state: "closed" }], T), false)
})

test("the clock keeps the venue's zone over a change of summer time", () => {
  const time = clock("Europe/Berlin")

  assert.equal(time(Date.UTC(2026, 2, 29, 0, 30)), "01:30")
  assert.equal(time(Date.UTC(2026, 2, 29, 1, 30)), "03:30")
})
test("snapping rounds down to the step", () => assert.equal(snapDown(29, 15, 0), 15))
for (const [ms, text] of [[252_000, "4:12"], [0, "0:00"], [-5, "0:00"], [1, "0:01"], [3_720_000, "1:02:00"]])
  test(`${ms} ms left is ${text}`, () => assert.equal(countdown(ms), text))
test("a span is said in words, with both days when it ends on another", () => {
  const words = spanWords("Europe/Istanbul")

  assert.equal(words(T, T + HOUR), "Mon 23 November, 10:00 to 11:00")
  assert.equal(words(T, T + 24 * HOUR), "Mon 23 November, 10:00 to Tue 24 November, 10:00")
})

const time = clock("UTC")
const span = (/** @type {number} */ start, /** @type {number} */ end) => `${time(start)} to ${time(end)}`
test("a cell is described with room, time and state", () => {
  assert.equal(describe("Aurora", { ...free, end: T + HOUR }, span), "Aurora, 07:00 to 08:00, free")
  assert.equal(describe("Aurora", { ...free, end: T + HOUR, state: "held", block: block(1, T, T + HOUR, "held", { mine: true }) }, span), "Aurora, 07:00 to 08:00, your booking, on hold")
})
test("a date of a series is described as one", () => {
  const date = { ...free, end: T + HOUR, state: /** @type {const} */ ("mine"), block: block(1, T, T + HOUR, "mine", { repeats: true, title: "Choir" }) }

  assert.equal(describe("Aurora", date, span), "Aurora, 07:00 to 08:00, your booking, a date of a series: Choir")
})
test("a hold's caption counts down, and is brief where there is little room", () => {
  const hold = { ...free, state: "held", block: block(1, T, T + HOUR, "held", { expires: T + 252_000 }) }

  assert.equal(caption(hold, time, T, String), "hold 4:12")
  assert.equal(caption(hold, time, T, String, true), "4:12")
})

test("parts are named in order, however they are taken", () => {
  const nameOf = (/** @type {number} */ part) => `Hall ${part}`
  const taken = { key: "1", start: T, end: T + HOUR, state: /** @type {const} */ ("booked"), block: block(1, T, T + HOUR), parts: [2, 10, 1] }
  assert.equal(caption(taken, time, T, nameOf), "Hall 1, Hall 2, Hall 10")
  assert.equal(describe("Hall", taken, span, nameOf), "Hall, 07:00 to 08:00, Hall 1 and Hall 2 and Hall 10, booked")
})

test("the whole's row says which of its parts are taken", () => {
  const run = segments([block(1, 10, 30, "booked", { part: 5 }), block(2, 20, 40, "pending", { part: 6 })], { stretches: [{ start: 0, end: 60 }], open: [{ start: 0, end: 60 }], past: 0 })

  assert.deepEqual(run.filter((s) => s.block).map((s) => [s.start, s.end, s.parts]), [[10, 20, [5]], [20, 30, [5]], [30, 40, [6]]])
  assert.deepEqual(run.filter((s) => s.block).map((s) => s.others?.map(({ part }) => part)), [[], [6], []])
})

const HALLS = ["Hall A", "Hall B", "Hall C"]
const hallsOf = (/** @type {import("../../static/js/board/segments.js").Block[]} */ blocks) =>
  segments(blocks, { stretches: [{ start: T, end: T + 3 * HOUR }], open: [{ start: T, end: T + 3 * HOUR }], past: 0 }).filter((s) => s.block)

test("a third of a hall that is one's own is not the hall, and what others have of it is named apart", () => {
  const run = hallsOf([
    block(1, T, T + 2 * HOUR, "mine", { part: 7, title: "Trade show", mine: true, reference: "AAAA" }),
    block(2, T, T + 2 * HOUR, "booked", { part: 5 }),
    block(3, T + HOUR, T + 2 * HOUR, "held", { part: 6, expires: T + HOUR }),
  ])

  assert.deepEqual(run.map((cell) => describe("Grand Hall", cell, span, (part) => HALLS[part - 5])), [
    "Grand Hall, 07:00 to 08:00, Hall C, your booking: Trade show; Hall A booked",
    "Grand Hall, 08:00 to 09:00, Hall C, your booking: Trade show; Hall A booked; Hall B on hold",
  ])
  assert.deepEqual(run.map((cell) => caption(cell, time, T, (part) => HALLS[part - 5])), [
    "Hall C Trade show · Hall A taken", "Hall C Trade show · Hall A, Hall B taken",
  ])
})

test("parts that are taken alike are one cell, and parts of two bookings of one's own are not", () => {
  const strangers = hallsOf([block(1, T, T + HOUR, "booked", { part: 5 }), block(2, T, T + HOUR, "booked", { part: 6 })])
  const own = hallsOf([
    block(1, T, T + HOUR, "mine", { part: 5, mine: true, reference: "AAAA", title: "Show" }),
    block(2, T, T + HOUR, "mine", { part: 6, mine: true, reference: "BBBB", title: "Fair" }),
  ])

  assert.deepEqual(strangers.map(({ parts, others }) => [parts, others]), [[[5, 6], []]])
  assert.equal(describe("Grand Hall", own[0], span, (part) => HALLS[part - 5]), "Grand Hall, 07:00 to 08:00, Hall A, your booking: Show; Hall B your booking")
})
