// @ts-check
/** @import { News } from "./live/news.js" */
/** What this page itself just did with which booking: the news of that would only repeat what was said already. */

const RECENT = 10_000 // ms in which a change heard is taken for our own

/** Which news each act brings; any other news of the same booking, however soon, is somebody else's doing. @type {Record<string, News["kind"][]>} */
const BRINGS = {
  confirm: ["confirmed", "pending"], approve: ["confirmed"], decline: ["gone"], cancel: ["gone"], describe: ["described"], move: ["moved", "pending", "confirmed"],
}

/** @type {Map<string, {kinds: News["kind"][], at: number}>} */
const acts = new Map()

/** Say it before it is done: its news may be here sooner than its answer. @param {string} reference @param {string} verb as in the address */
export const mark = (reference, verb) => void acts.set(reference, { kinds: BRINGS[verb] ?? [], at: performance.now() })

/** @param {News} news */
export function isOurs({ reference, kind }) {
  const act = acts.get(reference)
  return act !== undefined && act.kinds.includes(kind) && performance.now() - act.at < RECENT
}
