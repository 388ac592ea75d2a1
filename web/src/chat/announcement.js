import { headlineText } from "./plan.js";
import { failureText } from "./turn-element.js";
import { ANSWERED, AWAY, FAILED, LIMITED } from "./turn.js";

/** What a screen reader says when `turn` changed: the replies without tables and sources, which are there to be read. */
export function announcementOf(turn, strings) {
  if (turn.status === LIMITED) return strings.limited(turn.seconds);
  if (turn.status === AWAY) return strings.away;
  if (turn.status === FAILED) return failureText(turn.error, strings);
  if (turn.status !== ANSWERED) return "";
  return turn.replies.map((reply) => spoken(reply, strings)).join(" ");
}

function spoken({ heading, body, text, plan, warnings = [], buttons = [] }, strings) {
  const said = plan ? spokenPlan(plan, strings) : (body ?? text).replaceAll("**", "");
  const parts = [heading && `${heading}:`, said, ...warnings.map((warning) => `${strings.warning}: ${warning}`)];
  if (buttons.length) parts.push(`${strings.suggestions}: ${buttons.map(({ title }) => title).join("; ")}.`);
  return parts.filter(Boolean).join(" ");
}

/** Of a plan what is most: the steps are there to be read. */
function spokenPlan(plan, strings) {
  const { intro, problems, asks, earliest, steps } = plan;
  const year = earliest && `${headlineText(plan, strings)}.`;
  return [intro, ...problems, asks, year, steps.length ? `${strings.steps(steps.length)}.` : ""].filter(Boolean).join(" ");
}
