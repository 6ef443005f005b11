// @ts-check
/** @import { Room } from "../live/changes.js" */
/** @import { Segment } from "./segments.js" */

/** @typedef {{capacity: number, floor: string, amenities: string[], free: boolean}} Filters */

/** Read the filter form's fields, or a page's query. @param {URLSearchParams | FormData} fields @returns {Filters} */
export const filtersFrom = (fields) => ({
  capacity: Number(fields.get("capacity") ?? 0) || 0,
  floor: String(fields.get("floor") ?? ""),
  amenities: fields.getAll("amenity").map(String),
  free: fields.get("free") === "now",
})

/**
 * Tell whether a room passes.
 * @param {Room} room @param {Filters} filters @param {boolean} freeNow
 */
export const passes = (room, filters, freeNow) =>
  (room.capacity ?? 0) >= filters.capacity &&
  (!filters.floor || String(room.floor ?? "") === filters.floor) &&
  filters.amenities.every((slug) => room.amenities?.includes(slug)) &&
  (!filters.free || freeNow)

/** Tell whether the segment that runs now is free. @param {Segment[]} run @param {number} now */
export const isFreeNow = (run, now) => run.some((s) => s.state === "free" && s.start <= now && now < s.end)

/**
 * The page's query with these filters in place of its own, the rest as it was.
 * @param {URLSearchParams} query @param {FormData} fields
 */
export function queryWith(query, fields) {
  const next = new URLSearchParams(query)
  for (const name of ["capacity", "floor", "amenity", "free", ...fields.keys()]) next.delete(name)
  for (const [name, value] of fields) if (value) next.append(name, String(value))
  return next
}
