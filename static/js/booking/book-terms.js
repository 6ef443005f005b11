// @ts-check
import { get, place } from "../swap.js"

const ASKED = /^(room|start|end)(_at)?$/
const SETTLE = 300 // ms: one act changes several rooms, and is one question

/**
 * Say anew what is asked for comes to, once its room or its time is another: whether it can be had, what it costs
 * and whether the venue looks at it first.
 *
 *   <form data-terms="#book-terms" data-terms-of="/venues/office/book/" data-act="#book-act">… <div id="book-terms">…</div>
 *   <button id="book-act">Book</button></form>
 */
document.addEventListener("change", (event) => {
  const field = /** @type {HTMLInputElement} */ (event.target)
  const form = /** @type {HTMLFormElement | null} */ (field.closest("form[data-terms]"))
  if (form && ASKED.test(field.name)) ask(form)
})

// A form that came anew holds what was typed into the one before it, and the terms of where the booking is.
document.addEventListener("placed", (event) => {
  const { target } = /** @type {CustomEvent} */ (event).detail
  for (const form of forms()) if (form.dataset.terms !== target && isTyped(form)) ask(form)
})

/** @type {ReturnType<typeof setTimeout> | undefined} */
let timer

/** Ask the same again in a moment, wherever it was asked: what can be had there may have changed. */
export function askAgain() {
  clearTimeout(timer)
  timer = setTimeout(() => forms().forEach(ask), SETTLE)
}

const forms = () => /** @type {HTMLFormElement[]} */ ([...document.querySelectorAll("form[data-terms]")])

/** @param {HTMLFormElement} form */
const asked = (form) => [...new FormData(form)].filter(([name]) => ASKED.test(name)).map(([name, value]) => [name, String(value)])

/** Whether somebody changed what is asked for since the form was drawn. @param {HTMLFormElement} form */
function isTyped(form) {
  const fields = /** @type {HTMLInputElement[]} */ ([...form.elements]).filter(({ name }) => ASKED.test(name))
  return fields.some((field) => (field instanceof HTMLSelectElement ? field.selectedOptions[0]?.defaultSelected === false : field.value !== field.defaultValue))
}

/** @param {HTMLFormElement} form */
async function ask(form) {
  const { terms = "", termsOf = "" } = form.dataset
  try {
    const got = await get(`${termsOf}?${new URLSearchParams(asked(form))}`, { key: terms })
    if (got) show(form, got.page)
  } catch {
    form.querySelector(terms)?.replaceChildren() // no price is better than that of another time
  }
}

/** @param {HTMLFormElement} form @param {Document} page */
function show(form, page) {
  const { terms = "", act = "" } = form.dataset
  if (!form.isConnected) return
  page.querySelector(terms) ? place(page, terms) : form.querySelector(terms)?.replaceChildren()
  // Only its words: the button itself may be under the pointer that is pressed.
  const [button, fresh] = [form, page].map((where) => where.querySelector(act))
  if (button && fresh) button.textContent = fresh.textContent
}
