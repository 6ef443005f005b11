// @ts-check
import { toast } from "../toasts.js"

/** @returns {HTMLElement | null} what says how many guests wait for an answer: <section data-waiting="3" data-inbox="/desk/…"> */
const told = () => document.querySelector("[data-waiting]")

const waiting = () => Number(told()?.dataset.waiting ?? 0)

/** Say so when another guest waits for an answer, who wrote or whose messages a colleague opened again, whenever a region of the page was drawn anew. */
export function tellWhoWrites() {
  let before = waiting()
  document.addEventListener("placed", () => {
    const now = waiting()
    if (now > before) toast("Another guest waits for an answer.", told()?.dataset.inbox ? { href: told()?.dataset.inbox } : {})
    before = now
  })
}
