// @ts-check
/** What every page has: dialogs and swapped regions, toasts that go by themselves, spans said in words. */
import "./booking/book-terms.js"
import "./booking/hold-countdown.js"
import "./booking/span-words.js"
import "./swap.js"
import { showWrong } from "./refused.js"
import { settle } from "./toasts.js"

for (const note of document.querySelectorAll("[data-toasts] > *")) settle(note)

// A form that came back refused, unless the address or the page itself says where to go on.
if (!location.hash) showWrong(document.querySelector("main"))

// Rooms that are watched are told of on every page: by its own line, or else by one for that alone.
const watching = () => import("./live/watching.js")
if (document.body.dataset.watching !== undefined) addEventListener("load", async () => (await watching()).followOnce())
document.addEventListener("swapped", async (event) => {
  if (new URL(/** @type {CustomEvent} */ (event).detail.url).pathname === "/watching/") (await watching()).follow()
})

// Whoever registers has told the time zone of their letters already.
for (const field of /** @type {NodeListOf<HTMLInputElement>} */ (document.querySelectorAll("[data-own-zone]")))
  field.value = Intl.DateTimeFormat().resolvedOptions().timeZone ?? ""

// A menu that is a <details> closes when the reader goes elsewhere.
document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details[data-menu][open]"))
    if (!menu.contains(/** @type {Node} */ (event.target))) menu.removeAttribute("open")
})
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return
  for (const menu of document.querySelectorAll("details[data-menu][open]")) {
    menu.removeAttribute("open")
    menu.querySelector("summary")?.focus()
  }
})
