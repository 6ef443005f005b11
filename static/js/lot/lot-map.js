// @ts-check
/** The map of a car park: draws how spots are now, and walks them by keys. Looks its nodes up anew, for levels are swapped. */
import { nearest } from "./walk.js"

const SHOWN = ["is-free", "is-mine", "is-booked", "is-occupied", "is-pending", "is-held", "is-blocked"]
const RING = 900 // ms that a spot which just changed is ringed

const all = () => /** @type {NodeListOf<SVGAElement>} */ (document.querySelectorAll("a[data-spot]"))
export const idOf = (/** @type {Element} */ node) => Number(node.getAttribute("data-spot"))

/** One spot is in the order of Tab; arrows reach the others. */
export function rove() {
  const inMap = [...all()].filter((node) => node.closest("[data-map]"))
  const kept = inMap.find((node) => node === document.activeElement) ?? inMap.find((node) => node.getAttribute("aria-current")) ?? inMap.find(canBeTaken)
  for (const node of inMap) node.setAttribute("tabindex", node === kept ? "0" : "-1")
}

const canBeTaken = (/** @type {Element} */ node) => node.hasAttribute("href")

/**
 * Draw every spot that is shown differently now, and return those.
 * @param {(room: number) => string} kindOf @param {(node: Element, kind: string) => string} labelOf
 * @param {boolean} ring whether changes are news
 */
export function draw(kindOf, labelOf, ring) {
  const changed = []
  for (const node of all()) {
    const kind = kindOf(idOf(node))
    if (node.classList.contains(`is-${kind}`)) continue
    node.classList.remove(...SHOWN)
    node.classList.add(`is-${kind}`)
    const label = labelOf(node, kind)
    const word = node.querySelector("[data-word]")
    if (word) word.textContent = label
    else describe(node, kind, label)
    if (ring) {
      node.classList.add("is-new")
      setTimeout(() => node.classList.remove("is-new"), RING)
    }
    changed.push({ node, kind })
  }
  return changed
}

/** @param {Element} node @param {string} kind @param {string} label */
function describe(node, kind, label) {
  node.setAttribute("aria-label", label)
  // To the staff a spot that is taken leads to who has it.
  if (kind === "free" || kind === "mine" || node.closest("[data-all-lead]")) {
    node.setAttribute("href", node.getAttribute("data-href") ?? "")
    node.removeAttribute("role")
  } else {
    node.removeAttribute("href")
    node.setAttribute("role", "img")
  }
}

/** @param {Element} node */
function middle(node) {
  const box = node.getBoundingClientRect()
  return { node, x: box.x + box.width / 2, y: box.y + box.height / 2 }
}

document.addEventListener("keydown", (event) => {
  const here = /** @type {Element} */ (event.target).closest?.("[data-map] a[data-spot]")
  if (!here || event.ctrlKey || event.metaKey || event.altKey) return
  const found = nearest(event.key, middle(here), [...all()].filter(canBeTaken).map(middle))
  if (!found) return
  event.preventDefault()
  const to = /** @type {SVGAElement} */ (found.node)
  to.focus()
  rove()
})
