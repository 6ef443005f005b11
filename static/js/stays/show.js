// @ts-check
/** @import { Left } from "./nights.js" */
import { element } from "../element.js"
import { heard, moodOf, said } from "./words.js"
import "../booking/hold-countdown.js"

/**
 * Say how many rooms are left for so many nights: <p class="left is-few" data-left>Last room for both nights</p>.
 * @param {HTMLElement} node @param {Left} left @param {number} nights
 */
export function showLeft(node, left, nights) {
  const { mood, text, freesAt } = said(left, nights)
  const mark = `${text} ${freesAt}`
  if (node.dataset.mark === mark) return
  node.dataset.mark = mark
  node.className = `left is-${mood}`
  node.textContent = freesAt === null ? text : `${text} `
  if (freesAt !== null) node.append(element("hold-countdown", "num", { "expires-at": new Date(freesAt).toISOString() }))
}

/**
 * Show each night of a strip: <ol><li class="night is-free" data-night="2026-12-04">….
 * @param {ParentNode} strip @param {ReadonlyMap<string, Left>} lefts
 */
export function showNights(strip, lefts) {
  for (const night of /** @type {NodeListOf<HTMLElement>} */ (strip.querySelectorAll("[data-night]"))) {
    const left = lefts.get(night.dataset.night ?? "")
    if (!left) continue
    const mark = `${moodOf(left)} ${left.free}`
    if (night.dataset.mark === mark) continue
    night.dataset.mark = mark
    night.className = `night is-${moodOf(left)}${night.classList.contains("is-picked") ? " is-picked" : ""}`
    const number = night.querySelector("[data-number]")
    if (number) number.textContent = left.free ? String(left.free) : "–"
    const words = night.querySelector("[data-heard]")
    if (words) words.textContent = heard(left)
  }
}
