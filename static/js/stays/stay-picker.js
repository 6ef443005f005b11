// @ts-check
/** @import { Chosen } from "./calendar.js" */
/** @import { Left } from "./nights.js" */
import { element } from "../element.js"
import { addMonths, choose, isOpen, walk, weeksOf } from "./calendar.js"
import { addDays } from "./nights.js"
import { heard, longDate, moodOf, stayWords } from "./words.js"

const WEEKDAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
const NARROW = "(max-width: 40rem)" // a phone: one month, and the rooms below it are near
const MONTH = new Intl.DateTimeFormat("en-GB", { timeZone: "UTC", month: "long", year: "numeric" })

/**
 * Two months side by side, on a phone one; in each night how many rooms are left, live. A press chooses the arrival, a second one the
 * departure. Arrows walk days and weeks, PageUp and PageDown months; nights that are sold out say so.
 *
 *   <stay-picker hidden></stay-picker>   (without JavaScript, the form's own date fields do the same)
 *
 * @fires stay-chosen - detail {arrive, depart}: both dates are chosen.
 * @fires stay-months - detail {first, last}: the nights that are shown now; the last is exclusive.
 */
export class StayPicker extends HTMLElement {
  /** @type {Chosen} */ #chosen = { arrive: "", depart: "" }
  /** @type {ReadonlyMap<string, Left>} */ #left = new Map()
  /** @type {Map<string, HTMLButtonElement>} */ #days = new Map()
  #month = ""
  #number = 2
  #focus = ""
  #over = ""
  first = ""
  last = ""
  #months = element("div", "picker-months")
  #said = element("p", "visually-hidden", { "aria-live": "polite" })
  #previous = step("Earlier months", "‹")
  #next = step("Later months", "›")

  connectedCallback() {
    this.hidden = false
    if (matchMedia(NARROW).matches) this.#number = 1
    this.replaceChildren(this.#previous, this.#months, this.#next, this.#said)
    this.#previous.addEventListener("click", () => this.#turn(-1))
    this.#next.addEventListener("click", () => this.#turn(1))
    this.#months.addEventListener("click", (event) => this.#press(/** @type {HTMLElement} */ (event.target)))
    this.#months.addEventListener("keydown", (event) => this.#key(event))
    this.#months.addEventListener("pointerover", (event) => this.#hover(/** @type {HTMLElement} */ (event.target).closest("button")?.value ?? ""))
    this.#months.addEventListener("pointerleave", () => this.#hover(""))
  }

  /** Begin with these dates. @param {Chosen} chosen */
  begin(chosen) {
    this.#chosen = chosen
    this.#focus = chosen.arrive
    const last = addDays(chosen.depart, -1).slice(0, 7)
    const month = chosen.arrive.slice(0, 7)
    // Months in which the stay lies already are left as they are.
    const shown = this.#month && this.#month <= month && last <= addMonths(this.#month, this.#number - 1)
    if (shown) return this.#draw()
    this.#month = month
    this.#build()
  }

  /** Show how many rooms each night has. @param {ReadonlyMap<string, Left>} left */
  show(left) {
    this.#left = left
    this.#draw()
  }

  /** The nights that are shown: from the first date, up to the last. */
  get shown() {
    return { first: `${this.#month}-01`, last: `${addMonths(this.#month, this.#number)}-01` }
  }

  get #terms() {
    return { first: this.first, last: this.last, isSold: (/** @type {string} */ date) => this.#isSold(date) }
  }

  /** A night nobody knows of yet may be chosen: the server has the last word. @param {string} date */
  #isSold(date) {
    const left = this.#left.get(date)
    return left !== undefined && (moodOf(left) === "sold" || moodOf(left) === "held")
  }

  /** @param {number} by */
  #turn(by) {
    this.#month = addMonths(this.#month, by)
    this.#build()
  }

  #build() {
    this.#days.clear()
    this.#months.replaceChildren(...Array.from({ length: this.#number }, (_, n) => this.#table(addMonths(this.#month, n))))
    this.#previous.disabled = this.#month <= this.first.slice(0, 7)
    this.#next.disabled = addMonths(this.#month, this.#number) > this.last.slice(0, 7)
    if (!this.#days.has(this.#focus)) this.#focus = [...this.#days.keys()].find((date) => date >= this.first) ?? ""
    this.#draw()
    this.dispatchEvent(new CustomEvent("stay-months", { detail: this.shown }))
  }

  /** @param {string} month */
  #table(month) {
    const title = MONTH.format(Date.parse(`${month}-01T00:00Z`))
    const table = element("table", "picker-month", { role: "grid", "aria-label": title })
    const head = element("tr", "")
    head.append(...WEEKDAYS.map((day) => element("th", "", { scope: "col", abbr: day }, day.slice(0, 2))))
    table.append(element("caption", "", { "aria-hidden": "true" }, title), wrap("thead", [head]), wrap("tbody", this.#weeks(month).map((week) => wrap("tr", week.map((date) => this.#cell(date))))))
    return table
  }

  /** The weeks of a month, less those that are over. @param {string} month */
  #weeks(month) {
    return weeksOf(month).filter((week) => week.some((date) => date >= this.first))
  }

  /** @param {string} date "" for a day of another month */
  #cell(date) {
    const cell = element("td", "", { role: "gridcell" })
    if (!date) return cell
    const day = /** @type {HTMLButtonElement} */ (element("button", "picker-day", { type: "button", value: date, tabindex: "-1" }))
    day.append(element("b", "", {}, String(Number(date.slice(8)))), element("small", ""))
    this.#days.set(date, day)
    cell.append(day)
    return cell
  }

  #draw() {
    for (const [date, day] of this.#days) this.#drawDay(date, day)
  }

  /** @param {string} date @param {HTMLButtonElement} day */
  #drawDay(date, day) {
    const left = this.#left.get(date)
    const past = date < this.first || date > this.last
    const mood = past ? "past" : left ? moodOf(left) : "unknown"
    const { arrive } = this.#chosen
    const depart = this.#chosen.depart || this.#over
    const edge = date === arrive ? " is-arrival" : date === depart ? " is-departure" : ""
    const between = arrive <= date && date < depart ? " is-chosen" : ""
    set(day, "class", `picker-day is-${mood}${edge}${between}`)
    set(day, "aria-disabled", String(!isOpen(this.#chosen, date, this.#terms)))
    set(day, "aria-pressed", String(edge !== "" || between !== ""))
    set(day, "tabindex", date === this.#focus ? "0" : "-1")
    const said = past ? "past" : left ? heard(left) : ""
    const role = date === arrive ? "check in" : date === this.#chosen.depart ? "check out" : ""
    set(day, "aria-label", [longDate(date), said, role].filter(Boolean).join(", "))
    const text = past || !left ? "" : left.free ? String(left.free) : mood === "held" || mood === "mine" ? "hold" : "–"
    const small = /** @type {Element} */ (day.lastElementChild)
    if (small.textContent !== text) small.textContent = text
  }

  /** @param {HTMLElement} target */
  #press(target) {
    const day = target.closest("button")
    if (!day) return
    this.#focusOn(day.value)
    const date = day.value
    if (!isOpen(this.#chosen, date, this.#terms)) return this.#say(`${day.getAttribute("aria-label")}: choose another night.`)
    this.#chosen = choose(this.#chosen, date, this.#terms)
    this.#over = ""
    this.#draw()
    const { arrive, depart } = this.#chosen
    if (!depart) return this.#say(`Check in ${longDate(arrive)}. Now choose the check-out.`)
    this.#say(stayWords(arrive, depart))
    this.dispatchEvent(new CustomEvent("stay-chosen", { detail: this.#chosen }))
  }

  /** @param {string} date */
  #hover(date) {
    const { arrive, depart } = this.#chosen
    const over = arrive && !depart && date > arrive && isOpen(this.#chosen, date, this.#terms) ? date : ""
    if (over === this.#over) return
    this.#over = over
    this.#draw()
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const day = /** @type {HTMLElement} */ (event.target).closest("button")
    const date = day && walk(day.value, event.key)
    if (!date) return
    event.preventDefault()
    if (!this.#days.has(date)) {
      const back = date < `${this.#month}-01`
      if (back ? this.#previous.disabled : this.#next.disabled) return
      this.#turn(back ? -1 : 1)
    }
    this.#focusOn(date)
    this.#hover(date)
    this.#days.get(date)?.focus()
  }

  /** @param {string} date */
  #focusOn(date) {
    this.#days.get(this.#focus)?.setAttribute("tabindex", "-1")
    this.#focus = date
    this.#days.get(date)?.setAttribute("tabindex", "0")
  }

  /** @param {string} text */
  #say(text) {
    this.#said.textContent = text
  }
}

/** @param {string} label @param {string} text */
const step = (label, text) => /** @type {HTMLButtonElement} */ (element("button", "btn btn-quiet btn-icon picker-step", { type: "button", "aria-label": label }, text))

/** @param {string} tag @param {Element[]} children */
function wrap(tag, children) {
  const node = element(tag, "")
  node.append(...children)
  return node
}

/** @param {Element} node @param {string} name @param {string} value */
function set(node, name, value) {
  if (node.getAttribute(name) !== value) node.setAttribute(name, value)
}

customElements.define("stay-picker", StayPicker)
