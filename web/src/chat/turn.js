import { randomId } from "./session.js";

export const WAITING = "waiting";
export const LIMITED = "limited";
export const AWAY = "away";
export const FAILED = "failed";
export const ANSWERED = "answered";

/**
 * One question and what came back: the state behind one place in the log. `text` goes to the server, `shown` is what
 * the person sees. Dispatches "change".
 */
export class Turn extends EventTarget {
  status = WAITING;
  replies = [];
  /** The error while FAILED. */
  error = null;
  /** Seconds to go while LIMITED. */
  seconds = 0;
  /** Whether nothing follows: only then follow-ups and thumbs are offered. */
  latest = true;

  constructor({ id = randomId(), text, shown = text }) {
    super();
    this.id = id;
    this.text = text;
    this.shown = shown;
  }

  update(changes) {
    Object.assign(this, changes);
    this.dispatchEvent(new Event("change"));
  }
}

/** The turns told by the server's history: each message of the person with the replies that follow it. */
export function turnsOf(messages) {
  const turns = [];
  for (const message of messages) {
    if (message.from === "person") {
      turns.push(new Turn({ id: message.id ?? `at-${message.time}`, text: message.text }));
    } else if (message.reply) {
      if (!turns.length) turns.push(new Turn({ id: `at-${message.time}`, text: "" }));
      const turn = turns.at(-1);
      turn.replies.push(message.reply);
      turn.status = ANSWERED;
    }
  }
  return turns;
}
