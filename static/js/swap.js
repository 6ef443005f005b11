// @ts-check
/**
 * AJAX over ordinary pages. A link or form marked
 *   data-swap="#results"  fetches its page and replaces that one region of this one;
 *   data-auto             (a form) is sent whenever a field changes;
 *   data-keeps            (a region) keeps what is typed in its other forms when one of them is sent;
 *   data-dialog           shows its page's <main> in the shared <dialog>.
 * It fires "shown" when the dialog has a new page, "placed" when a region was replaced, and "swapped" when a
 * form has done its work.
 * Views return whole pages and know nothing of this; without it they still work.
 */
import { mark } from "./acted.js"
import { showWrong } from "./refused.js"
import { toast } from "./toasts.js"

const SETTLE = 300 // ms
const REFUSED = new Set([400, 409, 410, 422]) // the form comes back with what was wrong with it

const dialog = /** @type {HTMLDialogElement | null} */ (document.querySelector("dialog[data-host]"))
/** @type {Map<string, AbortController>} */
const running = new Map()

/**
 * @param {string} url @param {RequestInit & {key?: string}} [init]
 * @returns {Promise<{page: Document, url: string, status: number} | null>} null when a later request took over
 */
export async function get(url, { key = "", ...init } = {}) {
  running.get(key)?.abort()
  const abort = new AbortController()
  running.set(key, abort)
  try {
    const response = await fetch(url, { ...init, signal: abort.signal, headers: { "X-Requested-With": "fetch" } })
    const page = new DOMParser().parseFromString(await response.text(), "text/html")
    return { page, url: response.url, status: response.status }
  } catch (error) {
    if (abort.signal.aborted) return null
    throw error
  } finally {
    if (running.get(key) === abort) running.delete(key)
  }
}

/** Regions for which somebody waits who pressed something: what is fetched by itself does not take over. @type {Set<string>} */
const awaited = new Set()

/** As `get`, for what a person asked for. @param {string} url @param {RequestInit & {key: string}} init */
async function getForSomebody(url, init) {
  awaited.add(init.key)
  try {
    return await get(url, init)
  } finally {
    if (!running.has(init.key)) awaited.delete(init.key)
  }
}

/** Replace one region of this page by the same region of another, keeping the focus, what of a text is selected, and how far its lists are scrolled. @param {Document} page @param {string} target */
export function place(page, target) {
  const fresh = page.querySelector(target)
  const old = document.querySelector(target)
  if (!fresh || !old) return
  const focus = old.contains(document.activeElement) ? /** @type {HTMLInputElement} */ (document.activeElement) : null
  const selected = [focus?.selectionStart ?? null, focus?.selectionEnd ?? null]
  const scrolled = [...old.querySelectorAll("[id]")].filter((list) => list.scrollTop).map(({ id, scrollTop }) => ({ id, top: scrollTop }))
  old.replaceWith(document.adoptNode(fresh))
  for (const { id, top } of scrolled) document.getElementById(id)?.scrollTo({ top, behavior: "instant" })
  const again = /** @type {HTMLInputElement | null} */ (focus?.id ? document.getElementById(focus.id) : null)
  if (focus?.hasAttribute("tabindex")) again?.setAttribute("tabindex", String(focus.tabIndex))
  again?.focus()
  if (again && selected[0] !== null) again.setSelectionRange(selected[0], selected[1])
  document.dispatchEvent(new CustomEvent("placed", { detail: { target } }))
}

/** What a field had before anybody touched it. @param {HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement} field */
const untouched = (field) => (field instanceof HTMLSelectElement ? ([...field.options].find((one) => one.defaultSelected) ?? field.options[0])?.value : field.defaultValue)

/**
 * Hand what somebody opened and typed on to the region that comes instead; all of it, also what no one touched, where
 * nothing in it is the server's to say; and nothing of the form that was sent, of which the server says what is left.
 * @param {Element | null} old @param {Element | null} fresh @param {boolean} all @param {HTMLFormElement | null} [sent]
 */
function handOn(old, fresh, all, sent = null) {
  if (!old || !fresh) return
  for (const part of old.querySelectorAll("details[id][open]")) if (!sent || !part.contains(sent)) fresh.querySelector(`#${CSS.escape(part.id)}`)?.setAttribute("open", "")
  for (const field of /** @type {NodeListOf<HTMLInputElement>} */ (old.querySelectorAll(":is(input:not([type=checkbox], [type=radio], [type=hidden]), textarea, select)[id]"))) {
    const same = /** @type {HTMLInputElement | null} */ (fresh.querySelector(`#${CSS.escape(field.id)}`))
    if (!same || (sent && field.form === sent) || (!all && field.value === untouched(field))) continue
    if (!(same instanceof HTMLSelectElement) || [...same.options].some((one) => one.value === field.value)) same.value = field.value
  }
  for (const choice of /** @type {NodeListOf<HTMLInputElement>} */ (old.querySelectorAll("input[type=radio][id]:checked"))) {
    const same = /** @type {HTMLInputElement | null} */ (fresh.querySelector(`#${CSS.escape(choice.id)}`))
    if (same && !(sent && choice.form === sent) && (all || !choice.defaultChecked)) same.checked = true
  }
}

/**
 * Replace regions of this page by the same regions of another, but for what somebody opened and typed there.
 * @param {Document} page @param {string[]} targets @param {{all?: boolean}} [what]
 */
export function replace(page, targets, { all = false } = {}) {
  for (const target of targets) {
    handOn(document.querySelector(target), page.querySelector(target), all)
    place(page, target)
  }
}

/** Whether something is pressed: what lies under the pointer is not exchanged before that was a click. */
export let isPressed = false
addEventListener("pointerdown", () => { isPressed = true }, true)
for (const end of ["pointerup", "pointercancel"]) addEventListener(end, () => setTimeout(() => { isPressed = false }), true)

/**
 * Fetch this very page again and replace one region of it, but for what somebody opened and typed there.
 * @param {string} target @param {() => boolean} [isBusy] asked again when the page has come: somebody may have begun to type
 * @returns {Promise<boolean>} false where it was not replaced, because somebody is busy there, or waits for an answer
 */
export async function refresh(target, isBusy = () => false) {
  if (awaited.has(target)) return false
  try {
    const got = await get(location.href, { key: target })
    if (got?.status !== 200) return true
    if (isPressed || isBusy()) return false
    replace(got.page, [target])
  } catch {
    // the stale bar already says that the line is down; the next change brings it
  }
  return true
}

/**
 * Return what fetches a region anew a moment after it is called: once for all that happens together, as one act
 * changes several rooms, and never while somebody is busy there.
 * @param {string} target @param {{isBusy?: () => boolean, isWanted?: () => boolean, wait?: number}} [when]
 * @returns {() => void}
 */
export function refresher(target, { isBusy, isWanted = () => true, wait = SETTLE } = {}) {
  /** @type {ReturnType<typeof setTimeout> | undefined} */ let timer
  const again = () => {
    clearTimeout(timer)
    timer = setTimeout(async () => {
      if (isPressed || isBusy?.() || (isWanted() && !(await refresh(target, isBusy)))) again()
    }, wait)
  }
  return again
}

/** Go to another page of which only one region differs. @param {string} url @param {string} target */
export async function follow(url, target) {
  try {
    const got = await getForSomebody(url, { key: target })
    if (!got) return
    if (got.status !== 200 || !got.page.querySelector(target)) return void location.assign(url)
    place(got.page, target)
    history.replaceState(null, "", url)
  } catch {
    location.assign(url)
  }
}

/** Show a page's main part in the dialog. @param {string} url */
export async function open(url) {
  try {
    const got = await get(url, { key: "dialog" })
    if (!got) return
    if (got.status !== 200 || !dialog || /\/accounts\//.test(got.url)) return void location.assign(url)
    show(got.page)
  } catch {
    toast("That did not reach the server. Please try again.", { kind: "is-bad" })
  }
}

/** @param {Document} page */
function show(page) {
  if (!dialog) return
  dialog.replaceChildren(...(page.querySelector("[data-dialog-part]") ?? page.querySelector("main"))?.childNodes ?? [])
  const heading = dialog.querySelector("h1")
  if (heading) dialog.setAttribute("aria-labelledby", (heading.id ||= "dialog-title"))
  if (!dialog.open) dialog.showModal()
  const first = dialog.querySelector("[autofocus]")
  if (!showWrong(dialog) && first instanceof HTMLElement) first.focus()
  document.dispatchEvent(new Event("shown"))
}

/** @param {HTMLFormElement} form @param {HTMLElement | null} [button] */
async function send(form, button) {
  const target = form.dataset.swap
  const data = new FormData(form, button)
  // By their attributes: a button called "method" would hide the form's own.
  const url = new URL(form.getAttribute("action") ?? "", location.href)
  const post = form.getAttribute("method") === "post"
  if (!post) url.search = String(new URLSearchParams(/** @type {any} */ (data)))
  form.setAttribute("aria-busy", "true")
  try {
    const [, reference, verb] = /\/bookings\/([^/]+)\/([^/]+)\//.exec(url.pathname) ?? []
    if (post && reference) mark(reference, verb)
    const got = await getForSomebody(url.href, { key: target ?? "dialog", ...(post && { method: "POST", body: data }) })
    if (got) settle(form, got, post ? "" : url.href, target)
    // Who only changed a field is still at it.
    if (got && target && button && REFUSED.has(got.status)) showWrong(document.querySelector(target))
  } catch {
    toast("That did not reach the server. Please try again.", { kind: "is-bad" })
  } finally {
    form.removeAttribute("aria-busy")
  }
}

/**
 * @param {HTMLFormElement} form @param {{page: Document, url: string, status: number}} got
 * @param {string} address to show in the address bar; empty after a POST @param {string} [target]
 */
function settle(form, got, address, target) {
  const inDialog = Boolean(dialog?.contains(form))
  if (inDialog) {
    if (REFUSED.has(got.status)) return show(got.page)
    dialog?.close()
  }
  if (/\/accounts\//.test(got.url)) return void location.assign(got.url)
  // Where the whole page would have gone on, the dialog's leads by a link.
  const href = inDialog && !target && new URL(got.url).pathname !== location.pathname ? got.url : undefined
  for (const note of got.page.querySelectorAll("[data-toasts] > *")) toast(note.textContent?.trim() ?? "", { href })
  if (address) history.replaceState(null, "", address)
  const region = target ? document.querySelector(target) : null
  if (target && region) {
    if (region.matches("[data-keeps]")) handOn(region, got.page.querySelector(target), false, form)
    place(got.page, target)
  }
  document.dispatchEvent(new CustomEvent("swapped", { detail: { url: got.url, form, status: got.status } }))
}

document.addEventListener("click", (event) => {
  const node = /** @type {HTMLElement} */ (event.target)
  if (node.closest("[data-close]") || node === dialog) dialog?.close()
  const link = /** @type {HTMLAnchorElement | null} */ (node.closest("a[data-dialog], a[data-swap]"))
  if (!link || event.button || event.ctrlKey || event.metaKey || event.shiftKey) return
  event.preventDefault()
  link.dataset.swap ? follow(link.href, link.dataset.swap) : open(link.href)
})
document.addEventListener("submit", (event) => {
  const form = /** @type {HTMLFormElement} */ (event.target)
  if (!form.matches("[data-swap], dialog[data-host] form")) return
  event.preventDefault()
  send(form, event.submitter)
})
document.addEventListener("change", (event) => {
  const field = /** @type {HTMLInputElement} */ (event.target)
  const form = field.form ?? field.closest("form") // a field may stand outside of its form
  if (form?.matches("[data-swap][data-auto]")) form.requestSubmit()
})
