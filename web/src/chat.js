import { Api } from "./chat/api.js";
import { Conversation } from "./chat/conversation.js";
import { LONGEST_TEXT, Log } from "./chat/log.js";
import { Outbox, Session } from "./chat/session.js";
import { chatStrings } from "./chat/strings.js";
import { Surroundings } from "./chat/surroundings.js";
import { Turn } from "./chat/turn.js";
import { defineTurnElement } from "./chat/turn-element.js";
import { announcementOf } from "./chat/announcement.js";

/** Until the history is tried again where it could not be read: what a reload has left unsent waits for it. */
const HISTORY_PAUSE_MS = 10_000;

/** The greeting is a turn without a question: its suggestions go like any other reply's once something was asked. */
function greetingTurn(strings, { greeting = strings.greeting, questions = strings.questions }) {
  const buttons = questions.map((question) => ({ title: question, payload: question }));
  const turn = new Turn({ text: "" });
  turn.update({ status: "answered", replies: [{ kind: "greeting", body: greeting, buttons }] });
  return turn;
}

/** Puts the conversation into `parent`. Gives what the launcher needs: {opened(), moved(), startOver()}. */
export function mount(parent, settings) {
  const strings = chatStrings(settings.language);
  const session = new Session(settings.server);
  const api = new Api(settings.server, session);
  defineTurnElement(strings, settings.server, api);
  const conversation = new Conversation(api, session, new Outbox(settings.server));
  let greeting = null;
  let caughtUp = false;
  let loadingEarlier = false;
  let again = 0;

  const ask = (text, shown) => {
    greeting?.update({ latest: false });
    return conversation.ask(text, shown);
  };
  const log = new Log(parent, strings, {
    onAsk: (text) => ask(text),
    onLength: (over) => around.tooLong(over && strings.tooLong(over, LONGEST_TEXT)),
    onEarlier: () => showEarlier(),
  });
  const around = new Surroundings(parent, strings, () => sync());

  function add(turn, before = null) {
    greeting?.update({ latest: false });
    log.add(turn, before);
  }

  function begin() {
    log.clear();
    greeting = greetingTurn(strings, settings);
    log.add(greeting);
  }

  async function sync() {
    const before = conversation.turns.length;
    try {
      await conversation.sync();
      caughtUp = true;
      log.offerEarlier(conversation.hasEarlier && conversation.turns[0]);
      if (conversation.turns.length !== before) log.showLatest();
    } catch (error) {
      // Once the history is there, a later failure changes nothing on the screen: the next focus tries again.
      console.warn("Medpath:", error.code, error.message);
    }
    around.historyMissing(!caughtUp);
    clearTimeout(again);
    if (!caughtUp) again = setTimeout(catchUp, HISTORY_PAUSE_MS);
  }

  async function showEarlier() {
    if (loadingEarlier) return;
    loadingEarlier = true;
    try {
      await conversation.showEarlier();
      log.offerEarlier(conversation.hasEarlier && conversation.turns[0]);
      around.announce(strings.earlierShown);
    } catch (error) {
      console.warn("Medpath:", error.code, error.message);
      around.announce(strings.historyFailed);
    }
    loadingEarlier = false;
  }

  parent.addEventListener("medpath-ask", ({ detail }) => {
    add(ask(detail.text, detail.shown));
    log.showLatest();
    log.focus();
  });
  parent.addEventListener("medpath-retry", ({ detail }) => {
    conversation.retry(detail);
    log.focus();
  });
  parent.addEventListener("medpath-say", ({ detail }) => around.announce(detail));
  conversation.addEventListener("clear", begin);
  conversation.addEventListener("add", ({ detail }) => add(detail.turn, detail.before));
  conversation.addEventListener("answer", ({ detail }) => {
    log.showLatest();
    around.announce(announcementOf(detail, strings));
  });

  const started = log.ready.then(begin);
  const catchUp = () => started.then(sync);
  session.watch(catchUp);
  addEventListener("focus", catchUp);
  for (const sign of ["focus", "online"]) addEventListener(sign, () => conversation.tryNow());

  return {
    async opened() {
      await started;
      log.focus();
      log.showLatest();
      await sync();
    },
    /** The page has put the panel elsewhere, which scrolls it to its beginning. */
    moved() {
      log.showLatest();
    },
    async startOver() {
      await started;
      conversation.startOver();
      log.focus();
      around.announce(strings.startedOver);
    },
  };
}
