// @ts-check
import "../booking/hold-countdown.js"
import { connect } from "../live/connect.js"
import { pageData } from "../page-data.js"
import { refresher } from "../swap.js"

const page = pageData()
const feed = connect(page)
const again = refresher("#bookings", { wait: 400 })
feed.addEventListener("topic", (event) => {
  const { topic, isNews } = /** @type {CustomEvent} */ (event).detail
  if (topic === page.topics.mine && isNews) again()
})
document.addEventListener("hold-expired", again)
