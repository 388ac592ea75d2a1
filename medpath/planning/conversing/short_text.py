"""A plan in a chat: what matters first, the steps in a line each, and no more than a screen holds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from medpath.planning.conversing.wording import ConversingWording
from medpath.planning.plan import Plan, PlannedStep
from medpath.planning.showing.text import amount_text, uncertain_text, when_text
from medpath.planning.tables.records import Tables
from medpath.planning.telling.money import direct_sum
from medpath.planning.telling.wording import in_years

_MONTHS = ("", "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def short_text(plan: Plan, tables: Tables, wording: ConversingWording, *, changed: bool = False) -> str:
    """The plan in about 25 lines, without what stays the same where it was `changed`; why, where none can be made."""
    texts = {**tables.texts, **wording.texts}
    blocks = [_heading(plan, texts)]
    if plan.asks:
        blocks += [[f"{plan.asks} {texts['no_plan']}"]]
    else:
        blocks += [_steps(plan, texts, wording)]
        blocks += [[*_cost(plan, texts)]] if changed else [_said(plan, texts, wording), _end(plan, texts, wording)]
    return "\n\n".join("\n".join(block) for block in blocks if block)


def _heading(plan: Plan, texts: Mapping[str, str]) -> list[str]:
    lines = [texts["heading"].format(target=plan.target) if plan.target else texts["heading_open"]]
    lines += [f"{texts['problem']}: {said.text}" for said in plan.problems]
    return lines if plan.asks else [*lines, headline(plan, texts)]


def headline(plan: Plan, texts: Mapping[str, str]) -> str:
    """The earliest year of independent practice, with the years until then and the age."""
    line = texts["earliest"].format(earliest=plan.earliest, years=in_years(plan.years_from_now or "", texts))
    return line + (texts["age"].format(age=plan.age) if plan.age else "") + "."


def _steps(plan: Plan, texts: Mapping[str, str], wording: ConversingWording) -> list[str]:
    shown = main_steps(plan.steps, wording)
    lines = [texts["steps"], *(step_line(step, texts) for step in shown)]
    left = len(plan.steps) - len(shown)
    return [*lines, texts["fewer"].format(n=left)] if left else lines


def main_steps(steps: Sequence[PlannedStep], wording: ConversingWording) -> list[PlannedStep]:
    """As many steps as the short form shows, in their order; of the minor ones the late are left out first."""
    kept, most = list(steps), wording.limits.steps
    minor = [step for step in reversed(steps) if step.name in wording.minor]
    for step in minor[: max(len(kept) - most, 0)]:
        kept.remove(step)
    return kept


def step_line(step: PlannedStep, texts: Mapping[str, str]) -> str:
    """ "- Sep 2028: ERAS application for residency"."""
    years = f", {in_years(step.years, texts)}" if step.years else ""
    return texts["step"].format(when=spoken_when(step, texts), what=f"{step.label}{years}")


def spoken_when(step: PlannedStep, texts: Mapping[str, str]) -> str:
    """When a step is, with the months in letters: "Jan 2028 to May 2028", "Mar 16, 2029 or Mar 15, 2030".

    Of more than two ways the first and the last are told.
    """
    words = (word if not word[:4].isdecimal() else _spoken(word) for word in when_text(step, texts).split(" "))
    first, *others = " ".join(words).split(texts["or"])
    if len(others) > 1:
        return texts["latest"].format(first=first, last=others[-1])
    return texts["or"].join([first, *others])


def _spoken(written: str) -> str:
    year, month, *day = written.split("-")
    return f"{_MONTHS[int(month)]} {int(day[0])}, {year}" if day else f"{_MONTHS[int(month)]} {year}"


def _said(plan: Plan, texts: Mapping[str, str], wording: ConversingWording) -> list[str]:
    """The first remarks that the other lines do not tell."""
    each = {one.id: one.text for one in reversed(plan.remarks) if one.id not in wording.told_already}
    # A long way leaves room for fewer of them.
    long = max(len(main_steps(plan.steps, wording)) - wording.limits.steps, 0)
    said = list(each.values())[::-1][: max(wording.limits.remarks - long, 1)]
    return [f"{texts['remarks']}:", *(f"- {text}" for text in said)] if said else []


def _end(plan: Plan, texts: Mapping[str, str], wording: ConversingWording) -> list[str]:
    weaker = _weaker(plan, texts, wording.limits.weaker)
    return [*_cost(plan, texts), *weaker, *_whom(plan, texts), texts["no_chances"]]


def _cost(plan: Plan, texts: Mapping[str, str]) -> Iterator[str]:
    low, high = direct_sum(plan.costs)
    if high:
        yield texts["cost"].format(sum=amount_text(low, high))


def _weaker(plan: Plan, texts: Mapping[str, str], longest: int) -> Iterator[str]:
    if plan.uncertain:
        yield texts["weaker"].format(what="; ".join(uncertain_text(said, texts, longest) for said in plan.uncertain))


def _whom(plan: Plan, texts: Mapping[str, str]) -> Iterator[str]:
    if plan.contacts:
        yield texts["ask"].format(whom=" ".join(plan.contacts[:2]))
