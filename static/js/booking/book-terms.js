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
  if (!forms().some(({ dataset }) => dataset.terms === target)) forms().filter(isTyped).forEach(ask)
})

/** @type {Map<HTMLFormElement, ReturnType<typeof setTimeout>>} */
const soon = new Map()

/**
 * Ask the same again in a moment where it is about one of these rooms: it may be taken now, or free.
 * @param {Set<number> | null} rooms null where nobody knows which
 */
export function askAgain(rooms) {
  for (const form of forms()) {
    if (rooms && !asked(form).some(([name, value]) => name === "room" && rooms.has(Number(value)))) continue
    clearTimeout(soon.get(form))
    soon.set(form, setTimeout(() => (soon.delete(form), ask(form)), SETTLE))
  }
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
  if (!form.isConnected) return
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
