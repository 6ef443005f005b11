// @ts-check
import { connect } from "../live/connect.js"
import { pageData } from "../page-data.js"
import { refresher } from "../swap.js"

const page = pageData()
const feed = connect(page)
feed.watch(page.topics.venue, page.window, null, page.revisions.venue)

/** Find places anew, but never while an answer is on its way: any room may be of interest to a plan. */
const again = refresher("#plan", { isBusy: () => Boolean(document.querySelector("form[aria-busy]")), isWanted: () => document.querySelector("#plan button") !== null })

feed.addEventListener("topic", (event) => {
  const { topic, isNews } = /** @type {CustomEvent} */ (event).detail
  if (topic === page.topics.venue && isNews) again()
})
