"""A plan as text for the shell: problems, bars, steps with dates and sources, costs, remarks."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from medpath.knowledge.records import Knowledge
from medpath.planning.differences import Differences
from medpath.planning.plan import PATTERN, CostLine, Plan, PlannedStep, Said
from medpath.planning.showing.objects import sources_of
from medpath.planning.tables.moments import Moment
from medpath.planning.tables.records import Tables
from medpath.planning.telling.money import DIRECT, INCOME, direct_sum
from medpath.planning.telling.wording import in_years

DEFAULT_WIDTH = 100
_LEAST_WIDTH, _LABEL, _BAR, _MOST_SOURCES, _MOST_NAMED = 48, 34, 24, 2, 110


def plan_text(plan: Plan, tables: Tables, knowledge: Knowledge, width: int = DEFAULT_WIDTH) -> str:
    """The plan in lines of at most `width` characters (48 at least)."""
    texts, width = tables.texts, max(width, _LEAST_WIDTH)
    heading = texts["heading"].format(target=plan.target) if plan.target else texts["heading_open"]
    blocks = [_wrapped(heading, width), _problems(plan, texts, width)]
    if plan.asks:
        return _joined([*blocks, _wrapped(f"{plan.asks} {texts['no_plan']}", width)])
    blocks += [_totals(plan, texts, width), _bars(plan, width), _steps(plan, texts, knowledge, width)]
    blocks += [_remarks(plan, texts, width), _costs(plan, texts, width), _end(plan, texts, width)]
    return _joined(blocks)


def _joined(blocks: Sequence[Sequence[str]]) -> str:
    return "\n\n".join("\n".join(block) for block in blocks if block)


def _wrapped(text: str, width: int, first: str = "", rest: str = "") -> list[str]:
    return textwrap.wrap(text, width, initial_indent=first, subsequent_indent=rest, break_long_words=False) or [first]


def _list(said: Sequence[str], width: int) -> list[str]:
    return [line for one in said for line in _wrapped(one, width, "- ", "  ")]


def _problems(plan: Plan, texts: Mapping[str, str], width: int) -> list[str]:
    if not plan.problems:
        return []
    return [f"{texts['problem']}:", *_list([said.text for said in plan.problems], width)]


def _totals(plan: Plan, texts: Mapping[str, str], width: int) -> list[str]:
    years = in_years(plan.years_from_now or "", texts)
    line = texts["earliest"].format(earliest=plan.earliest, years=years)
    line += texts["age"].format(age=plan.age) if plan.age else ""
    exams = ", ".join(plan.exam_labels[exam] for exam in plan.exams)
    ways = _wrapped(texts["which_way"].format(ways=plan.ways) + ".", width, "", "  ") if plan.ways else []
    exams_line = _wrapped(texts["exams"].format(exams=exams), width, "", "  ") if exams else []
    return [*_wrapped(line + ".", width), *ways, *exams_line]


def _bars(plan: Plan, width: int) -> list[str]:
    """A line a stretch of a year or more, drawn over the years of the plan."""
    stretches = [step for step in plan.steps if step.years]
    if not stretches:
        return []
    first = min(_first_year(step) for step in stretches)
    last = max(step.end.year for step in stretches) + 1
    room = max(min(width - _LABEL - 14, _BAR * 2), 12)
    scale = room / max(last - first, 1)
    return [_bar(step, first, scale, width) for step in stretches]


def _bar(step: PlannedStep, first: int, scale: float, width: int) -> str:
    begins = (_first_year(step) + (step.start.month - 1) / 12 - first) * scale
    ends = (step.end.year + step.end.month / 12 - first) * scale
    bar = " " * round(begins) + "#" * max(round(ends) - round(begins), 1)
    label = textwrap.shorten(step.label, _LABEL - 2, placeholder="…")
    return f"{label:<{_LABEL}}{_first_year(step)}-{step.end.year} {bar}"[:width].rstrip()


def _first_year(step: PlannedStep) -> int:
    """The year in which a stretch begins; of one that runs already only the end is a step."""
    return step.start.year if step.start != step.end else step.end.year - int(step.years.split("-")[0])


def _steps(plan: Plan, texts: Mapping[str, str], knowledge: Knowledge, width: int) -> list[str]:
    lines = [f"{texts['steps']}:"]
    for number, step in enumerate(plan.steps, 1):
        years = f", {in_years(step.years, texts)}" if step.years else ""
        lines += _wrapped(f"{number}. {when_text(step, texts)}: {step.label}{years}", width, "", "   ")
        sources = _sources(step.facts, knowledge)
        lines += [f"   {textwrap.shorten(sources, width - 3, placeholder=' …')}"] if sources else []
    return lines


def when_text(step: PlannedStep, texts: Mapping[str, str]) -> str:
    """ "2027-01 to 2027-05", "2027-03-19", "2034-07 or 2035-07": when a step is, on other routes too.

    Of a stretch, which tells its length itself, the other routes' starts are enough.
    """
    if step.others and step.years:
        starts = sorted({step.start, *(start for start, _ in step.others)})
        return texts["or"].join(str(start) for start in starts)
    ends: dict[Moment, list[Moment]] = {}
    for start, end in sorted({(step.start, step.end), *step.others}):
        ends.setdefault(start, []).append(end)
    return texts["or"].join(_span(start, ends[start], texts) for start in ends)


def _span(start: Moment, ends: Sequence[Moment], texts: Mapping[str, str]) -> str:
    return str(start) if [start] == list(ends) else f"{start} to {texts['or'].join(map(str, ends))}"


def _sources(facts: Sequence[str], knowledge: Knowledge) -> str:
    rows = sources_of(facts, knowledge)[:_MOST_SOURCES]
    return "; ".join(f"{row['publisher']} ({row['as_of']})" for row in rows)


def _remarks(plan: Plan, texts: Mapping[str, str], width: int) -> list[str]:
    return [f"{texts['remarks']}:", *_list([said.text for said in plan.remarks], width)] if plan.remarks else []


def _costs(plan: Plan, texts: Mapping[str, str], width: int) -> list[str]:
    if not plan.costs:
        return []
    low, high = direct_sum(plan.costs)
    total = [texts["direct"].format(sum=amount_text(low, high)) + "."] if high else []
    lines = [f"{texts['costs']}:", *(line for cost in plan.costs for line in _wrapped(_cost(cost), width, "- ", "  "))]
    return [*lines, *total]


def _cost(line: CostLine) -> str:
    if line.low is None or line.high is None:
        return f"{line.label}: {line.basis}" if line.basis else line.label
    how = f" = {line.how}" if "+" in line.how or "*" in line.how or line.kind not in (DIRECT, INCOME) else ""
    basis = f" ({line.basis})" if line.basis else ""
    sign = "+" if line.kind == INCOME else ""
    return f"{line.label}{basis}: {sign}{amount_text(line.low, line.high)}{how}"


def amount_text(low: float, high: float) -> str:
    """ "$70", "$330 to $1,830"."""
    first = f"${low:,.2f}".removesuffix(".00")
    return first if low == high else f"{first} to ${high:,.2f}".removesuffix(".00")


def _end(plan: Plan, texts: Mapping[str, str], width: int) -> list[str]:
    lines = [line for said in plan.uncertain for line in _wrapped(_uncertain(said, texts), width, "", "  ")]
    lines += [f"{texts['ask']}:", *_list(plan.contacts, width)] if plan.contacts else []
    return [*lines, *_wrapped(texts["no_chances"], width)]


def _uncertain(said: Said, texts: Mapping[str, str]) -> str:
    return texts["uncertain"].format(what=uncertain_text(said, texts))


def uncertain_text(said: Said, texts: Mapping[str, str], longest: int = _MOST_NAMED) -> str:
    """What rests on weaker ground, in at most so many letters, with the reason."""
    reason = texts["pattern" if said.id == PATTERN else said.id]
    return f"{textwrap.shorten(said.text, longest, placeholder=' …')} ({reason})"


def differences_text(before: Plan, after: Plan, found: Differences, tables: Tables) -> str:
    """What a what-if changes, as a list."""
    texts = tables.texts
    if found.is_none:
        told = replace(after.person, asks=before.person.asks) != before.person
        return f"{texts['differs']}: {texts['same' if told else 'unread']}"
    return "\n".join([f"{texts['differs']}:", *(f"- {line}" for line in _changes(before, after, found, texts))])


def _changes(before: Plan, after: Plan, found: Differences, texts: Mapping[str, str]) -> Iterator[str]:
    if found.earliest[0] != found.earliest[1]:
        yield texts["earliest_changes"].format(before=found.earliest[0], after=found.earliest[1])
    yield from _lengths_changed(found, texts)
    for key, names, plan in (("fallen", found.fallen, before), ("added", found.added, after)):
        labels = [step.label for step in plan.steps if step.name in names]
        if labels:
            yield texts[key].format(what=", ".join(labels))
    for move in found.moved:
        yield texts["moved"].format(what=move.label, before=move.before, after=move.after)
    old = {step.name: step.label for step in before.steps}
    for step in after.steps:
        if old.get(step.name, step.label) != step.label:
            yield texts["renamed"].format(after=step.label, before=old[step.name])
    stays = [step.label for step in after.steps if step.name in found.unchanged and old[step.name] == step.label]
    if stays:
        yield texts["unchanged"].format(what=", ".join(stays))


def _lengths_changed(found: Differences, texts: Mapping[str, str]) -> Iterator[str]:
    for key, (before, after) in found.years.items():
        what = texts[f"length_of_{key}"]
        if before and after:
            yield texts["length_changes"].format(what=what, before=before, after=in_years(after, texts))
        elif after:
            yield texts["length_new"].format(what=what, after=in_years(after, texts))
    first, last = (int(str(year).split("-")[0]) if year else 0 for year in found.earliest)
    if first and last and first != last:
        key = "longer" if last > first else "shorter"
        yield texts[key].format(years=in_years(str(abs(last - first)), texts))
