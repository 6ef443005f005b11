// @ts-check
/**
 * A line goes from its list as a button in it is pressed: the focus goes on to the same button of the next line, or to
 * the heading of the list where there is none; and what a line unfolds is brought into sight.
 */

/** Where to go on, the best place first. @type {string[]} */
let next = []

document.addEventListener("submit", ({ target, submitter }) => {
  const line = submitter?.closest("li")
  if (!line) return
  const lines = [...(line.parentElement?.children ?? [])]
  const here = lines.indexOf(line)
  const act = actOf(/** @type {HTMLFormElement} */ (target))
  const others = [...lines.slice(here + 1), ...lines.slice(0, here).reverse()].flatMap((other) => [...other.querySelectorAll("form")])
  const buttons = others.filter((form) => actOf(form) === act).map((form) => form.closest("details")?.querySelector("summary") ?? form.querySelector("button"))
  next = [...buttons.map((button) => button?.id ?? ""), line.closest("section")?.getAttribute("aria-labelledby") ?? ""].filter(Boolean)
})
document.addEventListener("placed", () => {
  const ways = next
  next = []
  if (!ways.length || document.activeElement !== document.body) return
  const way = ways.map((id) => document.getElementById(id)).find(Boolean) ?? /** @type {HTMLElement} */ (document.querySelector("main"))
  if (/^H\d$/.test(way.tagName)) way.tabIndex = -1
  way.focus({ preventScroll: way.tagName === "MAIN" })
})
document.addEventListener("click", (event) => {
  const fold = /** @type {Element} */ (event.target).closest("li summary")?.parentElement
  fold?.addEventListener("toggle", () => fold.scrollIntoView({ block: "nearest" }), { once: true })
})

/** What a form does, whatever it does it to: "/bookings/approve/". @param {HTMLFormElement} form */
const actOf = (form) => (form.getAttribute("action") ?? "").replace(/\/[A-Z\d-]+(?=\/)/g, "")
