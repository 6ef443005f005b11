import assert from "node:assert/strict"
import { test } from "node:test"
import { Feed } from "../../static/js/live/feed.js"

const NOW = "2026-11-23T10:00:00Z"

/** A socket that is open, and remembers what it was asked. */
class Line extends EventTarget {
  isOpen = true
  asked = []
  open() {}
  send(message) {
    this.asked.push(message)
  }
  says(frame) {
    this.dispatchEvent(new CustomEvent("frame", { detail: { now: NOW, ...frame } }))
  }
  snapshot(topic, revision) {
    this.says({ type: "snapshot", topic, revision, terms: "a", rooms: [{ id: 1, revision }], allocations: [] })
  }
}

/** A feed on such a line, with what it fired. */
function listening() {
  const line = new Line()
  const feed = new Feed("/ws/live/", line)
  const fired = []
  for (const name of ["live", "down", "topic"])
    feed.addEventListener(name, (event) => fired.push(name === "topic" ? event.detail.isNews : name))
  return { line, feed, fired }
}

for (const [words, drawn, revision, isNews] of [
  ["a first frame of what the page shows is no news", 7, 7, false],
  ["a first frame of more than the page shows is news", 7, 8, true],
  ["a page that does not say what it shows has no news yet", undefined, 7, false],
])
  test(words, () => {
    const { line, feed, fired } = listening()
    feed.watch("mine", {}, null, drawn)

    line.snapshot("mine", revision)

    assert.deepEqual(fired, ["live", isNews])
  })

test("who comes back says of which window it holds what it holds", () => {
  const { line, feed } = listening()
  feed.watch("desk:office")
  line.says({ type: "snapshot", topic: "desk:office", revision: 3, terms: "a", window: "29/30", rooms: [{ id: 1, revision: 3 }], allocations: [] })
  line.dispatchEvent(new Event("open"))

  const { since, terms, window } = line.asked.at(-1)
  assert.deepEqual({ since, terms, window }, { since: { 1: 3 }, terms: "a", window: "29/30" })
})

test("what comes after the first frame is news", () => {
  const { line, feed, fired } = listening()
  feed.watch("mine", {}, null, 7)
  line.snapshot("mine", 7)

  line.says({ type: "change", topic: "mine", revision: 8, rooms: [{ id: 1, revision: 8, allocations: [] }] })

  assert.deepEqual(fired, ["live", false, "live", true])
})

test("a page with a topic that is refused is not live, whatever else it hears, until it is told again", ({ mock }) => {
  mock.timers.enable({ apis: ["setTimeout"] })
  const { line, feed, fired } = listening()
  feed.watch("venue:office")
  feed.watch("mine")
  line.snapshot("venue:office", 1)
  fired.length = 0

  line.says({ type: "error", code: "not_found", topic: "venue:office" })
  line.snapshot("mine", 1)
  line.says({ type: "heartbeat", topic: "mine", revision: 1 })
  assert.deepEqual(fired, ["down", false])

  line.snapshot("venue:office", 2)
  assert.deepEqual(fired, ["down", false, "live", true])
})

test("what is refused is asked for again, once for each refusal", async ({ mock }) => {
  mock.timers.enable({ apis: ["setTimeout"] })
  const { line, feed } = listening()
  feed.watch("venue:office")
  line.asked.length = 0
  mock.method(performance, "now", () => 60_000)

  for (let n = 0; n < 3; n++) line.says({ type: "error", code: "not_found", topic: "venue:office" })
  mock.timers.tick(14_000)
  assert.equal(line.asked.length, 0)
  mock.timers.tick(2_000)

  assert.deepEqual(line.asked.map(({ type, topic }) => [type, topic]), [["watch", "venue:office"]])
})

test("an error of no topic of ours changes nothing", () => {
  const { line, feed, fired } = listening()
  feed.watch("mine")

  line.says({ type: "error", code: "invalid", detail: "Unknown type." })

  assert.deepEqual(fired, [])
})
