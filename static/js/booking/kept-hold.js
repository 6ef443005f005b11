// @ts-check
/** @import { Place } from "./wish.js" */
/** What this tab holds on this page, so that loading it again goes on where it was. */

const NAME = "held"

/** @typedef {{reference: string, place: Place, asks?: boolean, questions?: number[]}} Kept */

/** @param {Kept} kept */
export const keepHold = (kept) => sessionStorage.setItem(NAME, JSON.stringify({ ...kept, path: location.pathname }))

export const forgetHold = () => sessionStorage.removeItem(NAME)

/** Return what was held on this page when it went. @returns {Kept | null} */
export function keptHold() {
  const kept = JSON.parse(sessionStorage.getItem(NAME) ?? "null")
  return kept?.path === location.pathname ? kept : null
}
