// @ts-check
import { connect } from "../live/connect.js"
import { pageData } from "../page-data.js"

const page = pageData()
const feed = connect(page)
feed.watch(page.topics.venue, page.window, null, page.revisions.venue)
