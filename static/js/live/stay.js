// @ts-check
/** @import { LiveSocket } from "./socket.js" */

const AGAIN = 4_000 // ms: a hold that another tab left lasts 8 s at least, in which this one says again that it is here

/** Return the reference in the address of a page of one booking. @param {string} path */
export function referenceIn(path) {
  return path.match(/^\/bookings\/([^/]+)\//)?.[1] ?? null
}

/**
 * Say, while this page shows a hold of one's own, that somebody is there; the socket that said so takes the
 * hold's time with it when it goes. Said again and again: another tab may have left the same hold meanwhile.
 * @param {LiveSocket} socket @param {() => string | null} shown the reference of the hold, while there is one
 */
export function stayOn(socket, shown) {
  const say = () => {
    const reference = shown()
    socket.rests = !reference
    if (reference) socket.send({ type: "stay", reference })
  }
  socket.addEventListener("open", say)
  setInterval(say, AGAIN)
  say()
  return say
}
