// @ts-check
import { connect } from "../live/connect.js"
import { pageData } from "../page-data.js"
import { refresher } from "../swap.js"

const STALE = 60_000 // ms after which lengths and prices are fetched anew, though nothing changed

const page = pageData()
const feed = connect(page)
feed.watch(page.topics.desk, {}, null, page.revisions.desk)

/** Fetch who has the room again. */
const again = refresher("#taken")

feed.addEventListener("topic", (event) => {
  const { topic, isNews } = /** @type {CustomEvent} */ (event).detail
  if (topic === page.topics.desk && isNews) again()
})
setInterval(again, STALE)
