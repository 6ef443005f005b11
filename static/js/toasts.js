// @ts-check
import { element } from "./element.js"

const STAY = 7_000 // ms: long enough for two sentences; the pointer or focus over it keeps it

/**
 * Say something at the foot of the page, and to those who listen.
 * @param {string} text @param {{href?: string, link?: string, kind?: string, stays?: boolean}} [more] one that stays is closed by hand
 * @returns {HTMLElement} the note
 */
export function toast(text, { href, link = "Show", kind = "", stays = false } = {}) {
  const note = element("p", `toast ${kind}`, {}, text)
  if (href) note.append(element("a", "", { href }, link))
  document.querySelector("[data-toasts]")?.append(note)
  if (stays) closed(note)
  else settle(note)
  return note
}

/** Let a note stay until somebody has read it. @param {Element} note */
function closed(note) {
  const button = element("button", "btn btn-quiet btn-small", { type: "button" }, "Close")
  button.addEventListener("click", () => note.remove())
  note.append(button)
}

/** Let a note go after a while. @param {Element} note */
export function settle(note) {
  const timer = setInterval(() => {
    if (!note.matches(":hover, :focus-within")) note.remove()
    if (!note.isConnected) clearInterval(timer)
  }, STAY)
}
