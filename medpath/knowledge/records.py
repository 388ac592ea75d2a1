"""The records of the knowledge file: hubs, topics, facts and sources."""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

# How a fact was checked: on the publisher's own page, elsewhere, or as guidance that a page supports.
OFFICIAL, SECONDARY, GENERAL = "official", "secondary", "general"
UNDATED = "undated"
STATE = "state"

_MONTHS_UNTIL_STALE = {"yearly": 12, "every two years": 24, "when announced": 36}
_DATE = re.compile(r"(\d{4})(?:-(\d{2}))?(?:-(\d{2}))?")


@dataclass(frozen=True)
class Source:
    """A page or document that a fact rests on."""

    id: str
    publisher: str
    title: str
    url: str


@dataclass(frozen=True)
class Fact:
    """One answer to a family of questions, with its sources and the date of its figures.

    `text` answers, `more` tells what it depends on and what people ask next. `sources` is empty for an adviser's advice
    that no page states. `as_of` is YYYY, YYYY-MM, YYYY-MM-DD or "undated"; `period` names the season or data year that
    the text speaks of, where it is not the date itself; from the day `expires` on (YYYY-MM-DD) the text speaks of
    something past. `audience` is empty where the fact holds for everybody, and so is `setting`, which maps level, role,
    exam, visa or phase to what alone it holds for. `group` names the part of a large topic that it belongs to.
    """

    id: str
    topic: str
    aspect: str
    label: str
    text: str
    sources: tuple[str, ...]
    as_of: str
    changes: str
    check: str
    questions: tuple[str, ...]
    more: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)
    audience: str = ""
    setting: Mapping[str, str] = field(default_factory=dict)
    group: str = ""
    period: str = ""
    expires: str = ""
    note: str = ""
    formerly: tuple[str, ...] = ()

    @property
    def whole(self) -> str:
        """Both parts of the text, as people read them."""
        return f"{self.text}\n\n{self.more}" if self.more else self.text

    def taught(self, most: int = 4) -> tuple[str, ...]:
        """Sample questions for the classifier of aspects, spread over all: more of a fact teach it little."""
        step = max(len(self.questions) / most, 1.0)
        return tuple(self.questions[int(i * step)] for i in range(min(most, len(self.questions))))

    def last_day(self) -> date | None:
        """The last day that `as_of` can mean ("2025" is 2025-12-31); None if undated."""
        return last_day(self.as_of)

    def is_stale(self, today: date) -> bool:
        """Whether a figure that changes is older than the pace at which it changes."""
        months = _MONTHS_UNTIL_STALE.get(self.changes)
        if months is None:
            return False
        day = self.last_day()
        return day is None or (today.year - day.year) * 12 + today.month - day.month > months

    def is_expired(self, today: date) -> bool:
        """Whether what the text speaks of as present or to come is past."""
        return bool(self.expires) and date.fromisoformat(self.expires) <= today

    def next_day_due(self) -> date | None:
        """The first day on which the fact is expired or stale; None for one that never is."""
        days = [date.fromisoformat(self.expires)] if self.expires else []
        months, day = _MONTHS_UNTIL_STALE.get(self.changes), self.last_day()
        if months is not None:
            days.append(_month_after(day, months + 1) if day else date.min)
        return min(days, default=None)


@dataclass(frozen=True)
class Hub:
    """A field of the knowledge: a folder of topics, the topic that gives its overview, and whom else to ask."""

    id: str
    name: str
    topic: str
    ask: str


@dataclass(frozen=True)
class Topic:
    """One thing that people ask about, with the facts about it and the names it goes by.

    `part_of` is the id of the topic that it is a part of (Step 3 of the USMLE), or empty.
    """

    id: str
    name: str
    kind: str
    hub: str
    aliases: tuple[str, ...]
    facts: tuple[Fact, ...]
    part_of: str = ""
    formerly: tuple[str, ...] = ()

    @property
    def short_name(self) -> str:
        """The name without what stands in brackets behind it."""
        return self.name.split(" (")[0]

    @property
    def place(self) -> str:
        """The state whose licenses the topic is about ("Medical license: Ohio"); empty for other topics."""
        return self.name.partition(": ")[2] if self.kind == STATE else ""


@dataclass(frozen=True)
class Knowledge:
    """The whole knowledge file, checked.

    `ambiguous` maps a lower-case name to the ids of the topics that share it.
    """

    hubs: Mapping[str, Hub]
    topics: tuple[Topic, ...]
    sources: Mapping[str, Source]
    ambiguous: Mapping[str, tuple[str, ...]]

    @cached_property
    def facts(self) -> tuple[Fact, ...]:
        """All facts in the order of the files."""
        return tuple(fact for topic in self.topics for fact in topic.facts)

    @cached_property
    def _facts_by_id(self) -> dict[str, Fact]:
        return _with_former(self.facts)

    @cached_property
    def _topics_by_id(self) -> dict[str, Topic]:
        return _with_former(self.topics)

    def fact(self, fact_id: str) -> Fact | None:
        """The fact of an id, or of an id that it formerly had; None if there is none."""
        return self._facts_by_id.get(fact_id)

    def topic(self, topic_id: str) -> Topic | None:
        """The topic of an id, or of an id that it formerly had; None if there is none."""
        return self._topics_by_id.get(topic_id)

    def sources_of(self, fact: Fact) -> tuple[Source, ...]:
        """The sources of a fact; none for an adviser's advice."""
        return tuple(self.sources[source] for source in fact.sources)


def last_day(as_of: str) -> date | None:
    """The last day of YYYY, YYYY-MM or YYYY-MM-DD; None for "undated". Raises ValueError for a bad date."""
    match = _DATE.fullmatch(as_of)
    if match is None:
        return None
    year, month = int(match[1]), int(match[2] or 12)
    if not 1 <= month <= 12:
        raise ValueError(f"{as_of} has no month {month}")
    return date(year, month, int(match[3] or calendar.monthrange(year, month)[1]))


def _month_after(day: date, months: int) -> date:
    """The first day of the month that lies so many months after that of a day."""
    month = day.year * 12 + day.month - 1 + months
    return date(month // 12, month % 12 + 1, 1)


def _with_former(records: Iterable[Any]) -> dict[str, Any]:
    records = list(records)
    found = {former: record for record in records for former in record.formerly}
    found.update({record.id: record for record in records})
    return found
