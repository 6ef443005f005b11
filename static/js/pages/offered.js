// @ts-check
import "../booking/hold-countdown.js"
import { refresher } from "../swap.js"

document.addEventListener("hold-expired", refresher("#offer"))
