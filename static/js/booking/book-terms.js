// @ts-check
import { get, place } from "../swap.js"

const TERMS = "#book-terms"
const ASKED = /^(room|start|end)(_at)?$/

/**
 * Say anew what a booking costs and whether the venue looks at it first, once its room or its time is another.
 *
 *   <form data-book="/venues/office/book/">… <div id="book-terms">…</div> <button id="book-act">Book</button></form>
 */
document.addEventListener("change", async (event) => {
  const field = /** @type {HTMLInputElement} */ (event.target)
  const form = /** @type {HTMLFormElement | null} */ (field.closest("form[data-book]"))
  if (!form || !ASKED.test(field.name)) return
  const asked = [...new FormData(form)].filter(([name]) => ASKED.test(name)).map(([name, value]) => [name, String(value)])
  try {
    const got = await get(`${form.dataset.book}?${new URLSearchParams(asked)}`, { key: TERMS })
    if (got) show(form, got.page)
  } catch {
    form.querySelector(TERMS)?.replaceChildren() // no price is better than that of another time
  }
})

/** @param {HTMLFormElement} form @param {Document} page */
function show(form, page) {
  if (!form.isConnected) return
  page.querySelector(TERMS) ? place(page, TERMS) : form.querySelector(TERMS)?.replaceChildren()
  // Only its words: the button itself may be under the pointer that is pressed.
  const [act, fresh] = [form, page].map((where) => where.querySelector("#book-act"))
  if (act && fresh) act.textContent = fresh.textContent
}
