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

function spoken({ heading, body, text, warnings = [], buttons = [] }, strings) {
  const parts = [heading && `${heading}:`, (body ?? text).replaceAll("**", ""), ...warnings.map((warning) => `${strings.warning}: ${warning}`)];
  if (buttons.length) parts.push(`${strings.suggestions}: ${buttons.map(({ title }) => title).join("; ")}.`);
  return parts.filter(Boolean).join(" ");
}
