// @ts-check
/** Read and verify tickets without the network: what the server's public key signed, nobody altered. */

export const MARK = "RT1"

/** @typedef {{passenger: number, booking: string, departure: number, route: string, seat: string, origin: string,
 *   destination: string, departs: string, name: string}} Ticket */
/** @typedef {{kind: "is-valid" | "is-refused" | "is-used", title: string, sentence: string, ticket?: Ticket}} Verdict */

/** @param {string} text @returns {Uint8Array<ArrayBuffer>} */
export function unpacked(text) {
  const raw = atob(text.replaceAll("-", "+").replaceAll("_", "/"))
  return Uint8Array.from(raw, (letter) => letter.charCodeAt(0))
}

/** @param {string} base64 of the raw public key */
export const keyFrom = (base64) => crypto.subtle.importKey("raw", unpacked(base64), "Ed25519", false, ["verify"])

/**
 * What the ticket says, or null where its signature does not fit.
 * @param {string} text @param {CryptoKey} key @returns {Promise<Ticket | null>}
 */
export async function read(text, key) {
  const [mark, told, signature, ...rest] = text.trim().split(".")
  if (mark !== MARK || !told || !signature || rest.length) return null
  try {
    const fits = await crypto.subtle.verify("Ed25519", key, unpacked(signature), new TextEncoder().encode(`${mark}.${told}`))
    return fits ? JSON.parse(new TextDecoder().decode(unpacked(told))) : null
  } catch {
    return null
  }
}

/**
 * Judge a ticket by what this device knows.
 * @param {Ticket | null} ticket @param {number} departure @param {Record<string, {at: string, where: string}>} used
 * @returns {Verdict}
 */
export function judge(ticket, departure, used) {
  if (!ticket) return { kind: "is-refused", title: "Altered, or no ticket", sentence: "Its signature does not fit." }
  if (ticket.departure !== departure)
    return { kind: "is-refused", title: "Wrong departure", sentence: `It is for ${ticket.route}, ${ticket.departs}.`, ticket }
  const before = used[ticket.passenger]
  if (before) return { kind: "is-used", title: "Used already", sentence: `${before.at}, ${before.where}.`, ticket }
  return { kind: "is-valid", title: `Welcome: seat ${ticket.seat}`, sentence: `${ticket.name || "Passenger"}, ${ticket.origin} to ${ticket.destination}.`, ticket }
}
