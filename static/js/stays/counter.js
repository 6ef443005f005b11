// @ts-check
/**
 * How many rooms of each type are chosen, and what they cost together.
 *
 *   <div data-counter><button data-less>−</button><input type="number" name="type_7" data-type="7"><button data-more>+</button></div>
 */

/** @typedef {{id: number, total: number}} Priced what one room of a type costs for the stay, in the smallest unit */

/** @param {ParentNode} form @returns {Map<number, number>} */
export function countsIn(form) {
  /** @type {Map<number, number>} */
  const found = new Map()
  for (const input of /** @type {NodeListOf<HTMLInputElement>} */ (form.querySelectorAll("input[data-type]"))) found.set(Number(input.dataset.type), Math.max(0, Math.trunc(Number(input.value)) || 0))
  return found
}

/**
 * "2 rooms, 4 nights" and their price.
 * @param {ReadonlyMap<number, number>} counts @param {readonly Priced[]} types @param {number} nights @param {string} currency
 */
export function summary(counts, types, nights, currency) {
  const rooms = [...counts.values()].reduce((sum, count) => sum + count, 0)
  const total = types.reduce((sum, { id, total }) => sum + total * (counts.get(id) ?? 0), 0)
  const text = rooms ? `${rooms} ${rooms === 1 ? "room" : "rooms"}, ${nights} ${nights === 1 ? "night" : "nights"}` : "No room chosen"
  return { rooms, text, price: money(total, currency) }
}

/** @param {number} amount in the smallest unit @param {string} currency */
export function money(amount, currency) {
  const format = new Intl.NumberFormat("en-GB", { style: "currency", currency })
  return format.format(amount / 10 ** (format.resolvedOptions().maximumFractionDigits ?? 2))
}

/** Press plus and minus. @param {MouseEvent} event @returns {boolean} whether a count changed */
export function pressed(event) {
  const button = /** @type {HTMLElement} */ (event.target).closest("[data-less], [data-more]")
  const input = button?.closest("[data-counter]")?.querySelector("input")
  if (!button || !input) return false
  const by = button.hasAttribute("data-more") ? 1 : -1
  const most = input.max === "" ? Infinity : Number(input.max)
  input.value = String(Math.max(0, Math.min(Number(input.value) + by, Math.max(most, by < 0 ? Infinity : 0))))
  return true
}
