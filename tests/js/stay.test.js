import assert from "node:assert/strict"
import { mock, test } from "node:test"
import { referenceIn, stateOf, stayOn } from "../../static/js/live/stay.js"

class Line extends EventTarget {
  rests = true
  /** @type {object[]} */ said = []
  /** @param {object} message */
  send(message) {
    this.said.push(message)
  }
}

for (const [path, reference] of [["/bookings/R7XK-42QM/", "R7XK-42QM"], ["/bookings/R7XK-42QM/checkout/", "R7XK-42QM"], ["/bookings/", null], ["/venues/quay-hotel/", null]])
  test(`the address ${path} names ${reference}`, () => assert.equal(referenceIn(path ?? ""), reference))

test("a page says that it stays after each connect and again within the time a hold is left", () => {
  mock.timers.enable({ apis: ["setInterval"] })
  const line = new Line()

  stayOn(/** @type {any} */ (line), () => "R7XK-42QM")
  line.dispatchEvent(new Event("open"))
  mock.timers.tick(8_000)

  assert.deepEqual(line.said, Array(4).fill({ type: "stay", reference: "R7XK-42QM" }))
  assert.equal(line.rests, false)
  mock.timers.reset()
})

test("a page that shows no hold says nothing, and its line may rest", () => {
  mock.timers.enable({ apis: ["setInterval"] })
  const line = new Line()
  let shown = /** @type {string | null} */ ("R7XK-42QM")

  const say = stayOn(/** @type {any} */ (line), () => shown)
  shown = null
  say()

  assert.deepEqual([line.said.length, line.rests], [1, true])
  mock.timers.reset()
})

for (const [words, frame, times] of [
  ["ran out", { type: "error", code: "hold_expired", reference: "R7XK-42QM" }, 1],
  ["is no hold any more", { type: "error", code: "illegal_transition", reference: "R7XK-42QM" }, 1],
  ["was another one", { type: "error", code: "hold_expired", reference: "RAAA-AAAA" }, 0],
  ["could not be looked up", { type: "error", code: "unready", reference: "R7XK-42QM" }, 0],
  ["is not what was asked about", { type: "error", code: "not_found", topic: "venue:office" }, 0],
])
  test(`a page whose hold ${words} is told ${times ? "so" : "nothing"}`, () => {
    mock.timers.enable({ apis: ["setInterval"] })
    const line = new Line()
    let told = 0
    stayOn(/** @type {any} */ (line), () => "R7XK-42QM", () => told++)

    line.dispatchEvent(new CustomEvent("frame", { detail: frame }))

    assert.equal(told, times)
    mock.timers.reset()
  })

test("`mine` says what a booking is, and nothing of one that is over", () => {
  const mine = /** @type {any} */ ({ allocations: new Map([[1, []], [2, [{ id: 7, booking: "R7XK-42QM", state: "booked" }]]]) })

  assert.deepEqual([stateOf(mine, "R7XK-42QM"), stateOf(mine, "RAAA-AAAA"), stateOf(undefined, "R7XK-42QM")], ["booked", undefined, undefined])
})
