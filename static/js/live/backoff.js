// @ts-check
/** How long to wait before the next try; pure, so the steps can be read and tested. */

const STEPS = [250, 500, 1_000, 2_000, 5_000, 10_000] // ms: quick enough for a blip, gentle enough for an outage
const REFUSED_STEPS = [10_000, 30_000, 60_000] // ms: whoever is refused (4400, 4403, 4429) gains nothing by hurrying
const RESTART = [200, 3_000] // ms: a restarting server (1012) asks a thousand browsers not to come back at once

export const RESTARTED = 1012
export const LOGGED_OUT = 4401
const REFUSALS = new Set([4400, 4403, 4429])

/**
 * Choose the wait after a close: in steps, each with jitter of its upper half.
 * @param {number} tries how many tries have failed in a row @param {number} code of the close
 * @param {number} random 0..1
 */
export function pause(tries, code, random) {
  if (code === RESTARTED && tries === 0) return RESTART[0] + random * (RESTART[1] - RESTART[0])
  const steps = REFUSALS.has(code) ? REFUSED_STEPS : STEPS
  return steps[Math.min(tries, steps.length - 1)] * (0.5 + random / 2)
}
