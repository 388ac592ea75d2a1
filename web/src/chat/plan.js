import { element, tell } from "../common/dom.js";
import { blocks, linked, webAddress } from "./format.js";

/** Where a plan is drawn again, its element stays: with the steps that are open and the picture that is loaded. */
const drawn = new WeakMap();

// Until the picture is there: without any, browsers show its description in the place that is kept free.
const NOTHING = "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg'/%3E";

/**
 * A plan as an element: problems, year, picture, calendar, steps that open, and what is to be said with it. `context`:
 * {strings, server, planFile}; `planFile(form)` gives a file of this plan, "svg" or "ics", as a Blob.
 */
export function planElement(plan, context) {
  if (!drawn.has(plan)) drawn.set(plan, made(plan, context));
  return drawn.get(plan);
}

function made(plan, context) {
  const { strings } = context;
  const { intro, problems, asks, picture, calendar, steps, remarks, costs, uncertain, contacts } = plan;
  return element(
    "div",
    { class: "plan-parts" },
    intro ? element("div", { class: "text", lang: "en" }, ...blocks(intro)) : null,
    problems.length ? problemsElement(problems, strings) : null,
    asks ? element("p", { lang: "en" }, asks) : null,
    plan.earliest ? headline(plan, strings) : null,
    picture && pictureElement(picture, context),
    calendar ? download(context) : null,
    steps.length ? stepsElement(steps, context) : null,
    remarks.length ? section(strings.remarks, list(remarks)) : null,
    costs.length ? costsElement(plan, strings) : null,
    uncertain.length ? section(strings.uncertain, list(uncertain.map(({ reason, what }) => `${what} (${strings.reasons[reason]})`))) : null,
    contacts.length ? section(strings.contacts, list(contacts)) : null,
    steps.length ? element("p", { class: "quiet" }, strings.noChances) : null,
  );
}

function problemsElement(problems, strings) {
  const [first, ...others] = problems.map((problem) => element("p", { lang: "en" }, problem));
  first.prepend(element("strong", {}, `${strings.problem}: `));
  return element("div", { class: "warnings" }, first, ...others);
}

/** The year, and what it means for the person. */
function headlineParts({ earliest, years_from_now: years, age }, strings) {
  const rest = [strings.fromNow(dashed(years)), age && strings.atAge(dashed(age))];
  return [strings.earliest(dashed(earliest)), rest.filter(Boolean).join(", ")];
}

export const headlineText = (plan, strings) => headlineParts(plan, strings).join(", ");

function headline(plan, strings) {
  const [what, rest] = headlineParts({ ...plan, earliest: "" }, strings);
  const year = element("span", { class: "year" }, dashed(plan.earliest));
  return element("p", { class: "headline" }, element("strong", {}, what, year), " ", element("span", {}, rest));
}

const dashed = (numbers) => numbers.replace("-", "–");

/** Keeps the place of the picture free, and fetches it when it comes into view. */
function pictureElement({ alt, width, height }, { planFile, strings }) {
  const image = element("img", { src: NOTHING, alt, width, height });
  const figure = element("figure", { class: "timeline" }, image);
  const sight = new IntersectionObserver(async ([{ isIntersecting }]) => {
    if (!isIntersecting) return;
    sight.disconnect();
    try {
      // As an address of its own bytes: an <img> cannot send the token.
      image.src = await dataAddress(await planFile("svg"));
    } catch {
      figure.replaceChildren(element("figcaption", { lang: "en" }, `${strings.pictureFailed} ${alt}`));
    }
  }, { rootMargin: "400px" });
  sight.observe(figure);
  return figure;
}

const dataAddress = (blob) =>
  new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result);
    reader.onerror = reject;
    reader.readAsDataURL(blob);
  });

function download({ planFile, strings }) {
  const note = element("span", { class: "quiet" });
  const button = element("button", { type: "button", class: "download", onclick: save }, strings.downloadCalendar);
  async function save() {
    button.disabled = true;
    try {
      const address = URL.createObjectURL(await planFile("ics"));
      element("a", { href: address, download: "medpath-plan.ics" }).click();
      setTimeout(() => URL.revokeObjectURL(address), 60_000);
      note.textContent = strings.calendarSaved;
    } catch (error) {
      note.textContent = error.message || strings.calendarFailed;
    }
    button.disabled = false;
    button.focus();
    tell(button, "medpath-say", note.textContent);
  }
  return element("p", { class: "calendar" }, button, " ", note);
}

function stepsElement(steps, context) {
  const items = steps.map((step) => element("li", {}, stepElement(step, context)));
  return element(
    "div",
    {},
    element("p", { class: "label" }, context.strings.steps(steps.length)),
    element("ol", { class: "steps", "aria-label": context.strings.steps(steps.length) }, ...items),
  );
}

function stepElement(step, { strings, server }) {
  const { label, kind, years, needs, costs, sources, certainty } = step;
  const summary = element(
    "summary",
    {},
    element("span", { class: `mark ${kind}`, "aria-hidden": "true" }),
    element("span", { class: "name", lang: "en" }, label),
    element("span", { class: "years" }, yearsOf(step, strings)),
  );
  const rows = [
    [strings.when, `${spansOf(step).map((span) => whenText(span, strings)).join(strings.or)} (${strings.certainty[certainty]})`],
    years && [strings.length, strings.years(dashed(years))],
    needs.length && [strings.needs, element("span", { lang: "en" }, needs.join("; "))],
    costs.length && [strings.costs, element("span", { lang: "en" }, costs.map((cost) => costText(cost, strings)).join("; "))],
    sources.length && [strings.sources, element("ul", { lang: "en" }, ...sources.map((source) => sourceElement(source, strings, server)))],
  ];
  const details = rows.filter(Boolean).flatMap(([name, value]) => [element("dt", {}, name), element("dd", {}, value)]);
  return element("details", {}, summary, element("dl", {}, ...details));
}

function sourceElement({ publisher, title, url, as_of: asOf }, strings, server) {
  const label = [publisher, title].filter(Boolean).join(", ");
  const address = webAddress(url, `${server}/`);
  const name = address ? element("a", { href: address, target: "_blank", rel: "noopener noreferrer", title: strings.newWindow }, label) : label;
  return element("li", {}, name, ` (${asOf})`);
}

const spansOf = ({ start, end, or }) => [{ start, end }, ...or].sort((one, other) => one.start.localeCompare(other.start));

/** The years of a step in one word or two; what is possible in many years is told in full when the step is open. */
function yearsOf(step, strings) {
  const each = spansOf(step).map(({ start, end }) => [start.slice(0, 4), end.slice(0, 4)]);
  const years = [...new Set(each.flat())].sort();
  if (years.length === 2 && each.every(([from, to]) => from === to)) return years.join(strings.or);
  return years.length === 1 ? years[0] : `${years[0]}–${years.at(-1)}`;
}

function whenText({ start, end }, { language }) {
  return start === end ? dateText(start, language) : `${dateText(start, language)} – ${dateText(end, language)}`;
}

/** "March 2033", or with the day where it is known. */
function dateText(moment, language) {
  const [year, month, day] = moment.split("-").map(Number);
  const style = { year: "numeric", month: "short", day: day ? "numeric" : undefined, timeZone: "UTC" };
  return new Date(Date.UTC(year, month - 1, day || 1)).toLocaleDateString(language, style);
}

function costsElement({ costs, direct_costs: direct }, strings) {
  const items = list(costs.map((cost) => costText(cost, strings)));
  const total = direct.high ? `: ${strings.fees(amount(direct, strings))}` : "";
  return section(`${strings.costsAhead}${total}`, items);
}

function costText({ label, kind, basis, low, high }, strings) {
  if (low === null) return basis ? `${label}: ${basis}` : label;
  return `${label}${basis ? ` (${basis})` : ""}: ${kind === "income" ? "+" : ""}${amount({ low, high }, strings)}`;
}

function amount({ low, high }, { language, to }) {
  const dollars = (value) =>
    value.toLocaleString(language, { style: "currency", currency: "USD", minimumFractionDigits: value % 1 ? 2 : 0 });
  return low === high ? dollars(low) : `${dollars(low)}${to}${dollars(high)}`;
}

const section = (title, content) => element("details", { class: "section" }, element("summary", {}, element("span", { class: "name" }, title)), content);

const list = (texts) => element("ul", { lang: "en" }, ...texts.map((text) => element("li", {}, ...linked(text))));
