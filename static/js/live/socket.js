// @ts-check
/** @import { Frame } from "./changes.js" */
import { LOGGED_OUT, pause } from "./backoff.js"

const PACE = 150 // ms between messages when many wait: the server hears ten a second, and twenty at once
const BURST = 12 // messages that need not wait, all topics of an ordinary page
const PING = 5_000 // ms: two pings fit between heartbeats, so a dead line shows before the second is missed
const DEAD = 12_000 // ms of silence: two missed pings and two seconds' grace
const CONNECT = 8_000 // ms a handshake may take; a proxy that swallows it would else hold us for minutes
const REST = 5 * 60_000 // ms hidden before the socket rests: nobody looks, and a laptop lid saves a connection

/**
 * One websocket that stays open: it comes back by itself after a fault, at once when the network or the tab
 * returns, and rests while the page is hidden for long.
 *
 * @fires open - the line stands; whoever listens says again what it watches.
 * @fires frame - detail is the parsed frame.
 * @fires down - detail {code}: the line broke; it will be tried again.
 * @fires logout - the server ended our rights (4401); it will not be tried again.
 */
export class LiveSocket extends EventTarget {
  /** Whether it may rest while the page is hidden: not while the page keeps a hold alive by being there. */
  rests = true
  #tries = 0
  #heard = 0
  #retry = 0
  #beat = 0
  #resting = 0
  #ended = false
  #pacer = 0
  #breath = BURST
  /** @type {object[]} */ #waiting = []
  /** @type {WebSocket | null} */ #socket = null

  /** @param {string} path */
  constructor(path) {
    super()
    this.url = String(new URL(path, location.href.replace(/^http/, "ws")))
    addEventListener("online", () => this.open())
    addEventListener("offline", () => this.#drop(1006))
    addEventListener("pageshow", () => this.open())
    document.addEventListener("visibilitychange", () => this.#seen())
  }

  get isOpen() {
    return this.#socket?.readyState === WebSocket.OPEN
  }

  /** Connect now, unless connected or on the way. */
  open() {
    if (this.#ended || (this.#socket && this.#socket.readyState <= WebSocket.OPEN)) return
    clearTimeout(this.#retry)
    const socket = (this.#socket = new WebSocket(this.url))
    this.#heard = performance.now()
    const slow = setTimeout(() => socket.readyState === WebSocket.CONNECTING && this.#drop(1006), CONNECT)
    socket.onopen = () => {
      clearTimeout(slow)
      this.#heard = performance.now()
      this.#beat = setInterval(() => this.#check(), PING)
      this.dispatchEvent(new Event("open"))
    }
    socket.onmessage = (event) => this.#hear(event.data)
    socket.onclose = (event) => {
      clearTimeout(slow)
      if (socket === this.#socket) this.#drop(event.code)
    }
  }

  /** Send a message if the line stands, at a pace the server accepts; what was lost is said again on open. @param {object} message */
  send(message) {
    if (!this.isOpen) return
    this.#waiting.push(message)
    this.#speak()
    this.#pacer ||= setInterval(() => this.#breathe(), PACE)
  }

  #speak() {
    for (; this.#breath > 0 && this.#waiting.length; this.#breath--) this.#socket?.send(JSON.stringify(this.#waiting.shift()))
  }

  #breathe() {
    this.#breath++
    if (this.isOpen) this.#speak()
    if (this.#breath < BURST) return
    clearInterval(this.#pacer)
    this.#pacer = 0
  }

  /** @param {string} text */
  #hear(text) {
    this.#heard = performance.now()
    /** @type {Frame} */ let frame
    try {
      frame = JSON.parse(text)
    } catch {
      return // a frame nobody can read changes nothing; the next heartbeat finds the gap
    }
    // Only a frame proves that the server serves: a line that opens and breaks must not reset the steps.
    this.#tries = 0
    this.dispatchEvent(new CustomEvent("frame", { detail: frame }))
  }

  #check() {
    if (performance.now() - this.#heard > DEAD) this.#drop(1006)
    else this.send({ type: "ping" })
  }

  /** Close for good. */
  end() {
    this.#ended = true
    this.#drop(1000)
    clearTimeout(this.#retry)
  }

  /** @param {number} code */
  #drop(code) {
    const socket = this.#socket
    if (!socket) return
    this.#socket = null
    this.#waiting = []
    clearInterval(this.#beat)
    socket.onopen = socket.onmessage = socket.onclose = null
    socket.close()
    if (code === LOGGED_OUT) {
      this.#ended = true
      this.dispatchEvent(new Event("logout"))
      return
    }
    this.dispatchEvent(new CustomEvent("down", { detail: { code } }))
    clearTimeout(this.#retry)
    // Nobody looks at a hidden page: it comes back when it is seen again.
    if (!document.hidden) this.#retry = setTimeout(() => this.open(), pause(this.#tries++, code, Math.random()))
  }

  #seen() {
    clearTimeout(this.#resting)
    this.#resting = 0
    if (!document.hidden) {
      // A tab that slept may hold a line that died in its sleep: ask, and do not wait for the next beat.
      if (this.isOpen) this.#check()
      else this.open()
    } else this.#resting = setTimeout(() => this.rests && this.#drop(1000), REST)
  }
}
