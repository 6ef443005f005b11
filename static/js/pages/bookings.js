// @ts-check
import "../booking/hold-countdown.js"
import { connect } from "../live/connect.js"
import { pageData } from "../page-data.js"
import { refresh } from "../swap.js"

const SETTLE = 400 // ms: one act changes several rooms; the page is fetched once for all of them

const page = pageData()
const feed = connect(page)
let timer = 0
const again = () => {
  clearTimeout(timer)
  timer = setTimeout(() => refresh("#bookings"), SETTLE)
}
feed.addEventListener("topic", (event) => {
  const { topic, isNews } = /** @type {CustomEvent} */ (event).detail
  if (topic === page.topics.mine && isNews) again()
})
document.addEventListener("hold-expired", again)
