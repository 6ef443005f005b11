// @ts-check
/**
 * @typedef {{rooms?: number[], room?: number, start: string, end: string}} Alternative
 * @typedef {{code?: string, rule?: string, detail?: string, alternatives?: Alternative[], field_errors?: Record<string, string[]>,
 *   conflicts?: {mine?: string}[], wait?: string}} Problem
 * @typedef {{reference: string, page: string, state: string, title: string, start: string, end: string | null, expires_at?: string | null, asks?: boolean, questions?: number[],
 *   price?: {amount: string, currency: string}, rooms: {id: number, name: string}[],
 *   allocations: {id: number, room: number, start: string, end: string | null, state: string, expires_at?: string}[]}} Booking
 */

const UNREACHED = { code: "unreached", detail: "That did not reach the server. Please try again." }
const ODD = { code: "odd", detail: "The server answered in a way this page does not understand. Please reload it." }

/** @returns {string} */
function token() {
  const cookie = /(?:^|;\s*)csrftoken=([^;]+)/.exec(document.cookie)?.[1]
  return cookie ?? document.querySelector('meta[name="csrf-token"]')?.getAttribute("content") ?? ""
}

/**
 * Post a form and read the answer; a refusal is an answer, and no answer at all reads like a refusal.
 * @param {string} url @param {Record<string, string | number>} [fields] @param {{keepalive?: boolean}} [how]
 * @returns {Promise<{ok: boolean, status: number, body: any}>}
 */
export async function post(url, fields = {}, { keepalive = false } = {}) {
  const body = new URLSearchParams(Object.entries(fields).map(([name, value]) => [name, String(value)]))
  return answer(fetch(url, { method: "POST", body, keepalive, headers: { Accept: "application/json", "X-CSRFToken": token() } }))
}

/** @param {string} url @param {Record<string, string | number>} query */
export async function get(url, query) {
  const search = new URLSearchParams(Object.entries(query).map(([name, value]) => [name, String(value)]))
  return answer(fetch(`${url}?${search}`, { headers: { Accept: "application/json" } }))
}

/** @param {Promise<Response>} request */
async function answer(request) {
  let response
  try {
    response = await request
  } catch {
    return { ok: false, status: 0, body: UNREACHED }
  }
  try {
    return { ok: response.ok, status: response.status, body: await response.json() }
  } catch {
    return { ok: false, status: response.status, body: ODD }
  }
}
