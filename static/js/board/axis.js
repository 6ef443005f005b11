// @ts-check
/** @import { Store } from "./store.js" */
import { element } from "../element.js"
import { clock, HOUR } from "./time.js"

const EVERY = [1, 2, 3, 6] // hours between labels: the first that leaves each label its room
const LABEL = 44 // px an hour label needs
const NARROW_DAYS = 8 // more days than these show a number and no hours

/**
 * The head of the board: hours for one day; days, with their hours, for a week.
 * @param {Store} store @param {number} width px of the lane @param {(t: number) => number} column
 */
export function drawHead(store, width, column) {
  const head = element("div", "board-row board-head", { role: "row" })
  head.append(element("div", "board-room", { role: "columnheader", "aria-colindex": "1" }, "Room"))
  const scale = element("div", "board-lane board-scale", { role: "presentation" })
  const { days } = store.scale
  const many = days.length > 1
  const day = clock(store.zone, days.length < NARROW_DAYS ? { weekday: "short", day: "numeric" } : { weekday: "narrow", day: "numeric" })
  for (const { start, end } of many ? days : []) {
    const tick = header("board-tick board-day", day(start), start, end, store, column)
    scale.append(tick)
  }
  if (days.length < NARROW_DAYS)
    for (const { t, end } of hours(store, width)) {
      const hour = clock(store.zone)
      // In a week the day is the column's name; its hours are there for the eye.
      if (many) scale.append(place(element("span", "board-tick board-hour", { "aria-hidden": "true" }, hour(t).slice(0, 2)), store.scale.at(t)))
      else scale.append(header("board-tick", hour(t), t, end, store, column))
    }
  head.append(scale)
  return head
}

/** The lines behind all rows, and the shade of what is past. @param {Store} store */
export function drawLines(store) {
  const lines = element("div", "board-lines", { "aria-hidden": "true" })
  lines.append(element("div", "board-past"))
  const { days } = store.scale
  for (const { start, end } of days) {
    lines.append(place(element("i", days.length > 1 ? "is-day" : ""), store.scale.at(start)))
    const by = days.length > 1 ? 3 * HOUR : HOUR / 2
    if (days.length < NARROW_DAYS)
      for (let t = start + by; t < end; t += by)
        lines.append(place(element("i", (t - start) % HOUR ? "is-half" : ""), store.scale.at(t)))
  }
  return lines
}

/** @param {Store} store @param {number} width */
function* hours(store, width) {
  const { days, length } = store.scale
  const perHour = (width * HOUR) / length
  const by = (EVERY.find((n) => n * perHour >= LABEL) ?? 12) * HOUR
  for (const { start, end } of days)
    for (let t = start; t < end; t += by) yield { t, end: Math.min(t + by, end) }
}

/**
 * @param {string} className @param {string} text @param {number} start @param {number} end
 * @param {Store} store @param {(t: number) => number} column
 */
function header(className, text, start, end, store, column) {
  const span = Math.max(1, column(end) - column(start))
  const tick = element("span", className, { role: "columnheader", "aria-colindex": String(column(start)), "aria-colspan": String(span) }, text)
  tick.style.setProperty("--to", String(store.scale.at(end)))
  return place(tick, store.scale.at(start))
}

/** @param {HTMLElement} node @param {number} at */
function place(node, at) {
  node.style.setProperty("--from", String(at))
  return node
}
