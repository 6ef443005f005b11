// @ts-check
/** @import { Room } from "../live/changes.js" */
/** @import { Block, Segment } from "./segments.js" */
import { countdown } from "./time.js"

const STATE = {
  free: "free", mine: "your booking", booked: "booked", occupied: "in use", held: "on hold",
  pending: "awaiting approval", blocked: "out of service", closed: "closed", past: "past", buffer: "kept clear",
}

/** The names of a room's parts, in the order of people. @param {readonly number[]} parts @param {(room: number) => string} nameOf */
const named = (parts, nameOf) => parts.map(nameOf).sort((one, other) => one.localeCompare(other, "en", { numeric: true }))

/**
 * What a screen reader hears of a cell.
 * @param {string} room @param {Segment} segment @param {(start: number, end: number) => string} span @param {(room: number) => string} [nameOf]
 */
export function describe(room, { start, end, state, block, parts = [], others = [] }, span, nameOf = String) {
  const own = block?.mine && state !== "mine" ? `your booking, ${STATE[state]}` : STATE[state]
  const text = [`${room}, ${span(start, end)}`, named(parts, nameOf).join(" and "), own, block?.repeats ? "a date of a series" : ""].filter(Boolean).join(", ")
  const beside = besides(others, nameOf, (part, other) => `${part} ${other.mine && other.state !== "mine" ? `your booking, ${STATE[other.state]}` : STATE[other.state]}`)
  return [block?.title ? `${text}: ${block.title}` : text, ...beside].join("; ")
}

/** What else is taken of a whole then, a part at a time. @param {readonly Block[]} others @param {(room: number) => string} nameOf @param {(part: string, block: Block) => string} say */
const besides = (others, nameOf, say) => others.map((block) => say(nameOf(block.part ?? block.room), block)).sort((one, other) => one.localeCompare(other, "en", { numeric: true }))

/**
 * What is printed on a cell.
 * @param {Segment} segment @param {(t: number) => string} time @param {number} now @param {(room: number) => string} nameOf
 * @param {boolean} [brief] there is room for a few letters only
 */
export function caption(segment, time, now, nameOf, brief = false) {
  const also = besides(segment.others ?? [], nameOf, (part) => part).join(", ")
  return [said(segment, time, now, nameOf, brief), also && !brief ? `${also} taken` : ""].filter(Boolean).join(" · ")
}

/** @param {Segment} segment @param {(t: number) => string} time @param {number} now @param {(room: number) => string} nameOf @param {boolean} brief */
function said({ state, block, parts = [] }, time, now, nameOf, brief) {
  if (!block) return ""
  const part = parts.length ? `${named(parts, nameOf).join(", ")} ` : ""
  const left = block.expires !== undefined ? countdown(block.expires - now) : ""
  if (left) return brief ? left : `${block.mine ? "your hold" : "hold"} ${left}`
  if (block.title) return part + block.title
  if (state === "booked" || state === "occupied") return part.trim() || `${time(block.start)}–${block.end === Infinity ? "" : time(block.end)}`
  return part + STATE[state]
}

/** "12 seats · Floor 3" @param {Room} room @param {string} kind the venue's */
export function detail(room, kind) {
  const seats = room.capacity ? (kind === "hotel" ? `${room.capacity} guests` : `${room.capacity} seats`) : ""
  const floor = room.floor ? (/^\d+$/.test(String(room.floor)) ? `Floor ${room.floor}` : room.floor) : ""
  return [room.capacity === 1 ? seats.slice(0, -1) : seats, kind === "hotel" ? (room.type ?? "") : "", floor].filter(Boolean).join(" · ")
}
