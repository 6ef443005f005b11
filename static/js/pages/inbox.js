// @ts-check
import { connect } from "../live/connect.js"
import { tellWhoWrites } from "../live/written.js"
import { pageData } from "../page-data.js"
import { refresher } from "../swap.js"

const STALE = 60_000 // ms after which the list is fetched anew: of a room that is archived the desk hears nothing

const page = pageData()
const feed = connect(page)
feed.watch(page.topics.desk, page.window, null, page.revisions.desk)
const again = refresher("#inbox")
feed.addEventListener("topic", (event) => {
  const { topic, isNews } = /** @type {CustomEvent} */ (event).detail
  if (topic === page.topics.desk && isNews) again()
})
setInterval(again, STALE)
tellWhoWrites()
