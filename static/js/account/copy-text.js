// @ts-check
/**
 * A button that copies the value of a field; without scripts there is none, and the field can be selected.
 *
 *     <copy-text for="address"><button type="button" hidden><span>Copy</span></button></copy-text>
 */
const SHOWN = 2000 // ms for which the button says that it was done

class CopyText extends HTMLElement {
  #timer = 0

  connectedCallback() {
    const button = this.querySelector("button")
    if (!button || !navigator.clipboard) return
    button.hidden = false
    button.addEventListener("click", this.#copy)
  }

  disconnectedCallback() {
    clearTimeout(this.#timer)
    this.querySelector("button")?.removeEventListener("click", this.#copy)
  }

  #copy = async () => {
    const field = /** @type {HTMLInputElement | null} */ (document.getElementById(this.getAttribute("for") ?? ""))
    if (!field) return
    field.select()
    await navigator.clipboard.writeText(field.value)
    this.#say("Copied")
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => this.#say("Copy"), SHOWN)
  }

  /** @param {string} words */
  #say(words) {
    const said = this.querySelector("button > span")
    if (said) said.textContent = words
  }
}

customElements.define("copy-text", CopyText)
