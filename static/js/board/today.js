// @ts-check
import { clock } from "../live/clock.js"
import { freshPage } from "../page-data.js"
import { dateIn } from "../stays/nights.js"
import { instant } from "./time.js"

const LOOK = 1_000 // ms between looks at the venue's date
const SPREAD = 20_000 // ms over which all who look on at midnight ask anew

/**
 * Go on to the new day at midnight, on a page that was asked for today and not for a date: once nobody is in a dialog.
 * @param {{now: string, venue: {timezone: string}}} page
 * @param {{now?: () => number, search?: string, isBusy?: () => boolean, again?: () => void}} [how]
 */
export function followToday(page, { now = () => clock.now(), search = location.search, isBusy = inDialog, again = reload } = {}) {
  if (new URLSearchParams(search).get("date")) return
  const day = () => dateIn(now(), page.venue.timezone)
  const drawn = dateIn(instant(page.now), page.venue.timezone)
  const later = Math.random() * SPREAD
  let since = 0
  const look = () => {
    if (day() !== drawn) since ||= now()
    if (since && now() - since >= later && !isBusy()) again()
    else setTimeout(look, LOOK)
  }
  look()
}

const inDialog = () => document.querySelector("dialog[open]") !== null

/** Load the page once there is one to be had: a page that failed to load would not come back by itself. */
async function reload() {
  await freshPage()
  location.reload()
}
