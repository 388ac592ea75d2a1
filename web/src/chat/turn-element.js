import { element, stylesheet, tell } from "../common/dom.js";
import { replyElement } from "./reply.js";
import { ANSWERED, AWAY, FAILED, LIMITED } from "./turn.js";
import planCss from "./plan.css?inline";
import css from "./turn.css?inline";

const sheets = [stylesheet(css), stylesheet(planCss)];
const turns = [];
let context = null;

/** The place in the log where one turn's replies appear: dots, what keeps them away with "Try again", or the replies. */
class TurnElement extends HTMLElement {
  #turn = null;
  #render = () => this.render();

  constructor() {
    super();
    this.attachShadow({ mode: "open" }).adoptedStyleSheets = sheets;
  }

  connectedCallback() {
    this.#turn = turns[this.dataset.turn];
    this.#turn?.addEventListener("change", this.#render);
    this.render();
  }

  disconnectedCallback() {
    this.#turn?.removeEventListener("change", this.#render);
  }

  render() {
    if (this.#turn) this.shadowRoot.replaceChildren(...content(this.#turn, context));
  }
}

function content(turn, { strings, server, api }) {
  if (turn.status === FAILED || turn.status === AWAY) return [failure(turn, strings)];
  if (turn.status === LIMITED) return [element("p", { class: "bubble waiting" }, strings.limited(turn.seconds))];
  if (turn.status !== ANSWERED) return [dots(strings)];
  const last = turn.replies.length - 1;
  const planFile = (form) => api.planFile(form, turn.id);
  return turn.replies.map((reply, index) =>
    replyElement(reply, { strings, server, planFile, offers: turn.latest && index === last }),
  );
}

function dots(strings) {
  const points = element("span", { class: "dots", "aria-hidden": "true" }, element("i"), element("i"), element("i"));
  return element("p", { class: "bubble waiting" }, points, element("span", { class: "unseen" }, strings.waiting));
}

function failure(turn, strings) {
  const { error } = turn;
  const retry = (event) => tell(event.currentTarget, "medpath-retry", turn);
  return element(
    "div",
    { class: "bubble failure" },
    element("p", {}, turn.status === AWAY ? strings.away : failureText(error, strings)),
    turn.status === FAILED && error && !error.passing ? null : element("button", { type: "button", onclick: retry }, strings.tryAgain),
  );
}

/** What the person reads of an error: the server's own sentence when it sent one. */
export function failureText(error, strings) {
  return error?.message || (error?.code === "connection" ? strings.connection : strings.failed);
}

/** Defines the element once; all of them speak `strings` and know `server` and the `api` that asks it. */
export function defineTurnElement(strings, server, api) {
  context = { strings, server, api };
  if (!customElements.get("medpath-turn")) customElements.define("medpath-turn", TurnElement);
}

/** The HTML that deep-chat puts into the log for `turn`: nothing of the data is in it but a number of our own. */
export const turnPlace = (turn) => `<medpath-turn data-turn="${turns.push(turn) - 1}"></medpath-turn>`;

/** The place of `turn` among those under `root`; null if there is none. */
export const placeOf = (turn, root) => root.querySelector(`medpath-turn[data-turn="${turns.lastIndexOf(turn)}"]`);
