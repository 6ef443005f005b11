// @ts-check
/**
 * A region in parts, of which only those are fetched anew that changed: each is marked by the server,
 *   <div id="desk-inside" data-part="1f0a…">
 * and the same page, asked with the marks that this one has, answers with the other parts alone.
 */
import { get, isPressed, replace } from "./swap.js"

const SETTLE = 200 // ms: one act changes several rooms

/**
 * Return what fetches the parts anew a moment after it is called: once for all that happens together. A part in which
 * somebody chooses or types waits until they are done; the others do not.
 * @param {string} target the region @param {{isBusy?: () => boolean}} [when] while all of it waits
 * @returns {() => void}
 */
export function partsRefresher(target, { isBusy = () => false } = {}) {
  /** @type {ReturnType<typeof setTimeout> | undefined} */ let timer
  /** Whether a part waits for somebody to be done there. */
  let isOwed = false

  const again = () => {
    timer ??= setTimeout(async () => {
      timer = undefined
      if (isPressed || isBusy()) return again()
      const answer = await fetched(target)
      if (!answer) return
      if (isPressed || isBusy()) return again()
      isOwed = false
      for (const part of /** @type {NodeListOf<HTMLElement>} */ (answer.querySelectorAll("[data-part]"))) {
        if (isInUse(part.id)) isOwed = true
        else replace(answer, [`#${part.id}`])
      }
    }, SETTLE)
  }
  document.addEventListener("focusout", () => { if (isOwed) again() })
  return again
}

/** @param {string} target @returns {Promise<Document | null>} null where nothing came, or somebody pressed a button meanwhile */
async function fetched(target) {
  const url = new URL(location.href)
  const parts = /** @type {HTMLElement[]} */ ([...document.querySelectorAll(`${target} [data-part]`)])
  url.searchParams.set("have", parts.map((part) => `${part.id.replace(/^.*-/, "")}.${part.dataset.part}`).join(","))
  try {
    // By the name of the region: the answer to a button that is pressed meanwhile takes over.
    const got = await get(url.href, { key: target })
    return got?.status === 200 ? got.page : null
  } catch {
    return null // the stale bar already says that the line is down; the next change brings it
  }
}

/** @param {string} part its id */
const isInUse = (part) => Boolean(document.getElementById(part)?.querySelector(":is(input, select, textarea):focus"))
