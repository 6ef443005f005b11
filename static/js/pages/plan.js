// @ts-check
/** @import { Drawn } from "../lot/plan.js" */
import { the } from "../element.js"
import { multiplied, sized, snap } from "../lot/plan.js"
import { pageData } from "../page-data.js"
import { toast } from "../toasts.js"

const SVG = "http://www.w3.org/2000/svg"
const MARGIN = 60 // units around the drawing, to drag into
const INSIDE = 8 // units of a box that stay free of its name
const SMALLEST = 65 // % of the usual size of letters; a name that has no room even so is cut
const GRIP = 14 // units of a corner by which a room is made larger
const LINE = 16 // units from its upper edge to the name of a room with others in it
const GAP = 12 // units between a room and its copy
const LEAP = 10 // steps of the grid that Shift makes of one

const page = pageData()
const plan = /** @type {SVGSVGElement} */ (the("[data-plan]"))
const floors = /** @type {HTMLSelectElement} */ (the("[data-floor]"))
/** @type {Drawn[]} */
let rooms = page.rooms.map((/** @type {any} */ room, /** @type {number} */ n) => ({ ...room, x: room.x ?? (n % 18) * page.pitch, y: room.y ?? Math.floor(n / 18) * (page.deep + 50) }))
/** How far across and down a room is drawn: its own size, or where all are alike, theirs. @param {Drawn} room */
const sizeOf = (room) => ({ width: room.width ?? page.pitch - 4, depth: room.depth ?? page.deep })
/** @type {[string, "name" | "floor" | "width" | "depth"][]} */
const FIELDS = [["[data-name]", "name"], ["[data-room-floor]", "floor"]]
if (page.sized) FIELDS.push(["[data-width]", "width"], ["[data-depth]", "depth"])
/** @type {Drawn[][]} */
const past = []
/** @type {Drawn | null} */
let chosen = null

for (const node of document.querySelectorAll("[data-tools]:not([data-chosen])")) /** @type {HTMLElement} */ (node).hidden = false

/** Keep what was, so that it can come back. */
function keep() {
  past.push(rooms.map((room) => ({ ...room })))
  button("[data-undo]").disabled = false
  button("[data-save]").disabled = false
}
const button = (/** @type {string} */ selector) => /** @type {HTMLButtonElement} */ (the(selector))
const input = (/** @type {string} */ selector) => /** @type {HTMLInputElement} */ (the(selector))
const say = (/** @type {string} */ text) => void (the("[data-said]").textContent = text)
const told = (/** @type {Drawn} */ room) => `${room.name}, ${room.x} from the left, ${room.y} from the top`

function draw() {
  const known = [...new Set(rooms.map((room) => room.floor))]
  const floor = known.includes(floors.value) ? floors.value : (chosen?.floor ?? known[0])
  floors.replaceChildren(...known.map((name) => new Option(name || "no floor", name, false, name === floor)))
  const shown = rooms.filter((room) => room.floor === floor)
  const [left, top] = [Math.min(0, ...shown.map((r) => r.x)) - MARGIN, Math.min(0, ...shown.map((r) => r.y)) - MARGIN]
  const [right, bottom] = [Math.max(600, ...shown.map((r) => r.x + sizeOf(r).width)) + MARGIN, Math.max(300, ...shown.map((r) => r.y + sizeOf(r).depth)) + MARGIN]
  plan.setAttribute("viewBox", `${left} ${top} ${right - left} ${bottom - top}`)
  plan.replaceChildren(...inOrder(shown).map(node))
  fit([...plan.querySelectorAll("text")])
  const panel = the("[data-chosen]")
  panel.hidden = !chosen
  for (const [selector, field] of FIELDS)
    if (chosen && document.activeElement !== input(selector)) input(selector).value = String(chosen[field])
}

/** @param {Drawn} room */
function node(room) {
  const group = document.createElementNS(SVG, "g")
  for (const [name, value] of Object.entries({ class: "spot", tabindex: "0", role: "button", "aria-label": told(room), "aria-pressed": String(room === chosen), "data-at": String(rooms.indexOf(room)), transform: `translate(${room.x} ${room.y})` }))
    group.setAttribute(name, value)
  const bay = document.createElementNS(SVG, "rect")
  const { width, depth } = sizeOf(room)
  for (const [name, value] of Object.entries({ class: "bay", width: String(width), height: String(depth), rx: "5" })) bay.setAttribute(name, value)
  const text = document.createElementNS(SVG, "text")
  text.setAttribute("x", String(width / 2))
  text.setAttribute("y", String(isWhole(room) ? LINE : depth / 2))
  text.textContent = room.name
  group.append(bay, text)
  if (page.sized && room === chosen) group.append(corner(width, depth))
  return group
}

/** What one takes hold of to make a room larger. @param {number} width @param {number} depth */
function corner(width, depth) {
  const grip = document.createElementNS(SVG, "path")
  grip.setAttribute("class", "grip")
  grip.setAttribute("data-grip", "")
  grip.setAttribute("d", `M${width} ${depth - GRIP}V${depth}H${width - GRIP}z`)
  return grip
}

/** What lies around others is drawn before them, and named above them. @param {Drawn[]} shown */
const inOrder = (shown) => (page.sized ? [...shown].sort((a, b) => area(b) - area(a)) : shown)
const area = (/** @type {Drawn} */ room) => sizeOf(room).width * sizeOf(room).depth
const isWhole = (/** @type {Drawn} */ room) => page.sized && rooms.some((one) => one !== room && one.floor === room.floor && one.x >= room.x && one.y >= room.y && one.x + sizeOf(one).width <= room.x + sizeOf(room).width && one.y + sizeOf(one).depth <= room.y + sizeOf(room).depth)

/** Let every name keep to its box, all in one size. @param {SVGTextElement[]} names */
function fit(names) {
  const widthOf = (/** @type {SVGTextElement} */ name) => sizeOf(/** @type {Drawn} */ (at(name))).width + 4 - INSIDE
  const shares = names.map((name) => (100 * widthOf(name)) / name.getComputedTextLength())
  const size = Math.max(SMALLEST, Math.min(100, ...shares))
  for (const name of names) {
    name.setAttribute("font-size", `${size}%`)
    while (name.getComputedTextLength() > widthOf(name) + 1) name.textContent = (name.textContent ?? "").replace(/.…?$/u, "…")
  }
}

const at = (/** @type {EventTarget | null} */ target) => {
  const group = /** @type {Element | null} */ (target)?.closest?.("[data-at]")
  return group ? rooms[Number(group.getAttribute("data-at"))] : null
}
const focus = () => chosen && /** @type {SVGGElement | null} */ (plan.querySelector(`[data-at="${rooms.indexOf(chosen)}"]`))?.focus()

/** @param {Drawn | null} room */
function choose(room) {
  chosen = room
  draw()
  focus()
}

function remove() {
  if (!chosen) return
  keep()
  const gone = chosen
  rooms = rooms.filter((room) => room !== gone)
  choose(null)
  say(`${gone.name} is taken away.`)
}

/** @param {Drawn} room @param {number} width @param {number} depth */
function resize(room, width, depth) {
  room.width = sized(width, page.grid)
  room.depth = sized(depth, page.grid)
  draw()
}

plan.addEventListener("pointerdown", (event) => {
  const room = at(event.target)
  if (!room) return choose(null)
  event.preventDefault()
  choose(room)
  const scale = (plan.viewBox.baseVal.width || 1) / plan.getBoundingClientRect().width
  const grips = Boolean(/** @type {Element} */ (event.target).closest("[data-grip]"))
  const [startX, startY, from] = [event.clientX, event.clientY, { ...room, ...sizeOf(room) }]
  let moved = false
  plan.setPointerCapture(event.pointerId)
  const move = (/** @type {PointerEvent} */ drag) => {
    if (!moved) keep()
    moved = true
    const [right, down] = [(drag.clientX - startX) * scale, (drag.clientY - startY) * scale]
    if (grips) return resize(room, from.width + right, from.depth + down)
    room.x = snap(from.x + right, page.grid)
    room.y = snap(from.y + down, page.grid)
    plan.querySelector(`[data-at="${rooms.indexOf(room)}"]`)?.setAttribute("transform", `translate(${room.x} ${room.y})`)
  }
  plan.addEventListener("pointermove", move)
  plan.addEventListener("pointerup", () => {
    plan.removeEventListener("pointermove", move)
    choose(room)
  }, { once: true })
})
plan.addEventListener("focusin", (event) => {
  const room = at(event.target)
  if (room && room !== chosen) choose(room)
})
plan.addEventListener("keydown", (event) => {
  const way = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key]
  if (event.key === "Delete" || event.key === "Backspace") {
    event.preventDefault()
    return remove()
  }
  if (!way || !chosen) return
  event.preventDefault()
  keep()
  const step = page.grid * (event.shiftKey ? LEAP : 1)
  chosen.x = snap(chosen.x + way[0] * step, page.grid)
  chosen.y = snap(chosen.y + way[1] * step, page.grid)
  choose(chosen)
  say(told(chosen))
})
for (const [selector, field] of FIELDS)
  input(selector).addEventListener("change", () => {
    if (!chosen) return
    keep()
    if (field === "name" || field === "floor") chosen[field] = input(selector).value.trim()
    else chosen[field] = sized(Number(input(selector).value) || 0, 1)
    input(selector).value = String(chosen[field])
    draw()
  })
the("[data-multiply]").addEventListener("click", () => {
  if (!chosen) return
  keep()
  const made = multiplied(rooms, chosen, Math.min(Number(input("[data-copies]").value) || 1, 100), page.sized ? sizeOf(chosen).width + GAP : page.pitch)
  rooms.push(...made)
  draw()
  say(`${made.length} more, up to ${made.at(-1)?.name}.`)
})
the("[data-remove]").addEventListener("click", remove)
floors.addEventListener("change", () => choose(null))
the("[data-undo]").addEventListener("click", () => {
  rooms = past.pop() ?? rooms
  button("[data-undo]").disabled = !past.length
  choose(null)
})
the("[data-save]").addEventListener("click", async () => {
  const token = document.querySelector('meta[name="csrf-token"]')?.getAttribute("content") ?? ""
  try {
    const body = JSON.stringify({ rooms, type: /** @type {HTMLSelectElement} */ (the("#row-type")).value })
    const response = await fetch(location.href, { method: "POST", body, headers: { Accept: "application/json", "Content-Type": "application/json", "X-CSRFToken": token } })
    const answer = await response.json()
    if (!response.ok) return toast(answer.detail, { kind: "is-bad" })
    rooms = answer.rooms
    past.length = 0
    button("[data-undo]").disabled = button("[data-save]").disabled = true
    choose(null)
    toast("The plan is saved.")
  } catch {
    toast("That did not reach the server. Please try again.", { kind: "is-bad" })
  }
})
addEventListener("beforeunload", (event) => past.length && event.preventDefault())
draw()
