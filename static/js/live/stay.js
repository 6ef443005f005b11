// @ts-check
/** @import { Frame, State } from "./changes.js" */
/** @import { LiveSocket } from "./socket.js" */

const AGAIN = 4_000 // ms: a hold that another tab left lasts 8 s at least, in which this one says again that it is here

const OVER = new Set(["hold_expired", "illegal_transition", "not_found"]) // answers after which there is no such hold

/** Return the reference in the address of a page of one booking. @param {string} path */
export function referenceIn(path) {
  return path.match(/^\/bookings\/([^/]+)\//)?.[1] ?? null
}

/**
 * Say, while this page shows a hold of one's own, that somebody is there; the socket that said so takes the
 * hold's time with it when it goes. Said again and again: another tab may have left the same hold meanwhile.
 * @param {LiveSocket} socket @param {() => string | null} shown the reference of the hold, while there is one
 * @param {(code: string) => void} [lost] told when it is no hold any more
 */
export function stayOn(socket, shown, lost = () => {}) {
  const say = () => {
    const reference = shown()
    socket.rests = !reference
    if (reference) socket.send({ type: "stay", reference })
  }
  socket.addEventListener("open", say)
  socket.addEventListener("frame", (event) => {
    const { type, code = "", reference } = /** @type {CustomEvent<Frame>} */ (event).detail
    if (type === "error" && reference !== undefined && reference === shown() && OVER.has(code)) lost(code)
  })
  setInterval(say, AGAIN)
  say()
  return say
}

/** Return the state in which `mine` knows a booking; nothing where it is over, or never was. @param {State | undefined} mine @param {string} reference */
export const stateOf = (mine, reference) => [...(mine?.allocations.values() ?? [])].flat().find(({ booking }) => booking === reference)?.state
