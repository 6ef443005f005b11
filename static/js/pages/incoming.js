// @ts-check
import { connect } from "../live/connect.js"
import { pageData } from "../page-data.js"
import { refresher } from "../swap.js"

const SOON = 1_500 // ms between two looks while a calendar is read

const page = pageData()
const feed = connect(page)
feed.watch(page.topics.desk, page.window, null, page.revisions.desk)

const isBusy = () => Boolean(document.querySelector("#incoming form[aria-busy]"))
const again = refresher("#incoming", { isBusy })

feed.addEventListener("topic", (event) => {
  const { topic, isNews } = /** @type {CustomEvent} */ (event).detail
  if (topic === page.topics.desk && isNews) again()
})
setInterval(() => {
  if (document.querySelector("#incoming[data-reading]") && !document.hidden) again()
}, SOON)
