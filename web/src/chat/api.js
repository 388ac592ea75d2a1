const PATIENCE_MS = 90_000;

/**
 * The server said no, or nothing. `code` is the server's, or "connection"; `wait` the seconds that a 429 asks for;
 * `message` the server's sentence for the person, if it sent one.
 */
export class ApiError extends Error {
  constructor(code, { message = "", wait = 0 } = {}) {
    super(message);
    this.code = code;
    this.wait = wait;
  }

  /** Whether the server cannot be reached or has too much to do: sending the same again by itself is right. */
  get away() {
    return ["connection", "busy", "too_slow"].includes(this.code);
  }

  /** Whether sending the same again may help. */
  get passing() {
    return !["bad_request", "too_long", "origin", "not_found", "method"].includes(this.code);
  }
}

/** The calls of the server's web channel, with one session for all tabs, renewed when it has run out. */
export class Api {
  #address;
  #session;

  constructor(server, session) {
    this.#address = `${server}/webhooks/web`;
    this.#session = session;
  }

  /**
   * The latest messages of the conversation, oldest first, or those before `before`: {messages, earlier}. `earlier` is
   * where to go on before them, null at the beginning. Nothing, without asking, before it has begun.
   */
  async history(before = null) {
    const nothing = { messages: [], earlier: null };
    const { token } = this.#session;
    if (!token) return nothing;
    try {
      return await this.#call("GET", before === null ? "/messages" : `/messages?before=${encodeURIComponent(before)}`);
    } catch (error) {
      if (error.code !== "no_session") throw error;
      this.#session.end(token);
      return nothing;
    }
  }

  /** The picture ("svg") or the calendar ("ics") of the plan that answered a message, as a Blob. */
  async planFile(form, id) {
    const { response, data } = await this.#fetched("GET", `/plan.${form}?answer_to=${encodeURIComponent(id)}`, null, (answer) =>
      answer.ok ? answer.blob() : answer.json(),
    );
    if (response.ok) return data;
    throw refusal(response, data);
  }

  /** Sees to it that there is a session; tabs that begin at the same time share one. */
  async begin() {
    if (!this.#session.token) await this.#open(null);
  }

  /** The replies to one message. The same id never asks twice. */
  async send({ id, text, shown }) {
    const body = shown && shown !== text ? { id, text, shown } : { id, text };
    const { token } = this.#session;
    let answer;
    try {
      answer = await this.#call("POST", "/messages", body);
    } catch (error) {
      if (error.code !== "no_session") throw error;
      await this.#open(token);
      answer = await this.#call("POST", "/messages", body);
    }
    if (answer.session) this.#session.renew(answer.session.token);
    return answer.replies;
  }

  /** Opens a session in place of a `refused` token, unless another tab has done so meanwhile. */
  #open(refused) {
    return this.#session.alone(async () => {
      const { token } = this.#session;
      if (token && token !== refused) return;
      const { session } = await this.#call("POST", "/sessions", {});
      this.#session.renew(session.token);
    });
  }

  async #call(method, path, body) {
    const { response, data } = await this.#fetched(method, path, body, (answer) => answer.json());
    if (response.ok) return data;
    throw refusal(response, data);
  }

  async #fetched(method, path, body, read) {
    const headers = {};
    const { token } = this.#session;
    if (token && path !== "/sessions") headers.Authorization = `Bearer ${token}`;
    if (body) headers["Content-Type"] = "application/json";
    let response;
    try {
      response = await fetch(this.#address + path, {
        method, headers, body: body && JSON.stringify(body), credentials: "omit", cache: "no-store",
        signal: AbortSignal.timeout(PATIENCE_MS),
      });
      return { response, data: await read(response) };
    } catch {
      // No connection, or a proxy's page in place of an answer.
      throw new ApiError(response?.status === 429 ? "too_fast" : "connection", { wait: waitOf(response) });
    }
  }
}

function refusal(response, data) {
  return new ApiError(data?.error?.code ?? "connection", { message: data?.error?.message, wait: waitOf(response) });
}

function waitOf(response) {
  return Math.max(1, Number.parseInt(response?.headers.get("Retry-After"), 10) || 5);
}
