// @ts-check
/**
 * The server's time on this machine: countdowns stay right on a computer whose own clock is five minutes off.
 */

const KEEP = 8 // frames; the quickest of the last few minutes is the truest, and a clock that was set heals.

export class ServerClock {
  /** @type {number[]} */ #offsets = []
  #offset = 0

  /** @param {() => number} [machine] */
  constructor(machine = Date.now) {
    this.machine = machine
  }

  /** Hear what time the server wrote into a frame. @param {string | undefined} now */
  hear(now) {
    const said = now ? Date.parse(now) : NaN
    if (Number.isNaN(said)) return
    this.#offsets.push(said - this.machine())
    if (this.#offsets.length > KEEP) this.#offsets.shift()
    // The way here only ever makes the server seem slower, so the largest offset had the shortest way.
    this.#offset = Math.max(...this.#offsets)
  }

  /** @returns {number} the instant, as the server would say it */
  now() {
    return this.machine() + this.#offset
  }
}

/** One clock for the whole page. */
export const clock = new ServerClock()
