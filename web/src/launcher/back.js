const MARK = "medpathOpen";

/**
 * The back gesture of a phone closes what is open instead of leaving the page: while it is open an entry of the browser's
 * history stands for it. `isOpen()` tells, `close()` is called when the person went back.
 */
export class BackGesture {
  #isOpen;
  #close;
  #leaving = false;

  constructor(isOpen, close) {
    this.#isOpen = isOpen;
    this.#close = close;
    addEventListener("popstate", () => this.#went());
  }

  opened() {
    if (this.#marked || this.#leaving) return;
    try {
      history.pushState({ ...history.state, [MARK]: true }, "");
    } catch {
      // Safari takes a hundred entries in half a minute, then none.
    }
  }

  /** After it was closed in another way. */
  closed() {
    if (!this.#marked) return;
    this.#leaving = true;
    history.back();
  }

  get #marked() {
    return Boolean(history.state?.[MARK]);
  }

  #went() {
    const own = this.#leaving;
    this.#leaving = false;
    if (!this.#isOpen() || this.#marked) return;
    // Opened again before the browser had gone back.
    if (own) this.opened();
    else this.#close();
  }
}
