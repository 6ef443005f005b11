// @ts-check
import { HOUR, MINUTE, spanWords } from "../board/time.js"

/**
 * Say a form's start and end in words beside them: the browser's picker may write 11/12 for either day.
 *
 *   <form data-span-words>… <input name="start"> <input name="end"> <p data-words></p></form>
 */
document.addEventListener("input", (event) => {
  const form = /** @type {HTMLElement} */ (event.target).closest("form[data-span-words]")
  if (form instanceof HTMLFormElement) show(form)
})
const showAll = () => document.querySelectorAll("form[data-span-words]").forEach((form) => show(/** @type {HTMLFormElement} */ (form)))
for (const event of ["shown", "swapped"]) document.addEventListener(event, showAll)
showAll()

/** @param {HTMLFormElement} form */
function show(form) {
  const fields = new FormData(form)
  const node = form.querySelector("[data-words]")
  if (node) node.textContent = inWords(String(fields.get("start") ?? ""), String(fields.get("end") ?? ""))
}

/**
 * The fields hold the venue's wall clock without a zone, so any one zone reads both the same.
 * @param {string} start @param {string} end
 */
export function inWords(start, end) {
  const [from, to] = [Date.parse(`${start}Z`), Date.parse(`${end}Z`)]
  if (Number.isNaN(from) || Number.isNaN(to)) return ""
  if (to <= from) return "The end must come after the start."
  return `${spanWords("UTC")(from, to)} · ${length(to - from)}`
}

/** @param {number} ms */
export function length(ms) {
  const [h, m] = [Math.floor(ms / HOUR), Math.round((ms % HOUR) / MINUTE)]
  return [h ? `${h} h` : "", m ? `${m} min` : ""].filter(Boolean).join(" ")
}
