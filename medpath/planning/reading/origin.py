"""Country of school, citizenship, status and visa, as far as they are told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from medpath.planning.person import Person
from medpath.planning.reading.naming import CITY, COUNTRY, PEOPLE, Saying
from medpath.planning.reading.wording import ReadingWording, Row

US = "US"


@dataclass(frozen=True)
class Countries:
    """What an adviser knows of countries: the usual years to a medical degree, and where many foreigners study."""

    usual_years: dict[str, int]
    teach_others: frozenset[str]


def read_origin(saying: Saying, school: str | None, wording: ReadingWording, *, is_known: bool) -> Person:
    """The fields of country, citizenship, status and visa that a message tells; the others stay None.

    If the citizenship `is_known`, "from Ireland" tells the school alone.
    """
    country = _country(saying, wording.lists["country"]) if school == "img" else None
    status = _means(saying.text, wording.lists["status"], "status")
    visa = _means(saying.text, wording.lists["visa"], "visa")
    asked = [row for row in wording.lists["needs_visa"] if row.means.get("school", school) == school]
    needs = _means(saying.text, asked, "needs_visa")
    told = Person(
        country=country,
        citizenship=_citizenship(saying, wording, is_known=is_known),
        status=status,
        visa=visa,
        needs_visa=needs,
    )
    return _free(told, wording)


def _free(told: Person, wording: ReadingWording) -> Person:
    """Whether a visa is needed follows from a status or from a visa; who may stay anyway has none."""
    if told.citizenship == US:
        return replace(told, status=None, needs_visa=False, visa=None)
    if told.status in wording.no_visa_with:
        return replace(told, needs_visa=False, visa=None)
    if told.needs_visa is False:
        return replace(told, visa=None)
    return replace(told, needs_visa=True if told.visa else told.needs_visa)


def _means(text: str, rows: Sequence[Row], field: str) -> Any:
    return next((row.means[field] for row in rows if field in row.means and row.found(text)), None)


def _country(saying: Saying, rows: Sequence[Row]) -> str | None:
    for row in rows:
        match = row.found(saying.text)
        if match:
            return saying.meaning(match["name"])
    return None


def _citizenship(saying: Saying, wording: ReadingWording, *, is_known: bool) -> str | None:
    for row in wording.lists["citizenship"]:
        match = None if is_known and "weak" in row.means else row.found(saying.text)
        if match and row.means["is"] == "us":
            return US
        if match:
            return next(saying.meaning(sign) for sign in saying.signs(COUNTRY + PEOPLE + CITY) if sign in match[0])
    return None


def at_home(person: Person, countries: Countries) -> Person:
    """Fills in what an adviser takes for granted.

    Whoever is in, was in or wants to go to a US school and says nothing else is a US citizen without need of a visa;
    whoever studies abroad and needs a visa is a citizen of that country, unless many foreigners study there.
    """
    told = any(value is not None for value in (person.citizenship, person.status, person.visa, person.needs_visa))
    if person.stage is not None and person.school in ("none", "md", "do"):
        person = replace(person, country=person.country or US)
        return person if told else replace(person, citizenship=US, needs_visa=False)
    if person.school == "img" and person.needs_visa and person.citizenship is None:
        home = person.country if person.country not in countries.teach_others else None
        return replace(person, citizenship=home)
    return person
