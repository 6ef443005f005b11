// @ts-check
/**
 * Make an element; text goes in as text, so a room named "<script>" is only a strange name.
 * @param {string} tag @param {string} className @param {Record<string, string>} [attributes] @param {string} [text]
 */
export function element(tag, className, attributes = {}, text) {
  const node = document.createElement(tag)
  if (className) node.className = className
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value)
  if (text !== undefined) node.textContent = text
  return node
}

/**
 * Find what a template promises to hold.
 * @template {Element} [T=HTMLElement]
 * @param {string} selector @param {ParentNode} [within] @returns {T}
 */
export function the(selector, within = document) {
  const node = within.querySelector(selector)
  if (!node) throw new Error(`This page has no ${selector}`)
  return /** @type {T} */ (/** @type {unknown} */ (node))
}
