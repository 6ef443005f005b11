// @ts-check
/** @import { Verdict } from "../tickets/reading.js" */
import { post } from "../api.js"
import { element, the } from "../element.js"
import { pageData } from "../page-data.js"
import { judge, keyFrom, read } from "../tickets/reading.js"

const LOOK = 250 // ms between two looks of the camera
const page = pageData()
const form = /** @type {HTMLFormElement} */ (the("[data-check]"))
const field = /** @type {HTMLTextAreaElement} */ (the("#ticket"))
const where = /** @type {HTMLSelectElement} */ (the("#where"))
const store = `tickets-${page.departure}`
/** What was used here and not yet told to the server. @type {{used: Record<string, {at: string, where: string}>, owed: {ticket: string, where: string}[]}} */
const kept = JSON.parse(localStorage.getItem(store) ?? '{"used":{},"owed":[]}')
const key = globalThis.crypto?.subtle ? keyFrom(page.key).catch(() => null) : Promise.resolve(null)
const clock = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeStyle: "short" })

form.addEventListener("submit", (event) => {
  event.preventDefault()
  check(field.value)
})

/** Ask the server; where it cannot be reached, judge by the signature and by what this device has seen. @param {string} text */
async function check(text) {
  const { ok, status, body } = await post(form.action, { ticket: text, where: where.value })
  if (ok) {
    show(body)
    const verifier = await key
    const ticket = verifier && (await read(text, verifier))
    if (ticket && body.kind !== "is-refused") keep(ticket.passenger)
  } else if (status === 0) await checkOffline(text)
  else show({ kind: "is-refused", title: "Not checked", sentence: body.detail ?? "Please try again." })
}

/** @param {string} text */
async function checkOffline(text) {
  const verifier = await key
  if (!verifier) return show({ kind: "is-refused", title: "Not checked", sentence: "There is no network, and this browser cannot verify by itself." })
  const verdict = judge(await read(text, verifier), page.departure, kept.used)
  if (verdict.kind === "is-valid" && verdict.ticket) {
    kept.owed.push({ ticket: text, where: where.value })
    keep(verdict.ticket.passenger)
  }
  show(verdict)
  note()
}

/** @param {number} passenger */
function keep(passenger) {
  kept.used[passenger] ??= { at: clock.format(Date.now()), where: where.value }
  localStorage.setItem(store, JSON.stringify(kept))
}

/** @param {Verdict} verdict */
function show({ kind, title, sentence }) {
  const place = the("[data-verdict]")
  place.className = `verdict ${kind}`
  place.replaceChildren(element("b", "", {}, title), element("span", "", {}, sentence))
  if (kind === "is-valid") the("[data-aboard]").textContent = String(Number(the("[data-aboard]").textContent) + 1)
  field.value = ""
  field.focus()
}

/** Tell the server what was used while it could not be reached. */
async function settle() {
  while (kept.owed.length) {
    const { ok } = await post(form.action, kept.owed[0])
    if (!ok) break
    kept.owed.shift()
    localStorage.setItem(store, JSON.stringify(kept))
  }
  note()
}

function note() {
  const owed = kept.owed.length
  the("[data-offline-note]").textContent = owed ? `${owed} checked without the network; they are sent when it is back.` : ""
}

const Detector = /** @type {any} */ (globalThis).BarcodeDetector
const camera = the("[data-camera]")
camera.hidden = the("[data-camera-words]").hidden = !Detector || !navigator.mediaDevices
camera.addEventListener("click", async () => {
  const video = /** @type {HTMLVideoElement} */ (the("[data-video]"))
  video.srcObject = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } })
  video.hidden = false
  await video.play()
  const detector = new Detector({ formats: ["qr_code"] })
  let last = ""
  setInterval(async () => {
    const [code] = await detector.detect(video)
    if (code && code.rawValue !== last) check((last = code.rawValue))
  }, LOOK)
})

addEventListener("online", settle)
settle()
