import "deep-chat";

import { element, icon, isComposing } from "../common/dom.js";
import { SEND } from "./icons.js";
import css from "./log.css?inline";
import { placeOf, turnPlace } from "./turn-element.js";

export const LONGEST_TEXT = 6000;
const SETTLED_MS = 30;
const LOOK = {
  flex: "1",
  display: "block",
  position: "relative",
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

/** By how many characters `text` is longer than the server takes, which counts an emoji as one. */
const excess = (text) => Math.max(0, [...text.trim()].length - LONGEST_TEXT);

/**
 * deep-chat as the list of messages and the box to write in. `onAsk(text)` gives the turn for a typed question,
 * `onLength(over)` is told with every change by how many characters the text in the box is too long, and `onEarlier()`
 * is asked for the turns before the first one.
 */
export class Log {
  #chat;
  #strings;
  #hears;
  #rendered;
  #earlier;
  #sight;
  #touching = matchMedia("(pointer: coarse)");

  constructor(parent, strings, hears) {
    this.#strings = strings;
    this.#hears = hears;
    this.#earlier = element("button", { type: "button", class: "earlier", onclick: hears.onEarlier }, strings.showEarlier);
    this.#chat = document.createElement("medpath-deep-chat");
    this.#rendered = this.#render(parent);
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

  /**
   * Puts a turn before another one, without moving what is in view, or at the end: what the person said, then the place
   * for the replies.
   */
  add(turn, before = null) {
    const list = this.#list;
    const drawn = this.#messages.length;
    const below = list.scrollHeight - list.scrollTop;
    if (turn.shown) {
      this.#chat.addMessage({ role: "user", text: turn.shown });
      this.#showVerbatim(turn.shown);
    }
    this.#chat.addMessage({ html: turnPlace(turn) });
    if (!before) return;
    this.#firstOf(before).before(...this.#messages.slice(drawn));
    const stay = () => {
      list.scrollTop = list.scrollHeight - below;
    };
    stay();
    // deep-chat scrolls to each new message in a moment.
    setTimeout(stay);
  }

  clear() {
    this.#earlier.remove();
    this.#chat.clearMessages(false);
  }

  /** Offers the turns before `first`, at a tap or when one scrolls up to the offer; null if there are none. */
  offerEarlier(first) {
    this.#sight.unobserve(this.#earlier);
    if (first) {
      // Once there, it stays before whatever comes: a button that is moved loses the focus.
      if (!this.#earlier.isConnected) this.#firstOf(first).before(this.#earlier);
      this.#sight.observe(this.#earlier);
      return;
    }
    if (this.#root.activeElement === this.#earlier) this.#list.focus({ preventScroll: true });
    this.#earlier.remove();
  }

  /** Into the message box; on a phone into the list, where no keyboard comes up until the box is tapped. */
  focus() {
    (this.#touching.matches ? this.#list : this.#box).focus({ preventScroll: true });
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

  get #messages() {
    return [...this.#list.querySelectorAll(".outer-message-container")];
  }

  /** The first of a turn's messages: the person's, or the replies where it has none. */
  #firstOf(turn) {
    const replies = placeOf(turn, this.#list).closest(".outer-message-container");
    return turn.shown ? replies.previousElementSibling : replies;
  }

  async #render(parent) {
    await new Promise((resolve) => {
      this.#configure(resolve);
      parent.append(this.#chat);
    });
    // Two timers of deep-chat may each render, the second discarding what the first made; later there are none.
    for (let view = null; view !== this.#root.querySelector("#chat-view"); await pause(SETTLED_MS)) {
      view = this.#root.querySelector("#chat-view");
    }
    this.#name();
    this.#watch();
  }

  #configure(onRendered) {
    const chat = this.#chat;
    // deep-chat parses it as XML, which wants the namespace that outerHTML leaves out.
    const sendIcon = new XMLSerializer().serializeToString(icon(SEND));
    Object.assign(chat.style, LOOK);
    chat.auxiliaryStyle = css;
    // Without a limit of deep-chat's, which cuts off in silence what is beyond it.
    chat.textInput = { placeholder: { text: this.#strings.placeholder } };
    chat.validateInput = (text = "") => text.trim() !== "" && excess(text) === 0;
    chat.submitButtonStyles = { position: "outside-end", submit: { svg: { content: sendIcon } } };
    // The place for the replies shows the waiting; deep-chat's own bubble would be a second one.
    chat.displayLoadingBubble = false;
    // Without nesting its Markdown makes neither links nor images of what the person typed.
    chat.remarkable = { maxNesting: 0 };
    chat.onMessage = ({ message }) => {
      if (message.role === "user") this.#showVerbatim(message.text);
    };
    chat.connect = {
      handler: ({ messages }, signals) => signals.onResponse({ html: turnPlace(this.#hears.onAsk(messages.at(-1).text)) }),
    };
    chat.onComponentRender = onRendered;
  }

  #watch() {
    this.#box.addEventListener("input", () => this.#judgeLength());
    // deep-chat empties the box without an event when it sends.
    new MutationObserver(() => this.#judgeLength()).observe(this.#box, { childList: true });
    // Before deep-chat, which takes the Enter that ends a word in Safari for the one that sends.
    const spare = (event) => event.key === "Enter" && isComposing(event) && event.stopPropagation();
    this.#chat.addEventListener("keydown", spare, { capture: true });
    const seen = ([{ isIntersecting }]) => isIntersecting && this.#hears.onEarlier();
    this.#sight = new IntersectionObserver(seen, { root: this.#list });
  }

  #judgeLength() {
    const over = excess(this.#box.innerText);
    this.#box.setAttribute("aria-invalid", String(over > 0));
    this.#hears.onLength(over);
  }

  #showVerbatim(text) {
    const said = this.#list.querySelectorAll(".user-message-text");
    const bubble = said[said.length - 1];
    bubble.dir = "auto";
    bubble.textContent = text;
  }

  /** Names and roles for assistive technology, which deep-chat leaves out. */
  #name() {
    const attributes = (target, values) => {
      for (const [name, value] of Object.entries(values)) target.setAttribute(name, value);
    };
    attributes(this.#list, { role: "log", "aria-label": this.#strings.conversation, "aria-live": "off", tabindex: "0" });
    attributes(this.#box, { role: "textbox", "aria-label": this.#strings.question, "aria-multiline": "true", dir: "auto", tabindex: "0" });
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
