// @ts-check
/** @import { Filters } from "./filters.js" */
import { filtersFrom, queryWith } from "./filters.js"

const KEPT = ["capacity", "floor", "amenity", "free", "within", "on"]

/**
 * Make a GET form of filters act at once and keep the address in step, so that a filtered page can be shared,
 * bookmarked and come back to. Without JavaScript the same form is sent to the server.
 * @param {HTMLFormElement} form @param {(filters: Filters) => void} show
 */
export function followFilters(form, show) {
  const apply = () => {
    const fields = new FormData(form)
    show(filtersFrom(fields))
    const query = queryWith(new URLSearchParams(location.search), fields)
    history.replaceState(null, "", `${location.pathname}${query.size ? `?${query}` : ""}`)
    carryOver(query)
    // What is kept under a name is what is shown now.
    for (const field of /** @type {NodeListOf<HTMLInputElement>} */ (document.querySelectorAll("[data-query]"))) field.value = String(query)
  }
  form.addEventListener("change", apply)
  form.addEventListener("submit", (event) => {
    event.preventDefault()
    apply()
  })
  form.addEventListener("reset", () => setTimeout(apply))
  // A page that comes back from the history shows its fields as they were left, not as they were sent.
  addEventListener("pageshow", (event) => event.persisted && apply())
  show(filtersFrom(new FormData(form)))
}

/** Links to other days and views keep the filters. @param {URLSearchParams} query */
function carryOver(query) {
  for (const link of /** @type {NodeListOf<HTMLAnchorElement>} */ (document.querySelectorAll("a[data-keeps-filters]"))) {
    const url = new URL(link.href)
    for (const name of KEPT) url.searchParams.delete(name)
    for (const name of KEPT)
      for (const value of query.getAll(name)) url.searchParams.append(name, value)
    link.href = String(url)
  }
}
