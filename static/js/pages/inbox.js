// @ts-check
import { connect } from "../live/connect.js"
import { tellWhoWrites } from "../live/written.js"
import { pageData } from "../page-data.js"
import { refresher } from "../swap.js"

const page = pageData()
const feed = connect(page)
feed.watch(page.topics.desk, page.window, null, page.revisions.desk)
const again = refresher("#inbox")
feed.addEventListener("topic", (event) => {
  const { topic, isNews } = /** @type {CustomEvent} */ (event).detail
  if (topic === page.topics.desk && isNews) again()
})
tellWhoWrites()
