/** A random id of letters, digits and hyphens; also on plain-http pages, which lack crypto.randomUUID. */
export function randomId() {
  if (crypto.randomUUID) return crypto.randomUUID();
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** One JSON value in a web storage; kept in memory only where the browser forbids storing. */
class Stored {
  #storage;
  #key;
  #memory = null;

  constructor(storage, key) {
    this.#storage = storage;
    this.#key = key;
  }

  get() {
    try {
      const text = globalThis[this.#storage].getItem(this.#key);
      return text === null ? null : JSON.parse(text);
    } catch {
      return this.#memory;
    }
  }

  set(value) {
    this.#memory = value;
    try {
      globalThis[this.#storage].setItem(this.#key, JSON.stringify(value));
    } catch {
      // Storing is forbidden or full: the conversation then lives as long as the page.
    }
  }
}

/**
 * The session that all tabs share for one server: {conversation, token, changed}. `conversation` is a name of our own
 * that tells the tabs a new conversation from a renewed token.
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
    this.#stored.set({ ...this.#record, token });
  }

  /** Lets the other tabs know that the conversation went on. */
  touch() {
    this.#stored.set({ ...this.#record, changed: Date.now() });
  }

  /** Calls back when another tab wrote. */
  watch(listener) {
    addEventListener("storage", (event) => {
      if (event.key === this.#key || event.key === null) listener();
    });
  }
}

/** The messages of this tab that are not answered yet, so that a reload loses none: [{conversation, id, text, shown}]. */
export class Outbox {
  #stored;

  constructor(server) {
    this.#stored = new Stored("sessionStorage", `medpath-outbox:${server}`);
  }

  of(conversation) {
    return (this.#stored.get() ?? []).filter((message) => message.conversation === conversation);
  }

  put(conversation, { id, text, shown }) {
    this.#stored.set([...this.of(conversation).filter((message) => message.id !== id), { conversation, id, text, shown }]);
  }

  remove(id) {
    this.#stored.set((this.#stored.get() ?? []).filter((message) => message.id !== id));
  }
}
