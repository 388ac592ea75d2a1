import { ANSWERED, AWAY, FAILED, LIMITED, Turn, WAITING, turnsOf } from "./turn.js";

const LONGEST_WAIT_S = 90;
const MOST_WAITS = 4;
// A server that is started again is back within a minute; after some ten minutes somebody has to look after it.
const AWAY_WAITS_S = [1, 2, 4, 8, 15, ...Array(20).fill(30)];
const POLL_MS = 3000;
const MOST_POLLS = 25;

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/**
 * The turns of the conversation and their way to the server and back.
 *
 * Dispatches "add" (detail: {turn, before}) for turns that others began (history, another tab, before a reload), to be
 * drawn before another one or, if that is null, at the end; "answer" (detail: turn) when a question of this tab was
 * answered or failed; and "clear" when another conversation began.
 */
export class Conversation extends EventTarget {
  turns = [];
  #api;
  #session;
  #outbox;
  /** The conversation whose turns these are; null until it has a name. */
  #shown = null;
  /** Where the server goes on before the earliest turn here; null at the beginning of the conversation. */
  #earlier = null;
  #caughtUp = false;
  #sending = Promise.resolve();
  #syncing = null;
  #following = false;
  /** Ends the present wait for the server early; null while nobody waits. */
  #wake = null;

  constructor(api, session, outbox) {
    super();
    this.#api = api;
    this.#session = session;
    this.#outbox = outbox;
  }

  /** Begins a turn; its replies come later, in the order asked. */
  ask(text, shown = text) {
    this.#shown = this.#session.conversation;
    const turn = this.#append(new Turn({ text, shown }));
    this.#send(turn);
    return turn;
  }

  /** Sends a turn that failed again, or ends its wait for the server. */
  retry(turn) {
    if (turn.status === AWAY) {
      this.tryNow();
      return;
    }
    turn.update({ status: WAITING, error: null });
    this.#send(turn);
  }

  /** Looks at once whether the server is back. */
  tryNow() {
    this.#wake?.();
  }

  startOver() {
    this.#session.begin();
    this.#outbox.clear();
    this.#clear();
  }

  /** Takes over what the server has that this tab has not. Rejects when the history cannot be read. */
  sync() {
    this.#syncing ??= this.#takeHistory().finally(() => {
      this.#syncing = null;
    });
    return this.#syncing;
  }

  /** Whether the server has turns from before the earliest one here. */
  get hasEarlier() {
    return this.#earlier !== null;
  }

  /** Takes over some of them. Rejects when they cannot be read. */
  async showEarlier() {
    const conversation = this.#shown;
    const { messages, earlier } = await this.#api.history(this.#earlier);
    if (conversation !== this.#shown) return;
    this.#earlier = earlier;
    this.#merge(turnsOf(messages), this.turns[0]);
  }

  async #takeHistory() {
    this.#join();
    const conversation = this.#shown;
    const { turns, earlier } = await this.#newTurns();
    if (conversation !== this.#shown) return;
    if (!this.#caughtUp) this.#earlier = earlier;
    this.#caughtUp = true;
    this.#merge(turns);
    this.#resume();
    this.#followOthers();
  }

  /** What was asked before the conversation had a name belongs to the one that began, here or in another tab. */
  #join() {
    if (this.#shown === null) this.#shown = this.#session.conversation;
    else if (this.#shown !== this.#session.conversation) this.#clear();
  }

  /** The server's latest turns; where other tabs asked more than it gives at once, back to one that is known here. */
  async #newTurns() {
    let { messages, earlier } = await this.#api.history();
    while (this.#caughtUp && earlier !== null && !messages.some(({ id }) => id && this.#find(id))) {
      const page = await this.#api.history(earlier);
      messages = [...page.messages, ...messages];
      earlier = page.earlier;
    }
    return { turns: turnsOf(messages), earlier };
  }

  #find(id) {
    return this.turns.find((turn) => turn.id === id);
  }

  /** Puts what is new of `turns` in its place between those that are known, the last ones before `before`. */
  #merge(turns, before = null) {
    for (const turn of turns.reverse()) {
      const known = this.#find(turn.id);
      if (!known) this.#insert(turn, before);
      else if (known.status !== ANSWERED && turn.status === ANSWERED) known.update({ status: ANSWERED, replies: turn.replies });
      before = known ?? turn;
    }
  }

  #insert(turn, before) {
    if (before === null) this.#append(turn);
    else {
      turn.latest = false;
      turn.foreign = turn.status === WAITING;
      this.turns.splice(this.turns.indexOf(before), 0, turn);
    }
    this.#dispatch("add", { turn, before });
  }

  /** Sends again what was under way before a reload; the server gives an answered message's replies once more. */
  #resume() {
    for (const message of this.#outbox.of(this.#shown)) {
      let turn = this.#find(message.id);
      if (turn?.status === ANSWERED) this.#outbox.remove(message.id);
      else if (!turn || turn.foreign) {
        if (turn) Object.assign(turn, { text: message.text, foreign: false });
        else {
          turn = this.#append(new Turn(message));
          this.#dispatch("add", { turn, before: null });
        }
        this.#send(turn);
      }
    }
  }

  /** Asks again for the answers of questions that another tab has under way. */
  async #followOthers() {
    const open = this.turns.filter((turn) => turn.foreign && turn.status === WAITING);
    if (!open.length || this.#following) return;
    this.#following = true;
    await pause(POLL_MS);
    this.#following = false;
    for (const turn of open) {
      turn.polls = (turn.polls ?? 0) + 1;
      if (turn.polls > MOST_POLLS) turn.update({ status: FAILED, foreign: false });
    }
    // A lost connection here is no news for the person: the next focus or message tries again.
    await this.sync().catch(() => {});
  }

  #append(turn) {
    this.turns.at(-1)?.update({ latest: false });
    // Until this tab sends it, somebody else has it under way.
    turn.foreign = turn.status === WAITING;
    this.turns.push(turn);
    return turn;
  }

  #clear() {
    this.turns = [];
    this.#earlier = null;
    this.#caughtUp = false;
    this.#shown = this.#session.conversation;
    this.#dispatch("clear");
  }

  #send(turn) {
    turn.foreign = false;
    this.#outbox.put(this.#session.conversation, turn);
    this.#sending = this.#sending.then(() => this.#deliver(turn));
  }

  async #deliver(turn) {
    const waits = { limited: 0, away: 0 };
    while (this.turns.includes(turn)) {
      try {
        await this.#api.begin();
        if (!this.turns.includes(turn)) return;
        const replies = await this.#api.send(turn);
        if (this.turns.includes(turn)) this.#settle(turn, { status: ANSWERED, replies });
        return;
      } catch (error) {
        if (!this.turns.includes(turn)) return;
        if (!(await this.#passes(turn, error, waits))) {
          this.#settle(turn, { status: FAILED, error });
          return;
        }
      }
    }
  }

  /** Waits as `error` asks for, or until the server may be back; false if no waiting helps, or no more of it. */
  async #passes(turn, error, waits) {
    if (error.code === "too_fast" && error.wait <= LONGEST_WAIT_S && waits.limited < MOST_WAITS) {
      waits.limited += 1;
      await this.#waitOut(turn, error.wait);
      return true;
    }
    if (!error.away || waits.away >= AWAY_WAITS_S.length) return false;
    const seconds = Math.max(AWAY_WAITS_S[waits.away], error.code === "busy" ? error.wait : 0);
    waits.away += 1;
    await this.#waitAway(turn, seconds);
    return true;
  }

  async #waitOut(turn, seconds) {
    for (let left = seconds; left > 0 && this.turns.includes(turn); left -= 1) {
      turn.update({ status: LIMITED, seconds: left });
      if (left === seconds) this.#dispatch("answer", turn);
      await pause(1000);
    }
    turn.update({ status: WAITING });
  }

  /** The turn is drawn once and stays so while it is tried: a button that is drawn anew under the hand takes no click. */
  async #waitAway(turn, seconds) {
    if (turn.status !== AWAY) {
      turn.update({ status: AWAY });
      this.#dispatch("answer", turn);
    }
    const woken = new Promise((resolve) => {
      this.#wake = resolve;
    });
    await Promise.race([woken, pause(seconds * 1000)]);
    this.#wake = null;
  }

  #settle(turn, outcome) {
    turn.update(outcome);
    if (outcome.status === ANSWERED) {
      this.#outbox.remove(turn.id);
      this.#session.touch();
    } else {
      this.#outbox.put(this.#session.conversation, turn);
    }
    this.#dispatch("answer", turn);
  }

  #dispatch(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}
