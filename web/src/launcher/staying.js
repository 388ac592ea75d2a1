// A page that takes the element away at once, again and again, is not fought for every frame.
const SHORT_MS = 100;
const PAUSE_MS = 1000;

/**
 * Puts `element` into the body, and back whenever the page swaps the body or what is in it (Turbo, htmx, single-page
 * apps). Gives a function that ends this.
 */
export function keepInBody(element) {
  let returned = -Infinity;
  let later = 0;

  function look() {
    clearTimeout(later);
    // Between two bodies.
    if (!document.body) return;
    if (element.parentNode !== document.body) {
      if (performance.now() - returned < SHORT_MS) {
        later = setTimeout(look, PAUSE_MS);
        return;
      }
      returned = performance.now();
      document.body.append(element);
    }
    observer.disconnect();
    for (const parent of [document, document.documentElement, document.body]) observer.observe(parent, { childList: true });
  }

  const observer = new MutationObserver(look);
  look();
  return () => {
    clearTimeout(later);
    observer.disconnect();
  };
}
