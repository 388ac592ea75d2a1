import { element, icon, isComposing, stylesheet } from "../common/dom.js";
import { BackGesture } from "./back.js";
import { accentVariables } from "./color.js";
import * as icons from "./icons.js";
import css from "./launcher.css?inline";
import { keepInBody } from "./staying.js";
import { launcherStrings } from "./strings.js";

const PHONE = matchMedia("(max-width: 480px)");
const HAS_BACK_GESTURE = matchMedia("(max-width: 480px), (pointer: coarse)");

/** Button and panel. The conversation itself is another file, loaded when the panel is first opened. */
export class Launcher extends HTMLElement {
  /** The one of this page; null while there is none. */
  static current = null;

  #settings;
  #strings;
  #parts;
  #chat = null;
  #attempts = 0;
  #release = () => {};
  #back;

  /** Without settings it is a copy, such as in a page's snapshot of itself, and stays empty. */
  constructor(settings) {
    super();
    if (!settings) return;
    this.#settings = settings;
    this.#strings = launcherStrings(settings.language);
    this.lang = settings.language;
    const root = this.attachShadow({ mode: "open" });
    // No style attribute, which a policy would forbid to the copies that pages make of themselves.
    root.adoptedStyleSheets = [stylesheet(css), stylesheet(accentVariables(settings.color))];
    this.#parts = this.#build();
    root.append(this.#parts.frame);
    this.#back = new BackGesture(() => this.#parts.panel.open, () => this.close());
  }

  /** Puts it on the page, where it stays whatever becomes of the body. */
  stay() {
    Launcher.current = this;
    this.#release = keepInBody(this);
  }

  /** Takes it off the page for good; whatever else takes it away does not. */
  remove() {
    this.#release();
    if (Launcher.current === this) Launcher.current = null;
    super.remove();
  }

  connectedCallback() {
    if (!this.#settings) {
      super.remove();
      return;
    }
    // iOS lays its keyboard over the page: only the visual viewport tells how much is left.
    globalThis.visualViewport?.addEventListener("resize", this.#fit);
    const { panel } = this.#parts;
    if (!panel.open) return;
    // Out of the document it has lost its place above the page.
    if (PHONE.matches) {
      panel.close();
      panel.showModal();
    }
    this.#chat?.moved();
  }

  open() {
    const { panel } = this.#parts;
    if (panel.open) return;
    if (PHONE.matches) panel.showModal();
    else panel.show();
    panel.focus();
    this.#fit();
    this.#describe();
    if (HAS_BACK_GESTURE.matches) this.#back.opened();
    if (this.#chat) this.#chat.opened();
    else this.#load();
  }

  close() {
    const { panel, button } = this.#parts;
    if (!panel.open) return;
    panel.close();
    this.#describe();
    button.focus();
    this.#back.closed();
  }

  #build() {
    const { title, position } = this.#settings;
    const strings = this.#strings;
    const button = element(
      "button",
      { class: "launcher", type: "button", "aria-haspopup": "dialog", "aria-controls": "panel", onclick: () => this.#toggle() },
    );
    const restart = element(
      "button",
      { type: "button", hidden: true, "aria-label": strings.startOver, title: strings.startOver, onclick: () => this.#chat.startOver() },
      icon(icons.RESTART),
    );
    const close = element(
      "button",
      { type: "button", "aria-label": strings.closePanel, title: strings.closePanel, onclick: () => this.close() },
      icon(icons.CLOSE),
    );
    const body = element("div", { class: "body" });
    const panel = element(
      "dialog",
      { class: "panel", id: "panel", role: "dialog", "aria-labelledby": "title", tabindex: "-1", onkeydown: (event) => this.#key(event),
        oncancel: (event) => this.#cancel(event) },
      element("div", { class: "head" }, element("h2", { id: "title" }, title), restart, close),
      body,
    );
    const frame = element("div", { class: position }, button, panel);
    const parts = { frame, button, panel, body, restart };
    this.#describe(parts);
    return parts;
  }

  #toggle() {
    if (this.#parts.panel.open) this.close();
    else this.open();
  }

  #describe({ button, panel } = this.#parts) {
    const { title } = this.#settings;
    button.setAttribute("aria-expanded", String(panel.open));
    button.setAttribute("aria-label", panel.open ? this.#strings.close(title) : this.#strings.open(title));
    button.replaceChildren(icon(panel.open ? icons.CLOSE : icons.CHAT), title);
  }

  #key(event) {
    if (event.key === "Escape" && !event.defaultPrevented && !isComposing(event)) {
      event.preventDefault();
      this.close();
    }
  }

  #cancel(event) {
    if (event.target !== this.#parts.panel) return;
    event.preventDefault();
    this.close();
  }

  #fit = () => {
    const { panel } = this.#parts;
    const visible = globalThis.visualViewport;
    const covered = visible && PHONE.matches && panel.open && visible.scale === 1;
    panel.style.height = covered ? `${visible.height}px` : "";
  };

  async #load() {
    const { body, panel, restart } = this.#parts;
    body.replaceChildren(element("p", { class: "notice", role: "status" }, this.#strings.loading));
    try {
      // A failed module stays failed in the browser's module map, hence another address for another attempt.
      const address = this.#attempts ? `${this.#settings.chat}?attempt=${this.#attempts}` : this.#settings.chat;
      this.#attempts += 1;
      const { mount } = await import(/* @vite-ignore */ address);
      body.replaceChildren();
      this.#chat = mount(body, this.#settings);
      restart.hidden = false;
      if (panel.open) this.#chat.opened();
    } catch (error) {
      console.error("Medpath:", error);
      const again = element("button", { type: "button", onclick: () => this.#load() }, this.#strings.tryAgain);
      body.replaceChildren(element("div", { class: "notice", role: "alert" }, this.#strings.loadFailed, again));
    }
  }
}
