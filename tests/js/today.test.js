import assert from "node:assert/strict"
import { test } from "node:test"
import { followToday } from "../../static/js/board/today.js"

const drawn = { now: "2026-11-23T20:59:00Z", venue: { timezone: "Europe/Istanbul" } } // a minute before its midnight
const SPREAD = 20_000 // ms within which all have gone on

for (const [words, search, passed, times] of [
  ["goes on to the new day, once", "", 90_000, 1],
  ["with filters goes on as well", "?view=list&free=now", 90_000, 1],
  ["stays before midnight, though in London it is no other day either", "", 55_000, 0],
  ["that was asked for a date keeps it", "?date=2026-11-23", 90_000, 0],
])
  test(`a page ${words}`, ({ mock }) => {
    mock.timers.enable({ apis: ["setTimeout", "Date"], now: Date.parse(drawn.now) })
    let asked = 0
    followToday(drawn, { now: () => Date.now(), search, isBusy: () => false, again: () => asked++ })

    pass(mock, passed)

    assert.equal(asked, times)
  })

test("a page in whose dialog somebody writes at midnight goes on after that", ({ mock }) => {
  mock.timers.enable({ apis: ["setTimeout", "Date"], now: Date.parse(drawn.now) })
  let [asked, isBusy] = [0, true]
  followToday(drawn, { now: () => Date.now(), search: "", isBusy: () => isBusy, again: () => asked++ })
  pass(mock, 60_000 + 2 * SPREAD)
  assert.equal(asked, 0)

  isBusy = false
  pass(mock, 1_000)

  assert.equal(asked, 1)
})

/** Let time go by second by second: in one leap no clock would show what is between. */
function pass(mock, ms) {
  for (let passed = 0; passed < ms; passed += 1_000) mock.timers.tick(1_000)
}
