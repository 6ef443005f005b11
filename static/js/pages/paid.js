// @ts-check
/** A payment under way: ask again until the bank has answered, then the server leads elsewhere. */

const EVERY = 3_000 // Banks think for seconds; a look costs the server one question.

const look = () => (document.hidden ? document.addEventListener("visibilitychange", look, { once: true }) : location.reload())
setTimeout(look, EVERY)
