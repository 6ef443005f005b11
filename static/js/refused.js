// @ts-check

/** What says that something was refused, the best place to go on first. */
const WRONG = ["[aria-invalid=true]", "[role=alert]", ".errorlist.nonfield"]

/**
 * Take whoever was refused to the first bad field, or else to the sentence that says why.
 * @param {ParentNode | null} where @returns {boolean} whether there is any
 */
export function showWrong(where) {
  for (const wrong of WRONG) {
    const found = [.../** @type {NodeListOf<HTMLElement>} */ (where?.querySelectorAll(wrong) ?? [])].find(says)
    if (!found) continue
    for (const fold of document.querySelectorAll("details:not([open])")) if (fold.contains(found)) fold.setAttribute("open", "")
    if (!found.matches("input, select, textarea")) found.tabIndex = -1
    found.focus({ preventScroll: true })
    found.scrollIntoView({ block: "center" })
    return true
  }
  return false
}

/** @param {HTMLElement} node */
const says = (node) => !node.closest("[hidden], dialog:not([open])") && (node.matches("input:not([type=hidden]), select, textarea") || Boolean(node.textContent?.trim()))
