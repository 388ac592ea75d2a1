import { element, stylesheet } from "../common/dom.js";
import css from "./surroundings.css?inline";

const SPOKEN_MS = 8000;

/** What stands around the log: the disclaimer, notices when the history is out of reach or a text too long, the one live region. */
export class Surroundings {
  #live = element("div", { class: "unseen", "aria-live": "polite", role: "status" });
  #notice;
  #tooLong = element("p", { class: "too-long", hidden: true });
  #silence;

  constructor(parent, strings, onRetry) {
    const root = parent.getRootNode();
    root.adoptedStyleSheets = [...root.adoptedStyleSheets, stylesheet(css)];
    const again = element("button", { type: "button", onclick: onRetry }, strings.tryAgain);
    this.#notice = element("p", { class: "history-failed", hidden: true }, element("span", {}, strings.historyFailed), again);
    parent.prepend(this.#notice);
    parent.append(this.#tooLong, element("p", { class: "disclaimer" }, strings.disclaimer), this.#live);
  }

  /** Says `text` once. It goes again after a while: read in passing it would be a second copy of the answer. */
  announce(text) {
    clearTimeout(this.#silence);
    this.#live.textContent = "";
    requestAnimationFrame(() => {
      this.#live.textContent = text;
    });
    this.#silence = setTimeout(() => {
      this.#live.textContent = "";
    }, SPOKEN_MS);
  }

  /** Shows that the text in the box is too long to be sent, or nothing; said aloud when it becomes so. */
  tooLong(text) {
    if (Boolean(text) === this.#tooLong.hidden) this.announce(text || "");
    this.#tooLong.hidden = !text;
    this.#tooLong.textContent = text || "";
  }

  /** Shows or hides the notice that what was said before is missing. */
  historyMissing(missing) {
    this.#notice.hidden = !missing;
  }
}
