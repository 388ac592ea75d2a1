"""Short answers to what a form asks: yes, no, a year, no idea."""

from __future__ import annotations

from dataclasses import replace

from medpath.planning.person import Person
from medpath.planning.reading.missing import missing
from medpath.planning.reading.origin import US
from medpath.planning.reading.wording import ReadingWording


def with_answer(person: Person, base: Person, asked: str | None, text: str, wording: ReadingWording) -> Person:
    """The person with a short answer to the field that was asked, which is the first missing one if none is named."""
    asked = asked or next(iter(missing(base)), None)
    said = {key for key, pattern in wording.answers.items() if pattern.search(text)}
    if "year" in said:
        match = wording.answers["year"].search(text)
        return _with_year(person, asked, int(match["year"])) if match else person
    if asked == "target" and "unknown" in said and person.target is None:
        return replace(person, wishes=person.wishes | {"undecided"})
    if asked == "specialty" and "specialty" in said and person.specialty is None:
        return replace(person, specialty=person.target, target=base.target)
    return _visa(person, said) if _asks_visa(asked) and person.needs_visa == base.needs_visa else person


def _with_year(person: Person, asked: str | None, year: int) -> Person:
    return replace(person, start_year=year) if asked == "start_year" else replace(person, graduation_year=year)


def _asks_visa(asked: str | None) -> bool:
    return asked in ("needs_visa", "citizenship", "country")


def _visa(person: Person, said: set[str]) -> Person:
    if "citizen" in said:
        return replace(person, citizenship=US, needs_visa=False, visa=None)
    if said & {"needs", "yes"}:
        return replace(person, needs_visa=True)
    return replace(person, needs_visa=False, visa=None) if "no" in said else person
