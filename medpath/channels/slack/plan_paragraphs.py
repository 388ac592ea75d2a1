"""A plan in Slack's mrkdwn: a paragraph for each part, a line for each step with its source."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from medpath.channels.plans import intro_of, plan_look, plan_texts
from medpath.channels.slack.text import escape, link, mrkdwn
from medpath.errors import PlanningError
from medpath.planning.plan import PATTERN
from medpath.planning.showing.look import dashed
from medpath.planning.showing.shown import ShownPlan, ShownStep, shown_plan
from medpath.planning.tables.moments import Moment


def plan_paragraphs(row: Mapping[str, Any], body: str) -> list[str]:
    """What a reply says with its plan, problems first; the body as it is where another version made the plan."""
    try:
        plan = shown_plan(row)
    except PlanningError:
        return [mrkdwn(body)]
    return [part for part in ("\n".join(lines) for lines in _parts(plan, intro_of(row, body))) if part]


def _parts(plan: ShownPlan, intro: str) -> Iterator[list[str]]:
    texts = plan_texts()
    yield [mrkdwn(intro)] if intro else []
    yield _listed(texts["problem"], plan.problems)
    yield [escape(plan.asks)] if plan.asks else []
    if not plan.steps:
        return
    yield _headline(plan, texts)
    yield [f"*{texts['steps']}*", *(_step(step, texts) for step in plan.steps)]
    yield _listed(texts["remarks"], plan.remarks)
    yield _costs(plan, texts)
    yield [_uncertain(reason, what, texts) for reason, what in plan.uncertain]
    yield _listed(texts["ask"], plan.contacts)
    yield [escape(texts["no_chances"])]


def _listed(title: str, lines: tuple[str, ...]) -> list[str]:
    return [f"*{escape(title)}*", *(f"• {mrkdwn(line)}" for line in lines)] if lines else []


def _headline(plan: ShownPlan, texts: Mapping[str, str]) -> list[str]:
    heading = texts["heading"].format(target=plan.target) if plan.target else texts["heading_open"]
    years = dashed(plan.years_from_now)
    earliest = texts["earliest"].format(earliest=dashed(plan.earliest), years=years)
    age = texts["age"].format(age=dashed(plan.age)) if plan.age else ""
    exams = texts["exams"].format(exams=", ".join(plan.exams))
    return [f"*{escape(heading)}*", escape(f"{earliest}{age}."), *([escape(exams)] if plan.exams else [])]


def _step(step: ShownStep, texts: Mapping[str, str]) -> str:
    years = f", {plan_look().years(step.years)}" if step.years else ""
    source = link(step.sources[0].url, step.sources[0].publisher) if step.sources else ""
    return f"• *{_when(step, texts)}*: {escape(step.label + years)}" + (f" ({source})" if source else "")


def _when(step: ShownStep, texts: Mapping[str, str]) -> str:
    starts = sorted({step.start, *(start for start, _ in step.others)})
    if len(starts) > 1:
        return texts["or"].join(_date(start, texts) for start in starts)
    return "–".join(dict.fromkeys((_date(step.start, texts), _date(step.end, texts))))


def _date(moment: Moment, texts: Mapping[str, str]) -> str:
    """ "Mar 2033", "Mar 18, 2033"."""
    month = texts["months"].split()[moment.month - 1][:3]
    return f"{month} {moment.day}, {moment.year}" if moment.day else f"{month} {moment.year}"


def _costs(plan: ShownPlan, texts: Mapping[str, str]) -> list[str]:
    low, high = plan.direct
    if not high:
        return []
    total = f"${low:,.0f}" if low == high else f"${low:,.0f} to ${high:,.0f}"
    named = [cost.label for cost in plan.costs if cost.kind == "direct"]
    return [f"*{escape(texts['costs'])}*", f"{escape(texts['direct'].format(sum=total))} ({escape(', '.join(named))})"]


def _uncertain(reason: str, what: str, texts: Mapping[str, str]) -> str:
    said = texts["pattern" if reason == PATTERN else reason]
    return f"_{escape(texts['uncertain'].format(what=f'{what} ({said})'))}_"
