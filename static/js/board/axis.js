// @ts-check
/** @import { Store } from "./store.js" */
import { element } from "../element.js"
import { clock, HOUR } from "./time.js"

const EVERY = [1, 2, 3, 4, 6] // hours between labels: the first that leaves each label its room
const LABEL = 44 // px a label like 09:00 needs
const SHORT = 30 // px a label like 09 needs
const WEEK_LINES = 4 // hours between the lines of a day in a week
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
    const by = days.length > 1 ? WEEK_LINES * HOUR : HOUR / 2
    const first = start + (days.length > 1 ? round(store, start, WEEK_LINES) * HOUR : by)
    if (days.length < NARROW_DAYS)
      for (let t = first; t < end; t += by)
        lines.append(place(element("i", (t - start) % HOUR ? "is-half" : ""), store.scale.at(t)))
  }
  return lines
}

/**
 * The hours that get a label: every one, or every second, third … on round hours of the venue's clock.
 * @param {Store} store @param {number} width
 */
function* hours(store, width) {
  const { days, length } = store.scale
  const perHour = (width * HOUR) / length
  const by = EVERY.find((n) => n * perHour >= (days.length > 1 ? SHORT : LABEL)) ?? 12
  for (const { start, end } of days)
    for (let t = start + round(store, start, by) * HOUR; t < end; t += by * HOUR)
      if (days.length === 1 || (end - t) / HOUR * perHour >= SHORT) yield { t, end: Math.min(t + by * HOUR, end) }
}

/** How many hours after t the venue's clock shows a multiple of `by`. @param {Store} store @param {number} t @param {number} by */
function round(store, t, by) {
  const hour = Number(clock(store.zone, { hour: "2-digit", hourCycle: "h23" })(t))
  return (by - (hour % by)) % by
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
