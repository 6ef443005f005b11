import assert from "node:assert/strict"
import { test } from "node:test"
import { followTerms } from "../../static/js/live/terms.js"

/** A feed that hears these terms, one frame after another, and how often the page was told. */
function told(drawn, ...heard) {
  const feed = new EventTarget()
  let times = 0
  followTerms(feed, "venue:office", drawn, () => times++)
  for (const [topic, terms] of heard) feed.dispatchEvent(new CustomEvent("topic", { detail: { topic, state: { terms } } }))
  return times
}

for (const [words, drawn, heard, times] of [
  ["the terms it was drawn from are no news", "a", [["venue:office", "a"]], 0],
  ["other terms are news once", "a", [["venue:office", "b"], ["venue:office", "b"]], 1],
  ["terms that change back are news again", "a", [["venue:office", "b"], ["venue:office", "a"]], 2],
  ["a page that brought none takes the first it hears", undefined, [["venue:office", "a"], ["venue:office", "b"]], 1],
  ["another topic's terms do not matter", "a", [["mine", "b"]], 0],
  ["before the first frame nothing is known", "a", [["venue:office", undefined]], 0],
])
  test(words, () => assert.equal(told(drawn, ...heard), times))
