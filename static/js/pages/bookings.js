// @ts-check
import "../booking/hold-countdown.js"
import { connect } from "../live/connect.js"
import { pageData } from "../page-data.js"
import { refresher } from "../swap.js"

const STALE = 60_000 // ms after which one's places in queues are fetched anew: no change tells of whoever else left

const page = pageData()
const feed = connect(page)
const again = refresher("#bookings", { wait: 400 })
feed.addEventListener("topic", (event) => {
  const { topic, isNews } = /** @type {CustomEvent} */ (event).detail
  if (topic === page.topics.mine && isNews) again()
})
document.addEventListener("hold-expired", again)
setInterval(() => document.querySelector("#waiting") && again(), STALE)
