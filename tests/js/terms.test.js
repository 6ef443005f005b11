import assert from "node:assert/strict"
import { test } from "node:test"
import { followTerms } from "../../static/js/live/terms.js"

const LATER = 1_000 // ms within which a page is told

for (const [words, drawn, heard, times] of [
  ["the terms it was drawn from are no news", "a", ["a"], 0],
  ["other terms are news once", "a", ["b", "b"], 1],
  ["terms that change back are news again", "a", ["b", "a"], 2],
  ["a page that brought none takes the first it hears", undefined, ["a", "b"], 1],
  ["before the first frame nothing is known", "a", [undefined], 0],
])
  test(words, ({ mock }) => {
    mock.timers.enable({ apis: ["setTimeout"] })
    const { hear, told } = page(drawn)

    for (const terms of heard) {
      hear("venue:office", terms)
      mock.timers.tick(LATER)
    }

    assert.equal(told(), times)
  })

test("what changes together is told once", ({ mock }) => {
  mock.timers.enable({ apis: ["setTimeout"] })
  const { hear, told } = page("a")

  for (const terms of ["b", "c", "d"]) hear("venue:office", terms)
  mock.timers.tick(LATER)

  assert.equal(told(), 1)
})

test("another topic's terms do not matter", ({ mock }) => {
  mock.timers.enable({ apis: ["setTimeout"] })
  const { hear, told } = page("a")

  hear("mine", "b")
  mock.timers.tick(LATER)

  assert.equal(told(), 0)
})

/** A page drawn from these terms: what it hears, and how often it was told. @param {string | undefined} drawn */
function page(drawn) {
  const feed = new EventTarget()
  let times = 0
  followTerms(feed, "venue:office", drawn, () => times++)
  return {
    hear: (topic, terms) => feed.dispatchEvent(new CustomEvent("topic", { detail: { topic, state: { terms } } })),
    told: () => times,
  }
}
