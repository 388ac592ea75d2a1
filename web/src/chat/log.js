import "deep-chat";

import { icon } from "../common/dom.js";
import { SEND } from "./icons.js";
import css from "./log.css?inline";
import { turnPlace } from "./turn-element.js";

const LONGEST_TEXT = 6000;
const SETTLED_MS = 30;
const LOOK = {
  flex: "1",
  display: "block",
  minHeight: "0",
  width: "100%",
  border: "0",
  borderRadius: "0",
  backgroundColor: "transparent",
  color: "var(--mp-text)",
  // deep-chat fetches a font from Google unless it is given one.
  fontFamily: "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif",
  fontSize: "15px",
  lineHeight: "1.5",
};

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** deep-chat as the list of messages and the box to write in. `onAsk(text)` gives the turn for a typed question. */
export class Log {
  #chat;
  #strings;
  #rendered;
  #touching = matchMedia("(pointer: coarse)");

  constructor(parent, strings, onAsk) {
    this.#strings = strings;
    this.#chat = document.createElement("medpath-deep-chat");
    this.#rendered = this.#render(parent, onAsk);
  }

  /** Resolves when the box and the list are there. */
  get ready() {
    return this.#rendered;
  }

  get #root() {
    return this.#chat.shadowRoot;
  }

  get #box() {
    return this.#root.querySelector("#text-input");
  }

  get #list() {
    return this.#root.querySelector("#messages");
  }

  /** Puts a turn at the end: what the person said, then the place for the replies. */
  add(turn) {
    if (turn.shown) {
      this.#chat.addMessage({ role: "user", text: turn.shown });
      this.#showVerbatim(turn.shown);
    }
    this.#chat.addMessage({ html: turnPlace(turn) });
  }

  clear() {
    this.#chat.clearMessages(false);
  }

  /** Into the message box. After a tap on a button the phone's keyboard stays away until the box itself is tapped. */
  focus({ keyboard = true } = {}) {
    const box = this.#box;
    if (!keyboard && this.#touching.matches) {
      box.inputMode = "none";
      box.addEventListener("pointerdown", () => box.removeAttribute("inputmode"), { once: true });
    }
    box.focus({ preventScroll: true });
  }

  /** Shows the last question with as much of its answer as fits: the start rather than the end of a long one. */
  showLatest() {
    requestAnimationFrame(() => {
      const list = this.#list;
      const questions = list.querySelectorAll(".user-message-text");
      const question = questions[questions.length - 1];
      const bottom = list.scrollHeight - list.clientHeight;
      const above = question ? question.getBoundingClientRect().top - list.getBoundingClientRect().top + list.scrollTop - 8 : bottom;
      list.scrollTop = Math.min(bottom, above);
    });
  }

  async #render(parent, onAsk) {
    await new Promise((resolve) => {
      this.#configure(onAsk, resolve);
      parent.append(this.#chat);
    });
    // Two timers of deep-chat may each render, the second discarding what the first made; later there are none.
    for (let view = null; view !== this.#root.querySelector("#chat-view"); await pause(SETTLED_MS)) {
      view = this.#root.querySelector("#chat-view");
    }
    this.#name();
  }

  #configure(onAsk, onRendered) {
    const chat = this.#chat;
    // deep-chat parses it as XML, which wants the namespace that outerHTML leaves out.
    const sendIcon = new XMLSerializer().serializeToString(icon(SEND));
    Object.assign(chat.style, LOOK);
    chat.auxiliaryStyle = css;
    chat.textInput = { placeholder: { text: this.#strings.placeholder }, characterLimit: LONGEST_TEXT };
    chat.submitButtonStyles = { position: "outside-end", submit: { svg: { content: sendIcon } } };
    // The place for the replies shows the waiting; deep-chat's own bubble would be a second one.
    chat.displayLoadingBubble = false;
    // Without nesting its Markdown makes neither links nor images of what the person typed.
    chat.remarkable = { maxNesting: 0 };
    chat.onMessage = ({ message }) => {
      if (message.role === "user") this.#showVerbatim(message.text);
    };
    chat.connect = {
      handler: ({ messages }, signals) => signals.onResponse({ html: turnPlace(onAsk(messages.at(-1).text)) }),
    };
    chat.onComponentRender = onRendered;
  }

  #showVerbatim(text) {
    const said = this.#list.querySelectorAll(".user-message-text");
    said[said.length - 1].textContent = text;
  }

  /** Names and roles for assistive technology, which deep-chat leaves out. */
  #name() {
    const attributes = (target, values) => {
      for (const [name, value] of Object.entries(values)) target.setAttribute(name, value);
    };
    attributes(this.#list, { role: "log", "aria-label": this.#strings.conversation, "aria-live": "off", tabindex: "0" });
    attributes(this.#box, { role: "textbox", "aria-label": this.#strings.question, "aria-multiline": "true", tabindex: "0" });
    const send = this.#root.querySelector(".input-button");
    attributes(send, { role: "button", "aria-label": this.#strings.send, title: this.#strings.send, tabindex: "0" });
    // A button answers to the space bar too.
    send.addEventListener("keydown", (event) => {
      if (event.key !== " ") return;
      event.preventDefault();
      send.click();
    });
  }
}
