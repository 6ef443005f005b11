// @ts-check
/** @import { Frame, State } from "./changes.js" */
import { empty, isBehind, reconnected, reduce, since } from "./changes.js"
import { clock } from "./clock.js"
import { LiveSocket } from "./socket.js"

const LONGEST = 15_000 // characters of a message; the server takes 16 KiB
const UNREADY = 2_000 // ms after which a server that could not read its tables is asked again
const REFUSED = 15_000 // ms after which is asked again for what was refused: a venue may be shown again
const ASK_AGAIN = 1_500 // ms: an answer to "what since" is on its way; asking again sooner only adds load

/**
 * Many topics over one socket, each kept equal to the server's tables.
 *
 * @fires topic - detail {topic, state, before, touched, isNews}: a frame changed these rooms of the topic; it is
 *   no news where the page was drawn from the same.
 * @fires live / down / logout - how the line is; with a topic that is refused, it is down.
 * @fires refused - detail {topic, code, detail}: the server would not let us watch.
 */
export class Feed extends EventTarget {
  /** @type {Map<string, {window: object, state: State, asked: number, drawn?: number, retry?: ReturnType<typeof setTimeout>}>} */ #topics = new Map()
  /** @type {Set<string>} topics that are watched here, and that the server does not tell any more */ #refusing = new Set()

  /** @param {string} path @param {LiveSocket} [socket] */
  constructor(path, socket = new LiveSocket(path)) {
    super()
    this.socket = socket
    socket.addEventListener("open", () => this.#resume())
    socket.addEventListener("frame", (event) => this.#hear(/** @type {CustomEvent<Frame>} */ (event).detail))
    socket.addEventListener("down", () => this.dispatchEvent(new Event("down")))
    socket.addEventListener("logout", () => this.dispatchEvent(new Event("logout")))
  }

  /**
   * Watch a topic over a window of time, going on from a snapshot the page brought along if it did.
   * @param {string} topic @param {{start?: string, end?: string}} [window] @param {Frame | null} [snapshot]
   * @param {number} [drawn] the topic's revision from which the page was drawn: what came before the first frame is news
   */
  watch(topic, window = {}, snapshot = null, drawn = undefined) {
    const state = snapshot ? reduce(empty(topic), snapshot).state : empty(topic)
    this.#topics.set(topic, { window, state, asked: -Infinity, drawn })
    this.#ask(topic)
    this.socket.open()
    return state
  }

  /** @param {string} topic */
  state(topic) {
    return this.#topics.get(topic)?.state
  }

  /** Hear no more, and ask for nothing again. */
  end() {
    for (const { retry } of this.#topics.values()) clearTimeout(retry)
    this.#topics.clear()
    this.socket.end()
  }

  #resume() {
    for (const [topic, watched] of this.#topics) {
      watched.asked = -Infinity
      watched.state = reconnected(watched.state)
      this.#ask(topic)
    }
  }

  /** Ask for what this topic misses. @param {string} topic */
  #ask(topic) {
    const watched = this.#topics.get(topic)
    if (!watched || !this.socket.isOpen || performance.now() - watched.asked < ASK_AGAIN) return
    watched.asked = performance.now()
    const { state, window } = watched
    const message = { type: "watch", topic, ...window, since: since(state), terms: state.terms, window: state.window }
    // A venue of thousands of rooms cannot list what it holds in one message: it begins anew.
    this.socket.send(JSON.stringify(message).length < LONGEST ? message : { ...message, since: null })
  }

  /** @param {Frame} frame */
  #refused(frame) {
    this.dispatchEvent(new CustomEvent("refused", { detail: frame }))
    const { topic = "" } = frame
    const watched = this.#topics.get(topic)
    if (!watched) return
    clearTimeout(watched.retry)
    watched.retry = setTimeout(() => this.#ask(topic), frame.code === "unready" ? UNREADY : REFUSED)
    if (frame.code === "unready") return
    this.#refusing.add(topic)
    this.dispatchEvent(new Event("down"))
  }

  /** @param {Frame} frame */
  #hear(frame) {
    clock.hear(frame.now)
    if (frame.type === "error") return this.#refused(frame)
    const watched = this.#topics.get(frame.topic ?? "")
    if (!watched) return
    this.#refusing.delete(watched.state.topic)
    if (!this.#refusing.size) this.dispatchEvent(new Event("live"))
    const before = watched.state
    const { state, touched } = reduce(before, frame)
    watched.state = state
    const isNews = before.heard ? touched.size > 0 : watched.drawn !== undefined && watched.drawn !== state.revision
    if (touched.size || state.heard !== before.heard)
      this.dispatchEvent(new CustomEvent("topic", { detail: { topic: frame.topic, state, before, touched, isNews } }))
    // The frame's own sum is the server's; ours is smaller only when a frame never came.
    if (frame.revision !== undefined && isBehind(state, frame.revision)) this.#ask(frame.topic ?? "")
  }
}
