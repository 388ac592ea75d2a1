import { element, icon, tell } from "../common/dom.js";
import { copy } from "./clipboard.js";
import { blocks, webAddress } from "./format.js";
import * as icons from "./icons.js";
import { picture } from "./picture.js";
import { planElement } from "./plan.js";

const UNCOPIED = new Set(["greeting", "smalltalk", "clarify", "error"]);
// More sources than these are folded away.
const MOST_SOURCES = 4;
const MOST_COLUMNS = 3;
const JUDGED = new Set(["answer", "comparison", "calculation", "overview", "plan"]);

/**
 * One reply as an element. `context`: {strings, server, planFile, offers}; with `offers` it has follow-ups and thumbs. What the
 * person chooses is told by a "medpath-ask" event {text, shown}, a thing to announce by "medpath-say".
 */
export function replyElement(reply, context) {
  const { kind, heading, body, text, plan, table, warnings = [], sources = [], pictures = [], check } = reply;
  const { strings } = context;
  const bubble = element(
    "div",
    { class: `bubble ${kind}` },
    heading ? element("p", { class: "heading", lang: "en" }, heading) : null,
    plan
      ? planElement(plan, context)
      : element("div", { class: "text", lang: kind === "greeting" ? null : "en" }, ...blocks(body ?? text)),
    table && tableElement(table, strings),
    ...pictures.map((each) => picture(each, context)),
    warnings.length ? warningsElement(warnings, strings) : null,
    sources.length ? sourceList(sources, context) : null,
    check === "advice" && !sources.length ? element("div", { class: "sources" }, strings.advice) : null,
    UNCOPIED.has(kind) ? null : actions(reply, context),
  );
  return element("div", { class: "reply" }, bubble, context.offers ? followUps(reply, strings) : null);
}

/** A table of two things stands side by side; of more, which no phone is wide enough for, one under another. */
function tableElement({ columns, rows }, strings) {
  if (!columns.some(Boolean)) return pointsElement(rows);
  const grid = columns.length > MOST_COLUMNS ? stacked(columns, rows) : sideBySide(columns, rows);
  return element("div", { class: "table", role: "region", "aria-label": strings.table, tabindex: "0" }, grid);
}

function stacked([, ...names], rows) {
  const groups = rows.map(([label, ...cells]) => {
    const head = element("tr", { class: "point" }, element("th", { scope: "rowgroup", colspan: 2 }, label));
    return element("tbody", {}, head, ...cells.map((cell, index) => element("tr", {}, ...[names[index], cell].map(tableCell))));
  });
  return element("table", { lang: "en" }, ...groups);
}

function sideBySide(columns, rows) {
  // An empty corner is no header.
  const heads = columns.map((name) => (name ? element("th", { scope: "col" }, name) : element("td")));
  const body = rows.map((row) => element("tr", {}, ...row.map((cell, index) => tableCell(cell, index))));
  return element("table", { lang: "en" }, element("thead", {}, element("tr", {}, ...heads)), element("tbody", {}, ...body));
}

/** Rows without a head over them: texts, each under its heading. */
function pointsElement(rows) {
  const points = rows.map(([heading, ...cells]) =>
    element("div", {}, element("dt", {}, heading), ...cells.map((cell) => element("dd", {}, cell))),
  );
  return element("div", { class: "points" }, element("dl", { lang: "en" }, ...points));
}

function tableCell(cell, index) {
  return index === 0 && cell ? element("th", { scope: "row" }, cell) : element("td", {}, cell);
}

function warningsElement(warnings, strings) {
  const [first, ...others] = warnings.map((warning) => element("p", { lang: "en" }, warning));
  first.prepend(element("strong", {}, `${strings.warning}: `));
  return element("div", { class: "warnings" }, first, ...others);
}

function sourceList(sources, { strings, server }) {
  const items = sources.map((source) => {
    const label = [source.publisher, source.title].filter(Boolean).join(", ");
    const address = source.url && webAddress(source.url, `${server}/`);
    const name = address
      ? element("a", { href: address, target: "_blank", rel: "noopener noreferrer", title: strings.newWindow }, label)
      : label;
    const provenance = [source.as_of, strings.checks[source.check]].filter(Boolean).join(", ");
    return element("li", {}, name, provenance ? ` (${provenance})` : null);
  });
  const list = element("ul", {}, ...items);
  if (items.length > MOST_SOURCES) {
    const label = element("summary", { class: "label" }, `${strings.sources} (${items.length})`);
    return element("details", { class: "sources" }, label, list);
  }
  return element("div", { class: "sources" }, element("span", { class: "label" }, strings.sources), list);
}

function actions(reply, { strings, offers }) {
  const copier = action(strings.copy, icons.COPY, async () => {
    await copy(reply.text ?? reply.body);
    copier.replaceChildren(icon(icons.DONE), strings.copied);
    tell(copier, "medpath-say", strings.copied);
    setTimeout(() => copier.replaceChildren(icon(icons.COPY)), 2000);
  });
  const judge = (name, shape, text) => action(name, shape, () => ask(copier, text));
  const thumbs =
    offers && JUDGED.has(reply.kind)
      ? [judge(strings.helped, icons.THUMB_UP, "that helped"), judge(strings.wrong, icons.THUMB_DOWN, "that's wrong")]
      : [];
  return element("div", { class: "actions" }, copier, ...thumbs);
}

const action = (name, shape, onclick) =>
  element("button", { type: "button", class: "action", "aria-label": name, title: name, onclick }, icon(shape));

function followUps({ buttons = [] }, strings) {
  if (!buttons.length) return null;
  const made = buttons.map(({ title, payload }) =>
    element("button", { type: "button", lang: "en", onclick: (event) => ask(event.currentTarget, payload, title) }, title),
  );
  return element("div", { class: "follow-ups", role: "group", "aria-label": strings.suggestions }, ...made);
}

const ask = (from, text, shown = text) => tell(from, "medpath-ask", { text, shown });
