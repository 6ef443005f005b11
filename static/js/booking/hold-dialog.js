// @ts-check
/** @import { Alternative, Problem } from "../api.js" */
import { element, the } from "../element.js"

const ASKS = "The venue looks at it first, and you hear by mail whether it approves."

/**
 * The dialog of one attempt to book: it shows one of four panels and says what was pressed.
 *
 *   <dialog data-hold-dialog>… panels [data-panel=form|refused|agree|login] …</dialog>  (includes/hold_dialog.html)
 *
 * @fires book / renew / leave - on itself; leave also when it is closed in any other way.
 * @fires choose - detail is the alternative that was pressed.
 */
export class HoldDialog extends EventTarget {
  /** @param {HTMLDialogElement} node */
  constructor(node) {
    super()
    this.node = node
    this.form = /** @type {HTMLFormElement} */ (the("form", node))
    this.form.addEventListener("submit", (event) => {
      event.preventDefault()
      this.dispatchEvent(new Event("book"))
    })
    node.addEventListener("click", (event) => {
      const pressed = /** @type {HTMLElement} */ (event.target)
      if (pressed === node || pressed.closest("[data-leave]")) node.close()
      if (pressed.closest("[data-renew]")) this.dispatchEvent(new Event("renew"))
    })
    node.addEventListener("close", () => this.dispatchEvent(new Event("leave")))
  }

  get fields() {
    return Object.fromEntries([...new FormData(this.form)].map(([name, value]) => [name, String(value)]))
  }

  forget() {
    this.form.reset()
    this.errors({})
  }

  close() {
    if (this.node.open) this.node.close()
  }

  /** @param {boolean} on */
  busy(on) {
    this.node.toggleAttribute("aria-busy", on)
    for (const button of this.node.querySelectorAll("button")) button.disabled = on
  }

  /**
   * The room is held: ask for the rest.
   * @param {{name: string, detail: string, words: string, expires: string, price: string, asks: boolean, most: number, questions: number[]}} held
   */
  showForm({ name, detail, words, expires, price, asks, most, questions }) {
    const said = asks ? { asks: ASKS, act: "Ask for it" } : { asks: "", act: "Book" }
    this.#say({ title: `${asks ? "Ask for" : "Book"} ${name}`, detail, words, price, ...said })
    this.lasts(expires)
    const party = /** @type {HTMLInputElement} */ (the("[name=party]", this.form))
    party.max = most ? String(most) : ""
    this.#ask(questions)
    this.#panel("form")
    the("[name=title]", this.form).focus()
  }

  /** @param {string} expires when the hold runs out, if that is another time now */
  lasts(expires) {
    the("hold-countdown", this.node).setAttribute("expires-at", expires)
  }

  /** Ask what the venue asks of these rooms, and send no answer to what it asks of others. @param {number[]} questions */
  #ask(questions) {
    for (const field of /** @type {NodeListOf<HTMLElement>} */ (this.form.querySelectorAll("[data-asks]"))) {
      field.hidden = !questions.includes(Number(field.dataset.asks?.split(".")[1]))
      for (const input of field.querySelectorAll("input, select, textarea")) /** @type {HTMLInputElement} */ (input).disabled = field.hidden
    }
  }

  /**
   * It cannot be had: say why, and offer what can.
   * @param {string} title @param {Problem} problem @param {(alternative: Alternative) => string} label
   * @param {"held" | "moved"} [done] what a press on an alternative does
   */
  showRefused(title, { detail = "", alternatives = [], wait = "" }, label, done = "held") {
    this.#say({ title, detail: "", words: "", price: "", instead: `Free instead, ${done} at a press` })
    the("[data-why]", this.node).textContent = detail
    const list = the("[data-alternatives]", this.node)
    list.replaceChildren(...alternatives.map((alternative) => {
      const button = element("button", "btn alternative", { type: "button" }, label(alternative))
      button.addEventListener("click", () => this.dispatchEvent(new CustomEvent("choose", { detail: alternative })))
      const item = element("li", "")
      item.append(button)
      return item
    }))
    the("[data-alternatives-head]", this.node).hidden = alternatives.length === 0
    const link = /** @type {HTMLAnchorElement} */ (the("[data-wait]", this.node))
    ;[link.href, link.hidden] = [wait, !wait]
    this.#panel("refused")
    const first = /** @type {HTMLElement} */ (list.querySelector("button") ?? the("[data-panel=refused] [data-leave]", this.node))
    first.focus()
  }

  /**
   * A move would cost more, or is only asked for: say so, and answer whether that is agreed to.
   * @param {{title: string, words: string, sentences: string[], act: string}} told @returns {Promise<boolean>}
   */
  agree({ title, words, sentences, act }) {
    if (this.node.open) return Promise.resolve(false)
    this.#say({ title, detail: "", words, price: "", agree: act })
    the("[data-sentences]", this.node).replaceChildren(...sentences.map((sentence) => element("p", "", {}, sentence)))
    this.#panel("agree")
    const button = the("[data-agree]", this.node)
    button.focus()
    return new Promise((resolve) => {
      button.onclick = () => (resolve(true), this.node.close())
      this.node.addEventListener("close", () => resolve(false), { once: true })
    })
  }

  /** @param {string} title @param {string} words */
  showLogin(title, words) {
    this.#say({ title, detail: "", words, price: "" })
    this.#panel("login")
    the("[data-panel=login] .btn-primary", this.node).focus()
  }

  /**
   * Say beside each field what is wrong with it, though it was closed meanwhile; the sentence, where no field says it.
   * @param {Record<string, string[]>} errors @param {string} [sentence]
   */
  errors(errors, sentence = "") {
    const fields = [.../** @type {NodeListOf<HTMLElement>} */ (this.form.querySelectorAll("[data-error-for]"))]
    const isShown = fields.some((node) => errors[node.dataset.errorFor ?? ""] && !node.closest("[hidden]"))
    for (const node of fields) {
      const name = node.dataset.errorFor ?? ""
      node.textContent = name === "*" ? (isShown ? "" : sentence) : (errors[name]?.join(" ") ?? "")
      const input = this.form.querySelector(`[name="${name}"]`)
      if (errors[name]) input?.setAttribute("aria-invalid", "true")
      else input?.removeAttribute("aria-invalid")
    }
    if (sentence || Object.keys(errors).length) this.#open()
    const wrong = this.form.querySelector("[aria-invalid]")
    if (wrong instanceof HTMLElement) wrong.focus()
  }

  /** @param {Record<string, string>} texts */
  #say(texts) {
    for (const [name, text] of Object.entries(texts)) {
      const node = this.node.querySelector(`[data-say="${name}"]`)
      if (node instanceof HTMLElement) [node.textContent, node.hidden] = [text, !text]
    }
  }

  /** @param {string} name */
  #panel(name) {
    this.errors({})
    for (const panel of this.node.querySelectorAll("[data-panel]"))
      if (panel instanceof HTMLElement) panel.hidden = panel.dataset.panel !== name
    this.#open()
  }

  #open() {
    if (!this.node.open) this.node.showModal()
  }
}
