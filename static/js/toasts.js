// @ts-check
import { element } from "./element.js"

const STAY = 7_000 // ms: long enough for two sentences; the pointer or focus over it keeps it

/**
 * Say something at the foot of the page, and to those who listen.
 * @param {string} text @param {{href?: string, link?: string, kind?: string}} [more]
 */
export function toast(text, { href, link = "Show", kind = "" } = {}) {
  const note = element("p", `toast ${kind}`, {}, text)
  if (href) note.append(element("a", "", { href }, link))
  document.querySelector("[data-toasts]")?.append(note)
  settle(note)
}

/** Let a note go after a while. @param {Element} note */
export function settle(note) {
  const timer = setInterval(() => {
    if (!note.matches(":hover, :focus-within")) note.remove()
    if (!note.isConnected) clearInterval(timer)
  }, STAY)
}
