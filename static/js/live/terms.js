// @ts-check
/** @import { Feed } from "./feed.js" */

const SPREAD = 1_000 // ms over which all who watch ask anew: a thousand boards are not to ask at once

/**
 * Tell when a venue is let on other terms than the page was drawn from: its hours, its rooms' names, its prices.
 * @param {Feed} feed @param {string} topic @param {string | undefined} drawn the terms in the page's own snapshot, if it has one
 * @param {() => void} changed called once for what changes together
 */
export function followTerms(feed, topic, drawn, changed) {
  let known = drawn
  /** @type {ReturnType<typeof setTimeout> | undefined} */ let timer
  feed.addEventListener("topic", (event) => {
    const { topic: heard, state } = /** @type {CustomEvent} */ (event).detail
    if (heard !== topic || state.terms === undefined || state.terms === known) return
    const isFirst = known === undefined
    known = state.terms
    if (isFirst) return
    clearTimeout(timer)
    timer = setTimeout(changed, Math.random() * SPREAD)
  })
}

export const REDRAWN = "What is let here, or on what terms, has changed. This shows it as it is now."
