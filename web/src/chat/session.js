import { alone } from "./alone.js";

/** A random id of letters, digits and hyphens; also on plain-http pages, which lack crypto.randomUUID. */
export function randomId() {
  if (crypto.randomUUID) return crypto.randomUUID();
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** One JSON value in a web storage; goes on from memory where the browser forbids storing, has no room or was cleared. */
class Stored {
  #storage;
  #key;
  #memory = null;
  /** What stands in the storage in place of a value that could not be written: older than what is in memory. */
  #outdated;

  constructor(storage, key) {
    this.#storage = storage;
    this.#key = key;
  }

  get() {
    const text = this.#read();
    if (text !== null && text !== this.#outdated) {
      try {
        this.#memory = JSON.parse(text);
      } catch {
        // Written by something else than this widget.
      }
    }
    return this.#memory;
  }

  set(value) {
    this.#memory = value;
    try {
      globalThis[this.#storage].setItem(this.#key, JSON.stringify(value));
      this.#outdated = undefined;
    } catch {
      this.#outdated = this.#read();
    }
  }

  #read() {
    try {
      return globalThis[this.#storage].getItem(this.#key);
    } catch {
      return null;
    }
  }
}

/**
 * The session that all tabs share for one server: {conversation, token, changed}. `conversation` is a name of our own
 * that tells the tabs a new conversation from a renewed token; null before the first session.
 */
export class Session {
  #stored;
  #key;

  constructor(server) {
    this.#key = `medpath:${server}`;
    this.#stored = new Stored("localStorage", this.#key);
  }

  get #record() {
    return this.#stored.get() ?? {};
  }

  get conversation() {
    return this.#record.conversation ?? null;
  }

  get token() {
    return this.#record.token ?? null;
  }

  /** Begins another conversation; the server gives it a token with its first message. */
  begin() {
    this.#stored.set({ conversation: randomId(), token: null, changed: Date.now() });
  }

  renew(token) {
    this.#stored.set({ ...this.#record, conversation: this.conversation ?? randomId(), token });
  }

  /** Gives up a token that the server does not take, unless another tab has a new one already. */
  end(token) {
    if (this.token === token) this.renew(null);
  }

  /** Lets the other tabs know that the conversation went on. */
  touch() {
    this.#stored.set({ ...this.#record, changed: Date.now() });
  }

  /** Runs `act` while no other tab runs one. */
  alone(act) {
    return alone(this.#key, act);
  }

  /** Calls back when another tab wrote. */
  watch(listener) {
    addEventListener("storage", (event) => {
      if (event.key === this.#key || event.key === null) listener();
    });
  }
}

/**
 * The messages of this tab that are not answered yet, so that a reload loses none: [{conversation, id, text, shown}].
 * Those from before the first session belong to whichever conversation begins.
 */
export class Outbox {
  #stored;

  constructor(server) {
    this.#stored = new Stored("sessionStorage", `medpath-outbox:${server}`);
  }

  get #messages() {
    const stored = this.#stored.get();
    return Array.isArray(stored) ? stored : [];
  }

  of(conversation) {
    return this.#messages.filter((message) => message.conversation === conversation || message.conversation === null);
  }

  put(conversation, { id, text, shown }) {
    this.#stored.set([...this.of(conversation).filter((message) => message.id !== id), { conversation, id, text, shown }]);
  }

  remove(id) {
    this.#stored.set(this.#messages.filter((message) => message.id !== id));
  }

  clear() {
    this.#stored.set([]);
  }
}
