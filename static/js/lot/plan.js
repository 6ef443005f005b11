// @ts-check
/** What the plan editor does to a drawing; pure. */

export const GRID = 2 // units: near enough to align by hand, fine enough for any plan
const FAR = 10_000 // units; the server takes no more

/** @typedef {{id: number | null, name: string, floor: string, x: number, y: number, width?: number, depth?: number}} Drawn */

/** @param {number} value @param {number} [grid] */
export const snap = (value, grid = GRID) => Math.min(Math.max(Math.round(value / grid) * grid, -FAR), FAR)

const [SMALLEST, LARGEST] = [8, 2_000] // units across and down; the server takes no others

/** A side of a room, as near to that as there is one. @param {number} value @param {number} grid */
export const sized = (value, grid) => Math.min(Math.max(Math.round(value / grid) * grid, SMALLEST), LARGEST)

/**
 * The name that comes after: "A9" is followed by "A10", "Desk" by "Desk 2".
 * @param {string} name
 */
export function following(name) {
  const [, stem, digits] = /^(.*?)(\d*)$/.exec(name) ?? ["", name, ""]
  return digits ? `${stem}${String(Number(digits) + 1).padStart(digits.length, "0")}` : `${stem} 2`
}

/**
 * So many more like this one, in a row to its right; a name that is taken is passed over.
 * @param {readonly Drawn[]} rooms @param {Drawn} one @param {number} copies @param {number} pitch @returns {Drawn[]}
 */
export function multiplied(rooms, one, copies, pitch) {
  const taken = new Set(rooms.map((room) => room.name))
  const made = []
  let { name } = one
  for (let number = 1; number <= copies; number++) {
    do name = following(name)
    while (taken.has(name))
    taken.add(name)
    made.push({ ...one, id: null, name, x: snap(one.x + number * pitch) })
  }
  return made
}
