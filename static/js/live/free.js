// @ts-check
/** @import { Allocation, State } from "./changes.js" */
/** What is free at one instant; pure. */
import { allocationsOf } from "./changes.js"
import { instant } from "../board/time.js"

/** Whether nobody else can have the room at that instant because of this. @param {Allocation} a @param {number} now */
export const takes = (a, now) =>
  a.state !== "released" &&
  instant(a.blocks_from ?? a.start) <= now &&
  (a.end === null || now < instant(a.blocks_until ?? a.end)) &&
  !(a.state === "held" && a.expires_at && instant(a.expires_at) <= now)

/** How the room is at that instant: free, or the state of what takes it. @param {State} state @param {number} room @param {number} now */
export const kindAt = (state, room, now) => allocationsOf(state, room).find((a) => takes(a, now))?.state ?? "free"

/**
 * How many rooms of a venue nobody has at that instant.
 * @param {State} state @param {number} now @param {(room: import("./changes.js").Room) => boolean} [counts] which rooms
 */
export function countFree(state, now, counts = () => true) {
  let free = 0
  for (const room of state.rooms.values()) if (!room.archived && counts(room) && kindAt(state, room.id, now) === "free") free++
  return free
}
