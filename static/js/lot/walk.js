// @ts-check
/** Walking a plan by arrow keys; pure. */

const ASTRAY = 3 // a step aside counts as three ahead: the row is kept as long as it goes on

/** @type {Record<string, [number, number]>} */
const WAYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }

/**
 * The nearest place in the direction of an arrow key, if there is any.
 * @template {{x: number, y: number}} P
 * @param {string} key @param {{x: number, y: number}} here @param {Iterable<P>} places @returns {P | null}
 */
export function nearest(key, here, places) {
  const way = WAYS[key]
  if (!way) return null
  let best = null
  let least = Infinity
  for (const place of places) {
    const [right, down] = [place.x - here.x, place.y - here.y]
    const along = right * way[0] + down * way[1]
    const across = Math.abs(right * way[1]) + Math.abs(down * way[0])
    const cost = along + ASTRAY * across
    if (along > 1 && cost < least) [best, least] = [place, cost]
  }
  return best
}
