// @ts-check
/** @import { Alternative, Booking } from "../api.js" */
/** @import { HoldDialog } from "./hold-dialog.js" */
import { mark } from "../acted.js"
import { get, post } from "../api.js"
import { instant, iso } from "../board/time.js"
import { toast } from "../toasts.js"
import { forgetHold, keepHold, keptHold } from "./kept-hold.js"
import { forgetWish, keepWish } from "./wish.js"
import "./hold-countdown.js"

/**
 * @typedef {{room: number, start: number, end: number}} Place
 * @typedef {{nameOf: (room: number) => string, detailOf: (room: number) => string, capacityOf: (room: number) => number,
 *   words: (start: number, end: number) => string}} Words
 * @typedef {{create: string, booking: string, wait: string, why: string}} Urls
 */

const LOGIN = 401
const GONE = "The hold is gone"

/**
 * From free time to a booking: hold it first, so that nobody takes it while the form is filled in, then book it
 * or let it go. A lost race offers what is free instead and keeps what was typed.
 *
 * @fires held - detail is the booking now held by this page; @fires settled - it no longer is.
 */
export class BookingFlow extends EventTarget {
  /** @type {Booking | null} */ #held = null
  /** @type {Place | null} */ #place = null
  /** What the server is asked for: meanwhile nothing else is begun. @type {"" | "hold" | "book"} */ #asks = ""
  /** Where an alternative goes, if what was refused is a move. @type {((place: Place) => void) | null} */ #move = null
  #unsure = false // whether it was booked: no answer came
  #key = ""

  /** @param {HoldDialog} dialog @param {Words} words @param {Urls} urls @param {boolean} loggedIn */
  constructor(dialog, words, urls, loggedIn) {
    super()
    this.dialog = dialog
    this.words = words
    this.urls = urls
    this.loggedIn = loggedIn
    dialog.addEventListener("book", () => this.#book())
    dialog.addEventListener("renew", () => this.#renew())
    dialog.addEventListener("leave", () => (this.#move = null, this.#letGo()))
    dialog.addEventListener("choose", (event) => this.#choose(/** @type {CustomEvent<Alternative>} */ (event).detail))
    dialog.node.addEventListener("hold-expired", () => this.#ranOut())
  }

  /** Someone wants this time. @param {Place} place */
  async want(place) {
    if (this.#held || this.#asks || this.dialog.node.open) return
    this.dialog.forget()
    await this.#hold(place)
  }

  /** Go on with what this tab held on this page before it was loaded again, if it still does. */
  async resume() {
    const kept = keptHold()
    if (!kept || this.#held || this.#asks) return
    const { ok, body } = await get(this.#url(kept, ""), {})
    if (this.#held || this.#asks || this.dialog.node.open) return
    if (!ok || body.state !== "held") return forgetHold()
    this.#place = kept.place
    this.#take({ ...body, asks: kept.asks, questions: kept.questions })
  }

  /** Hear how long a hold lasts: a page that comes back has its whole time again. @param {string} reference @param {string} [expires] */
  lasts(reference, expires) {
    if (this.#held?.reference === reference && expires) this.dialog.lasts(expires)
  }

  /** @param {Place} place @param {string} [refusal] its title */
  async #hold(place, refusal = `${this.words.nameOf(place.room)} was not held`) {
    this.#place = place
    if (!this.loggedIn) return this.#login(place)
    this.#key = crypto.randomUUID?.() ?? `${Date.now()}-${Math.random()}`
    const { title = "", party = "", note = "" } = this.dialog.fields
    const { room, start, end } = place
    const { ok, status, body } = await this.#ask("hold", this.urls.create, { room, start: iso(start), end: iso(end), title, party: party || 1, note, hold: 1, key: this.#key })
    if (status === LOGIN) return this.#login(place)
    if (!ok) return this.#refused(refusal, body)
    this.#take(body)
  }

  /** @param {Booking} booking */
  #take(booking) {
    this.#unsure = false
    this.#held = booking = { asks: this.#held?.asks, questions: this.#held?.questions, ...booking } // whoever asks for more time is told no more of it
    if (this.#place) keepHold({ reference: booking.reference, place: this.#place, asks: booking.asks, questions: booking.questions })
    this.dispatchEvent(new CustomEvent("held", { detail: booking }))
    const room = booking.rooms[0]?.id ?? this.#place?.room ?? 0
    this.dialog.showForm({
      name: booking.rooms.map(({ name }) => name).join(", "),
      detail: this.words.detailOf(room),
      words: this.words.words(instant(booking.start), booking.end ? instant(booking.end) : instant(booking.start)),
      expires: booking.expires_at ?? "",
      price: money(booking.price),
      asks: Boolean(booking.asks),
      most: this.words.capacityOf(room),
      questions: booking.questions ?? [],
    })
  }

  async #book() {
    const held = this.#held
    if (!held) return
    mark(held.reference, "confirm")
    const { title = "", party = "", note = "", ...answers } = this.dialog.fields
    const { ok, status, body } = await this.#ask("book", this.#url(held, "confirm/"), { title, party: party || 1, note, ...answers })
    this.#unsure = status === 0 || status >= 500
    if (ok) return this.#booked(body)
    if (body.rule === "payment") return this.#pay(held)
    if (body.field_errors || this.#unsure || status === 422) return this.dialog.errors(body.field_errors ?? {}, body.detail)
    this.#forget()
    if (status === LOGIN && this.#place) return this.#login(this.#place)
    this.#refused("It was not booked", body)
  }

  /** @param {"hold" | "book"} what @param {string} url @param {object} data */
  async #ask(what, url, data) {
    this.#asks = what
    this.dialog.busy(true)
    const answer = await post(url, data)
    this.dialog.busy(false)
    this.#asks = ""
    return answer
  }

  /** Its terms ask for money first: the hold is taken along to where one pays. @param {Booking} booking */
  #pay(booking) {
    this.#forget()
    location.assign(booking.page)
  }

  /** @param {Booking} booking */
  #booked(booking) {
    this.#forget()
    this.dialog.close()
    const rooms = booking.rooms.map(({ name }) => name).join(", ")
    const text = booking.state === "pending" ? `Asked for ${rooms}. You will hear when it is approved.` : `Booked ${rooms}.`
    toast(text, { href: this.urls.booking.replace("{reference}", booking.reference) })
  }

  async #renew() {
    const held = this.#held
    if (!held) return
    this.dialog.busy(true)
    const { ok, status, body } = await post(this.#url(held, "renew/"))
    this.dialog.busy(false)
    if (this.#held !== held) return // it was let go meanwhile
    if (status === 410) return this.#ranOut()
    if (!ok) return this.dialog.errors({}, body.detail)
    this.#take(body)
  }

  /** The dialog was closed: nobody needs the hold any more, but who has booked it or may have. */
  #letGo() {
    const held = this.#held
    if (!held || this.#asks === "book") return
    this.#forget()
    if (this.#unsure) return
    mark(held.reference, "cancel")
    post(this.#url(held, "cancel/"), {}, { keepalive: true })
  }

  #ranOut() {
    const place = this.#place
    if (!this.#held || !place || this.#asks === "book") return // the answer says whether it was in time
    this.#forget()
    this.#refused("The hold has run out", { detail: "Nobody booked in time, so it is free for everyone again.", alternatives: [again(place)] })
  }

  /**
   * Hear that what is held here is no hold any more, though nobody ended it here and its time is not over.
   * @param {string} reference @param {string} [state] what the booking is now, if it still is one
   */
  async ended(reference, state) {
    const [held, place] = [this.#held, this.#place]
    if (!held || !place || held.reference !== reference || this.#asks === "book") return
    if (state && this.#unsure) return this.#booked({ ...held, state })
    this.#forget()
    if (state) return this.dialog.close() // it is booked, and the news of that says so
    const { room, start, end } = place
    this.dialog.busy(true)
    const { ok, body } = await get(this.urls.why, { room, start: iso(start), end: iso(end) })
    this.dialog.busy(false)
    if (!this.dialog.node.open) return
    if (ok && !body.free) return this.#hold(place, GONE) // whose refusal says what is there now, and what is free instead
    this.#refused(GONE, { detail: "It was let go elsewhere, or while this page was not live.", alternatives: [again(place)] })
  }

  /**
   * A booking was not moved: offer where else it can go, and let it be moved there at a press.
   * @param {string} title @param {import("../api.js").Problem} problem @param {(place: Place) => void} move
   * @returns {boolean} whether anything is offered
   */
  offer(title, { detail, alternatives = [] }, move) {
    // One room alone goes where a booking is carried on the board.
    const offered = alternatives.filter(({ rooms }) => (rooms?.length ?? 1) === 1)
    if (!offered.length || this.#held || this.#asks || this.dialog.node.open) return false
    this.#move = move
    this.#refused(title, { detail, alternatives: offered })
    return true
  }

  /** @param {string} title @param {import("../api.js").Problem} problem */
  #refused(title, problem) {
    this.dialog.showRefused(title, { ...problem, wait: this.#wait(problem) }, (alternative) => {
      const rooms = (alternative.rooms ?? [alternative.room ?? 0]).map(this.words.nameOf).join(", ")
      return `${rooms}, ${this.words.words(instant(alternative.start), instant(alternative.end))}`
    }, this.#move ? "moved" : "held")
  }

  /** Where one waits for what others have. @param {import("../api.js").Problem} problem */
  #wait({ code, conflicts = [] }) {
    if (code !== "unavailable" || !this.#place || conflicts.some(({ mine }) => mine)) return ""
    const { room, start, end } = this.#place
    return `${this.urls.wait}?${new URLSearchParams({ room: String(room), start: iso(start), end: iso(end) })}`
  }

  /** @param {Alternative} alternative */
  #choose({ rooms, room, start, end }) {
    const place = { room: rooms?.[0] ?? room ?? 0, start: instant(start), end: instant(end) }
    const move = this.#move
    if (!move) return this.#hold(place)
    this.dialog.close()
    move(place)
  }

  /** @param {Place} place */
  #login(place) {
    keepWish(place)
    this.dialog.showLogin(`Log in to book ${this.words.nameOf(place.room)}`, this.words.words(place.start, place.end))
    this.dialog.node.addEventListener("close", forgetWish, { once: true })
  }

  #forget() {
    this.#held = null
    forgetHold()
    this.dispatchEvent(new Event("settled"))
  }

  /** @param {{reference: string}} booking @param {string} verb */
  #url(booking, verb) {
    return this.urls.booking.replace("{reference}", booking.reference) + verb
  }
}

/** The same place, to be held once more. @param {Place} place @returns {Alternative} */
const again = ({ room, start, end }) => ({ rooms: [room], start: iso(start), end: iso(end) })

/** @param {{amount: string, currency: string} | undefined} price */
function money(price) {
  if (!price || Number(price.amount) === 0) return ""
  return new Intl.NumberFormat("en-GB", { style: "currency", currency: price.currency }).format(Number(price.amount))
}
