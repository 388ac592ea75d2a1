"""The picture of a plan told in one paragraph, for those who do not see it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from medpath.planning.showing.look import Look, dashed
from medpath.planning.showing.shown import ShownPlan
from medpath.planning.showing.timeline import EXAM, MATCH, STRETCH, Entry, timeline_of


def description_of(plan: ShownPlan, look: Look) -> str:
    """Everything that the picture shows, in sentences; says so where there is nothing to draw."""
    entries = timeline_of(plan, look)
    return " ".join(_sentences(plan, entries, look)) if entries else look.texts["no_timeline"]


def _sentences(plan: ShownPlan, entries: Sequence[Entry], look: Look) -> Iterator[str]:
    texts = look.texts
    first, last = (int(edge) for edge in edges_of(entries))
    title = texts["alt_title" if plan.target else "alt_title_open"]
    yield title.format(target=plan.target, first=first, last=last)
    for entry in entries:
        if entry.kind == STRETCH:
            yield texts["alt_stretch"].format(label=entry.label, years=entry.years, when=entry.when)
    for key, kind in (("alt_exams", EXAM), ("alt_matches", MATCH)):
        marks = [texts["alt_mark"].format(label=e.label, when=e.when) for e in entries if e.kind == kind]
        if marks:
            yield texts[key].format(marks="; ".join(marks))
    if plan.earliest:
        yield texts["alt_earliest"].format(earliest=dashed(plan.earliest), years=look.years(plan.years_from_now))


def edges_of(entries: Sequence[Entry]) -> tuple[float, float]:
    """Where the timeline begins and ends, other routes included, in years."""
    spans = [span for entry in entries for span in (entry.span, *entry.others)]
    return min(span.start for span in spans), max(span.end for span in spans)
