// @ts-check
import "../booking/hold-countdown.js"
import { connect } from "../live/connect.js"
import { referenceIn, stayOn } from "../live/stay.js"
import { pageData } from "../page-data.js"

const feed = connect(pageData())
stayOn(feed.socket, () => (document.querySelector(".checkout hold-countdown") ? referenceIn(location.pathname) : null))

/** Say that the hold ran out, and leave what was typed where it is: the button then shows what is free instead. */
document.addEventListener("hold-expired", () => {
  const said = /** @type {HTMLElement | null} */ (document.querySelector("[data-expired]"))
  if (said) said.hidden = false
  document.querySelector(".checkout .hold-bar")?.remove()
})

/** Ask for the number of a card where one pays by card: a field that is hidden must not hold the form back. */
function needCard() {
  const card = document.querySelector("#pay [name=card]")
  if (card instanceof HTMLInputElement) card.required = !document.querySelector("#pay [name=way][value=desk]:is(:checked, [type=hidden])")
}
document.querySelector("#pay")?.addEventListener("change", needCard)
needCard()

/** One press is one payment: the second finds the button asleep, and the server finds the first by its key. */
document.querySelector("#pay")?.addEventListener("submit", (event) => {
  const button = /** @type {SubmitEvent} */ (event).submitter
  if (button instanceof HTMLButtonElement && !button.name) setTimeout(() => (button.disabled = true))
})
addEventListener("pageshow", () => {
  for (const button of document.querySelectorAll("#pay button")) /** @type {HTMLButtonElement} */ (button).disabled = false
})
