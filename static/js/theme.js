/**
 * The reader's choice of light or dark, taken before the first paint: a classic script in the head, because a
 * module would come too late and the page would flash.
 *
 *   <button type="button" data-theme-toggle hidden>…</button>
 */
;(() => {
  const ORDER = ["system", "light", "dark"]
  const root = document.documentElement
  root.classList.add("has-script") // hides what only stands in for scripts; more honest than <noscript> where they fail to run
  const stored = () => {
    try {
      return localStorage.getItem("theme") || "system"
    } catch {
      return "system" // storage may be forbidden; the system's own choice is a good one
    }
  }
  const show = (theme) => {
    if (theme === "system") delete root.dataset.theme
    else root.dataset.theme = theme
    for (const button of document.querySelectorAll("[data-theme-toggle]")) {
      button.hidden = false
      button.dataset.themeToggle = theme
      button.setAttribute("aria-label", `Theme: ${theme}. Change it`)
      button.title = `Theme: ${theme}`
    }
  }
  show(stored())
  addEventListener("DOMContentLoaded", () => show(stored()))
  addEventListener("storage", () => show(stored()))
  addEventListener("click", (event) => {
    if (!event.target.closest?.("[data-theme-toggle]")) return
    const next = ORDER[(ORDER.indexOf(stored()) + 1) % ORDER.length]
    try {
      localStorage.setItem("theme", next)
    } catch {
      // shown all the same, for as long as the page lasts
    }
    show(next)
  })
})()
