// @ts-check
import { ledTo } from "./walk.js"

const KEYS = new Set(["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown", "Home", "End"])

/** Whether a seat cannot be chosen. @param {HTMLInputElement} input */
export const isClosed = (input) => input.getAttribute("aria-disabled") === "true"

/**
 * Let a seat be chosen, or not: it can be walked to either way, and then says how it is.
 * @param {HTMLInputElement} input @param {boolean} closed
 */
export function close(input, closed) {
  input.disabled = false
  if (closed) input.setAttribute("aria-disabled", "true")
  else input.removeAttribute("aria-disabled")
}

/**
 * Keyboard input of a seat map: each coach is one stop of the Tab key, and arrows walk in it, as it is seen. Space
 * chooses. Without this the seats are plain checkboxes, of which those that are taken cannot be reached.
 */
export class SeatKeys {
  /** @param {HTMLFormElement} form */
  constructor(form) {
    for (const input of /** @type {NodeListOf<HTMLInputElement>} */ (form.querySelectorAll("input[name=seat]"))) close(input, input.disabled)
    for (const coach of form.querySelectorAll("[data-coach]")) {
      const seats = inputs(coach)
      stop(seats, seats.find((input) => input.checked) ?? seats.find((input) => !isClosed(input)) ?? seats[0])
    }
    const hint = /** @type {HTMLElement | null} */ (form.querySelector("[data-keys-hint]"))
    if (hint) hint.hidden = false
    form.addEventListener("keydown", (event) => this.#key(event))
    form.addEventListener("focusin", (event) => this.#focus(event))
    form.addEventListener("click", (event) => {
      const seat = seatOf(event.target)
      if (seat && isClosed(seat)) event.preventDefault()
    })
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const seat = seatOf(event.target)
    const coach = seat?.closest("[data-coach]")
    if (!seat || !coach || event.altKey || event.metaKey || event.shiftKey || !KEYS.has(event.key)) return
    const seats = inputs(coach).map((input) => ({ input, ...middle(input) }))
    const here = seats.find(({ input }) => input === seat)
    event.preventDefault()
    if (here) ledTo(event, here, seats, seat.getBoundingClientRect().height)?.input.focus()
  }

  /** @param {FocusEvent} event */
  #focus(event) {
    const seat = seatOf(event.target)
    const coach = seat?.closest("[data-coach]")
    if (seat && coach) stop(inputs(coach), seat)
  }
}

/** @param {EventTarget | null} target @returns {HTMLInputElement | null} */
const seatOf = (target) => (target instanceof HTMLInputElement && target.name === "seat" ? target : null)

/** @param {Element} coach @returns {HTMLInputElement[]} */
const inputs = (coach) => [...coach.querySelectorAll("input[name=seat]")].map((input) => /** @type {HTMLInputElement} */ (input))

/** Let one seat of a coach be reached by Tab. @param {HTMLInputElement[]} seats @param {HTMLInputElement | undefined} one */
function stop(seats, one) {
  for (const input of seats) input.tabIndex = input === one ? 0 : -1
}

/** @param {Element} node */
function middle(node) {
  const { left, top, width, height } = node.getBoundingClientRect()
  return { x: left + width / 2, y: top + height / 2 }
}
