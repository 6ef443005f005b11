import assert from "node:assert/strict"
import { test } from "node:test"
import { empty, reduce } from "../../static/js/live/changes.js"
import { choose, isOpen, latestDeparture, walk, weeksOf } from "../../static/js/stays/calendar.js"
import { datesBetween, instantOf, leftByNight, leftFor, nextExpiry, roomsByType, runsOf, stayOf, together } from "../../static/js/stays/nights.js"
import { windowsFor } from "../../static/js/stays/windows.js"
import { heard, longDate, said, stayWords } from "../../static/js/stays/words.js"

const topic = "venue:hotel"
const HOURS = { check_in: "15:00", check_out: "11:00", before: 0, after: 0 }
const NOW = Date.parse("2026-12-01T09:00:00Z")
const SOON = "2026-12-01T09:04:12Z"
const LATER = "2026-12-01T09:09:00Z"

const stay = (first, last) => stayOf(`2026-12-${first}`, `2026-12-${last}`, HOURS, "UTC")
const nights = (first, last) => datesBetween(`2026-12-${first}`, `2026-12-${last}`).map((date) => stayOf(date, datesBetween(date, "2027-01-01")[1], HOURS, "UTC"))
const taken = (id, room, first, last, more = {}) => ({ id, room, start: `2026-12-${first}T15:00:00Z`, end: last && `2026-12-${last}T11:00:00Z`, state: "booked", ...more })
const held = (expires_at) => ({ state: "held", expires_at })
const hotel = (allocations, rooms = [1, 2]) => reduce(empty(topic), { type: "snapshot", topic, revision: rooms.length, rooms: rooms.map((id) => ({ id, revision: 1, type: "Double" })), allocations }).state
const left = (allocations, reader = {}) => leftFor(hotel(allocations), [1, 2], stay("04", "08"), { now: NOW, ...reader })
const LEFT = { free: 0, held: 0, freesAt: null, mine: 0 }

test("a stay is from check-in to check-out by the hotel's own clocks", () => {
  assert.deepEqual(stayOf("2026-12-04", "2026-12-08", { ...HOURS, before: 30, after: 60 }, "Europe/Istanbul"), { start: Date.parse("2026-12-04T11:30:00Z"), end: Date.parse("2026-12-08T09:00:00Z") })
})

for (const [night, hours] of [["2026-03-28", 19], ["2026-10-24", 21]])
  test(`the night of ${night} has ${hours} hours in Berlin`, () => {
    const { start, end } = stayOf(night, datesBetween(night, "2027-01-01")[1], HOURS, "Europe/Berlin")

    assert.equal((end - start) / 3_600_000, hours)
  })

test("a time the clocks skip is as much later, and of a time they show twice the first counts", () => {
  assert.equal(instantOf("2026-03-29", "02:30", "Europe/Berlin"), Date.parse("2026-03-29T01:30:00Z"))
  assert.equal(instantOf("2026-10-25", "02:30", "Europe/Berlin"), Date.parse("2026-10-25T00:30:00Z"))
})

test("a room is left if nothing stands in it from check-in to check-out", () => {
  assert.deepEqual(left([taken(1, 1, "05", "06"), taken(2, 2, "01", "04"), taken(3, 2, "08", "09")]), { ...LEFT, free: 1 })
})

test("who stays until further notice and what is out of service leave nothing", () => {
  assert.deepEqual(left([taken(1, 1, "02", null), taken(2, 2, "07", "09", { state: "blocked" })]), LEFT)
})

test("what was released is free", () => {
  assert.deepEqual(left([taken(1, 1, "04", "08", { state: "released" })]), { ...LEFT, free: 2 })
})

test("of several holds the first that ends is told", () => {
  assert.deepEqual(left([taken(1, 1, "04", "05", held(LATER)), taken(2, 2, "04", "08", held(SOON))]), { ...LEFT, held: 2, freesAt: Date.parse(SOON) })
})

test("a hold is nothing from the instant at which it has run out", () => {
  const [hold, until] = [[taken(1, 1, "04", "08", held(SOON))], Date.parse(SOON)]

  assert.equal(left(hold, { now: until - 1 }).free, 1)
  assert.equal(left(hold, { now: until }).free, 2)
})

test("one's own hold never hides the room", () => {
  assert.deepEqual(left([taken(1, 1, "04", "08", held(SOON)), taken(2, 2, "04", "08")], { own: new Set([1]) }), { ...LEFT, mine: 1 })
})

test("buffers around a stay are kept from others", () => {
  assert.equal(left([taken(1, 1, "02", "04", { blocks_until: "2026-12-04T15:30:00Z" })]).free, 1)
})

test("each night is told as a stay of that night alone would be", () => {
  const state = hotel([taken(1, 1, "04", "06"), taken(2, 2, "05", "06", held(SOON)), taken(3, 2, "06", "07")])
  const reader = { now: NOW, own: new Set() }

  assert.deepEqual(leftByNight(state, [1, 2], nights("03", "08"), reader), nights("03", "08").map((night) => leftFor(state, [1, 2], night, reader)))
})

test("a snapshot and the changes after it leave what the snapshot after them leaves", () => {
  const change = { type: "change", topic, revision: 3, rooms: [{ id: 1, revision: 2, allocations: [taken(1, 1, "04", "05", held(SOON))] }] }
  const reader = { now: NOW, own: new Set() }
  const rule = (state) => leftByNight(state, [1, 2], nights("03", "08"), reader)

  assert.deepEqual(rule(reduce(hotel([taken(9, 1, "03", "07")]), change).state), rule(hotel([taken(1, 1, "04", "05", held(SOON))])))
})

test("the page looks again when the next hold runs out", () => {
  const state = hotel([taken(1, 1, "04", "05", held(LATER)), taken(2, 2, "04", "05", held(SOON))])

  assert.equal(nextExpiry(state, NOW), Date.parse(SOON))
  assert.equal(nextExpiry(state, Date.parse(LATER)), Infinity)
})

test("rooms are told by type, and those that are retired are not", () => {
  const state = reduce(empty(topic), { type: "snapshot", topic, revision: 3, rooms: [{ id: 1, revision: 1, type: "Double" }, { id: 2, revision: 1, type: "Suite" }, { id: 3, revision: 1, type: "Suite", archived: true }], allocations: [] }).state

  assert.deepEqual([...roomsByType(state)], [["Double", [1]], ["Suite", [2]]])
})

test("what types have left adds up night by night", () => {
  assert.deepEqual(together([[{ ...LEFT, free: 1 }], [{ ...LEFT, held: 1, freesAt: 5 }]]), [{ free: 1, held: 1, freesAt: 5, mine: 0 }])
})

test("what is left is said as people say it", () => {
  const words = (more, nights = 1) => said({ ...LEFT, ...more }, nights).text

  assert.deepEqual([words({ free: 3 }), words({ free: 1, held: 2 }), words({ mine: 1 }), words({ held: 1 }), words({})], ["3 rooms left", "Last room", "On hold for you", "On hold, frees in", "Sold out"])
  assert.deepEqual([words({ free: 3 }, 2), words({ free: 1 }, 4), words({}, 4)], ["3 rooms for both nights", "Last room for all 4 nights", "No room for all 4 nights"])
  assert.equal(heard(LEFT), "sold out")
  assert.equal(longDate("2026-12-04"), "Friday 4 December")
  assert.equal(stayWords("2026-12-04", "2026-12-08"), "4 nights, Fri 4 – Tue 8 December")
  assert.equal(stayWords("2026-12-31", "2027-01-01"), "1 night, Thu 31 December – Fri 1 January")
})

const terms = { first: "2026-12-01", last: "2026-12-31", isSold: (date) => date === "2026-12-10" }

test("a month is laid out from Monday to Sunday", () => {
  const weeks = weeksOf("2026-12")

  assert.deepEqual([weeks.length, weeks[0].indexOf("2026-12-01"), weeks[4][3]], [5, 1, "2026-12-31"])
})

test("one arrives, then leaves, and a third press begins anew", () => {
  const arrived = choose({ arrive: "", depart: "" }, "2026-12-04", terms)
  const done = choose(arrived, "2026-12-08", terms)

  assert.deepEqual([arrived, done, choose(done, "2026-12-06", terms)], [{ arrive: "2026-12-04", depart: "" }, { arrive: "2026-12-04", depart: "2026-12-08" }, { arrive: "2026-12-06", depart: "" }])
})

test("one may leave on the morning of a night that is sold out, but neither arrive then nor stay through it", () => {
  const arrived = { arrive: "2026-12-08", depart: "" }

  assert.equal(latestDeparture("2026-12-08", terms), "2026-12-10")
  assert.deepEqual(["2026-12-10", "2026-12-11"].map((date) => isOpen(arrived, date, terms)), [true, false])
  assert.equal(isOpen({ arrive: "", depart: "" }, "2026-12-10", terms), false)
  assert.deepEqual(choose(arrived, "2026-12-11", terms), arrived)
})

test("a date before the arrival is a new arrival, and the past is none", () => {
  assert.deepEqual(choose({ arrive: "2026-12-08", depart: "" }, "2026-12-04", terms), { arrive: "2026-12-04", depart: "" })
  assert.equal(isOpen({ arrive: "", depart: "" }, "2026-11-30", terms), false)
})

test("arrows walk days and weeks, Home and End a week, PageUp and PageDown months", () => {
  const keys = ["ArrowLeft", "ArrowDown", "Home", "End", "PageUp", "PageDown", "x"]

  assert.deepEqual(keys.map((key) => walk("2026-12-31", key)), ["2026-12-30", "2027-01-07", "2026-12-28", "2027-01-03", "2026-11-30", "2027-01-31", ""])
})

test("what is shown is watched in one window where it fits into one, and the rows never without the stay", () => {
  const from = (first, last) => ({ first, last })
  const [months, rows, stay] = [from("2026-12-04", "2027-02-01"), from("2026-12-05", "2026-12-19"), from("2026-12-08", "2026-12-10")]

  assert.deepEqual(windowsFor(months, rows, stay), [months])
  assert.deepEqual(windowsFor(from("2027-03-01", "2027-05-01"), rows, from("2026-12-08", "2026-12-24")), [from("2027-03-01", "2027-05-01"), from("2026-12-05", "2026-12-24")])
  assert.deepEqual(windowsFor(from("2027-07-01", "2027-09-01"), rows, stay)[0], from("2027-07-01", "2027-08-31"))
  assert.deepEqual(windowsFor(months, rows, from("2026-12-08", "2027-03-10")), [months])
})

test("free time comes to the nights that fit into it, one run for each", () => {
  const week = nights("04", "10")
  const [fri, sat] = week

  assert.deepEqual(runsOf([{ start: fri.start - 1, end: sat.end }, { start: sat.end + 1, end: week[3].end - 1 }], week), [
    { start: fri.start, end: sat.end, first: fri },
    { start: week[2].start, end: week[2].end, first: week[2] },
  ])
  assert.deepEqual(runsOf([{ start: fri.start + 1, end: fri.end }], week), [])
})
