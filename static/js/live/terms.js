// @ts-check
/** @import { Feed } from "./feed.js" */
import { toast } from "../toasts.js"

/**
 * Tell when a venue is let on other terms than the page was drawn from: its hours, its rooms' names, its prices.
 * @param {Feed} feed @param {string} topic @param {string | undefined} drawn the terms in the page's own snapshot, if it has one
 * @param {() => void} changed
 */
export function followTerms(feed, topic, drawn, changed) {
  let known = drawn
  feed.addEventListener("topic", (event) => {
    const { topic: heard, state } = /** @type {CustomEvent} */ (event).detail
    if (heard !== topic || state.terms === undefined || state.terms === known) return
    const isFirst = known === undefined
    known = state.terms
    if (!isFirst) changed()
  })
}

/**
 * Say so where the page cannot be drawn anew under the hands of its reader.
 * @param {Feed} feed @param {string} topic @param {string} drawn
 */
export function tellOfTerms(feed, topic, drawn) {
  followTerms(feed, topic, drawn, () =>
    toast("What is let here, or on what terms, has changed.", { href: location.href, link: "Show it as it is now" }),
  )
}
