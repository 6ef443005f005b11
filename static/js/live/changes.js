// @ts-check
/**
 * The pure heart of everything live: what a topic's frames add up to.
 *
 * A frame says what is true now of the rooms it names, so frames may be lost, doubled, late or out of
 * order: the higher room revision wins, and the sum of all revisions tells whether something is missing.
 */

/**
 * @typedef {{id: number, room: number, start: string, end: string | null, state: string, expires_at?: string,
 *   blocks_from?: string, blocks_until?: string, part?: number, booking?: string, title?: string, mine?: boolean,
 *   guest?: string, occurrence?: number, offered?: boolean}} Allocation
 * @typedef {{id: number, revision: number, name?: string, timezone?: string, noun?: string, type?: string, capacity?: number,
 *   floor?: string, amenities?: string[], order?: number, archived?: boolean, answers?: Record<string, number>, stay?: string,
 *   step_minutes?: number, min_minutes?: number}} Room
 * @typedef {{topic: string, heard: boolean, revision: number, extra: number, terms?: string, window?: string, rooms: Map<number, Room>,
 *   allocations: Map<number, Allocation[]>, told: Set<number>}} State `told` are the rooms that this connection told of
 * @typedef {{type: string, topic?: string, revision?: number, now?: string, terms?: string, window?: string,
 *   rooms?: (Room & {allocations?: Allocation[]})[], allocations?: Allocation[], code?: string, detail?: string, reference?: string}} Frame
 */

/** @type {readonly Allocation[]} */
const NONE = []

/** @param {string} topic @returns {State} */
export const empty = (topic) => ({ topic, heard: false, revision: 0, extra: 0, rooms: new Map(), allocations: new Map(), told: new Set() })

/**
 * What is held as a new connection begins: its first snapshot is taken whole. The tables may be older than
 * what the last connection told, where they were put back from a backup.
 * @param {State} state @returns {State}
 */
export const reconnected = (state) => ({ ...state, told: new Set() })

/**
 * Apply one frame and name the rooms it changed. The state given is left as it was.
 * @param {State} state @param {Frame} frame
 * @returns {{state: State, touched: Set<number>}}
 */
export function reduce(state, frame) {
  if (frame.topic !== state.topic) return { state, touched: new Set() }
  if (frame.type === "snapshot") return snapshot(state, frame)
  if (frame.type === "change" && state.heard) return change(state, frame)
  return { state, touched: new Set() }
}

/**
 * Tell whether the server, whose topic is at this revision, has said something this state never heard.
 * @param {State} state @param {number} revision
 */
export const isBehind = (state, revision) => !state.heard || revision > state.revision

/**
 * What to ask for after a gap: the revision held of every room; null before anything was heard.
 * @param {State} state @returns {Record<string, number> | null}
 */
export function since(state) {
  if (!state.heard) return null
  return Object.fromEntries([...state.rooms.values()].map((room) => [room.id, room.revision]))
}

/** @param {State} state @param {number} room @returns {readonly Allocation[]} */
export const allocationsOf = (state, room) => state.allocations.get(room) ?? NONE

/** @param {State} state @param {Frame} frame */
function snapshot(state, frame) {
  /** @type {Map<number, Allocation[]>} */
  const listed = new Map()
  for (const allocation of frame.allocations ?? []) {
    const list = listed.get(allocation.room)
    list ? list.push(allocation) : listed.set(allocation.room, [allocation])
  }
  const next = { ...state, heard: true, terms: frame.terms, window: frame.window, rooms: new Map(), allocations: new Map(), told: new Set(state.told) }
  const touched = new Set(state.rooms.keys())
  for (const room of frame.rooms ?? []) {
    const held = state.rooms.get(room.id)
    // A snapshot that was overtaken by a change must not turn that room back.
    const stale = held !== undefined && state.told.has(room.id) && held.revision > room.revision
    next.told.add(room.id)
    next.rooms.set(room.id, stale ? held : { ...held, ...described(room) })
    next.allocations.set(room.id, stale ? (state.allocations.get(room.id) ?? []) : (room.allocations ?? listed.get(room.id) ?? []))
    stale ? touched.delete(room.id) : touched.add(room.id)
  }
  return { state: counted(next, frame.revision), touched }
}

/** @param {State} state @param {Frame} frame */
function change(state, frame) {
  /** @type {Set<number>} */
  const touched = new Set()
  const next = { ...state, rooms: new Map(state.rooms), allocations: new Map(state.allocations), told: new Set(state.told) }
  for (const room of frame.rooms ?? []) {
    const held = next.rooms.get(room.id)
    if (held && held.revision >= room.revision) continue
    next.rooms.set(room.id, { ...held, ...described(room) })
    next.allocations.set(room.id, room.allocations ?? [])
    next.told.add(room.id)
    touched.add(room.id)
  }
  return { state: counted(next), touched }
}

/**
 * Keep the sum. A snapshot may count rooms it does not list (retired ones): what it counts beyond the
 * listed rooms stays the same distance away until the next snapshot.
 * @param {State} state @param {number} [revision]
 */
function counted(state, revision) {
  let sum = 0
  for (const room of state.rooms.values()) sum += room.revision
  if (revision !== undefined) state.extra = Math.max(0, revision - sum)
  state.revision = sum + state.extra
  return state
}

/** @param {Room & {allocations?: Allocation[]}} room @returns {Room} */
function described({ allocations, ...room }) {
  return room
}
