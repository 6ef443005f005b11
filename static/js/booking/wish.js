// @ts-check
/** What someone wanted before they had to log in, so that coming back goes on where they were. */

const FRESH = 15 * 60_000 // ms: an older wish was given up
const NAME = "wish"

/** @typedef {{room: number, start: number, end: number}} Place */

/** @param {Place} place */
export const keepWish = (place) => sessionStorage.setItem(NAME, JSON.stringify({ ...place, path: location.pathname, at: Date.now() }))

export const forgetWish = () => sessionStorage.removeItem(NAME)

/** Take the wish made on this page, once. @returns {Place | null} */
export function takeWish() {
  const kept = sessionStorage.getItem(NAME)
  forgetWish()
  const wish = kept ? JSON.parse(kept) : null
  return wish && wish.path === location.pathname && Date.now() - wish.at < FRESH ? wish : null
}
