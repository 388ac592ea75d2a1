"""The records of the planning tables; data/planning says what each field means."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from medpath.planning.tables.conditions import ALWAYS, Condition
from medpath.planning.tables.moments import Rule


@dataclass(frozen=True)
class StatedLength:
    """Where the knowledge file states a length; as a value or in `words` of its text."""

    fact: str
    value: str = ""
    words: str = ""
    without_first_year: bool = False
    after_residency: bool = False


@dataclass(frozen=True)
class Training:
    """A residency or fellowship: how long, how entered, which boards.

    `years` holds the lengths that occur, the usual one first. Of a residency `first_year` is built_in, separate or
    joined and `applies_by` the step that applies; of a fellowship `after` holds what must come first.
    """

    id: str
    label: str
    years: tuple[int, ...]
    cycle: str
    length: StatedLength
    boards: tuple[str, ...] = ()
    traits: frozenset[str] = frozenset()
    facts: tuple[str, ...] = ()
    says: tuple[str, ...] = ()
    also: tuple[str, ...] = ()
    first_year: str = ""
    applies_by: str = ""
    fallback: str = ""
    other_ways: tuple[str, ...] = ()
    both_ways: bool = False
    counts_from: tuple[str, ...] = ()
    short_for: tuple[str, ...] = ()
    serves_as: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    also_through: tuple[str, ...] = ()
    after_any: bool = False
    early_entry: int = 0
    years_after: Mapping[str, int] = field(default_factory=dict)

    @property
    def is_fellowship(self) -> bool:
        """Whether it comes after another training."""
        return bool(self.after)

    @property
    def separate_years(self) -> int:
        """The years of a first year that is not part of the program."""
        return 1 if self.first_year == "separate" else 0


@dataclass(frozen=True)
class Further:
    """A field whose length no fact states, and the trainings that it follows, the usual one first."""

    label: str
    after: tuple[str, ...]
    facts: tuple[str, ...]


@dataclass(frozen=True)
class Span:
    """When something begins and ends."""

    begins: Rule
    ends: Rule
    certainty: str


@dataclass(frozen=True)
class Cycle:
    """A round of application and match: the spans of apply, interviews, rank and result.

    `word` names the result; where it `closes`, nobody can apply after the span of apply.
    """

    id: str
    label: str
    result: str
    parts: Mapping[str, Span]
    facts: tuple[str, ...] = ()
    closes: bool = False
    word: str = "match"


@dataclass(frozen=True)
class Term:
    """One term of a sum: a value of a fact, so many times, or as often as another value of it says."""

    fact: str
    value: str
    times: int = 1
    times_value: str = ""


@dataclass(frozen=True)
class Cost:
    """A line of the cost table: what a step costs or brings in.

    `low` and `high` are the terms of its sum, both empty where no figure is stated. `kind` is direct (to be paid),
    living (paid over years, mostly by loans), income or note. `item` is another name that the line goes by.
    """

    id: str
    label: str
    kind: str
    when: Condition = ALWAYS
    low: tuple[Term, ...] = ()
    high: tuple[Term, ...] = ()
    basis: str = ""
    facts: tuple[str, ...] = ()
    item: str = ""


@dataclass(frozen=True)
class StepRule:
    """A step that some people have to take: for whom, when, after what.

    Exactly one of `span` and `part` is set: its own dates, or the part of the cycle that dates it. `each` is residency
    or fellowship where the step belongs to every training of that kind.
    """

    name: str
    label: str
    stretch: str
    when: Condition = ALWAYS
    span: Span | None = None
    part: str = ""
    each: str = ""
    needs: tuple[str, ...] = ()
    length: str = ""
    exam: str = ""
    deadline: bool = False
    ends_match: bool = False
    costs: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()


@dataclass(frozen=True)
class Remark:
    """What some people have to hear: texts of facts, with so many sentences of their `more`, or a template, which the
    texts of the facts that it `cites` follow."""

    id: str
    when: Condition
    facts: tuple[str, ...]
    text: str = ""
    more: int = 0
    rank: int = 5
    cites: tuple[str, ...] = ()


@dataclass(frozen=True)
class SharedRemark:
    """What many topics state under one name: those of the trainings ahead (`of` field) or of a state that is named.

    `topic` gives the topic, with the name of field or state in it; aspects that one of them lacks are not said.
    """

    id: str
    when: Condition
    of: str
    topic: str
    aspects: tuple[str, ...]
    more: int = 0
    rank: int = 5

    def remark(self, name: str) -> Remark:
        """The remark about one field or state."""
        topic = self.topic.format(name=name)
        facts = tuple(f"{topic}/{aspect}" for aspect in self.aspects)
        return Remark(self.id, self.when, facts, more=self.more, rank=self.rank)


@dataclass(frozen=True)
class Subjects:
    """Which texts of facts do not stand alone: those that begin as `fragments` tell, and those of the facts `named`."""

    fragments: re.Pattern[str]
    named: frozenset[str]


@dataclass(frozen=True)
class Problem:
    """What to say of an impossible or inconsistent wish, and the facts whose texts follow it (`cites`).

    `asks` is the question back where no dates can be given.
    """

    id: str
    text: str
    facts: tuple[str, ...]
    cites: tuple[str, ...] = ()
    asks: str = ""


@dataclass(frozen=True)
class StageRow:
    """What a stage of Person means: phase, school, year of school or training, what lies behind.

    `ends_in` counts the school years to the end of the stage's school from the end of the running one.
    """

    id: str
    label: str
    phase: str
    school: str = ""
    ends_in: int | None = None
    training_year: int = 0
    behind: tuple[str, ...] = ()
    behind_stretches: tuple[str, ...] = ()


@dataclass(frozen=True)
class Contact:
    """Whom to ask in the end: a sentence of its own, or the hub of the knowledge file that has one."""

    text: str
    hub: str
    when: Condition


@dataclass(frozen=True)
class Tables:
    """All planning tables, checked against each other."""

    trainings: Mapping[str, Training]
    cycles: Mapping[str, Cycle]
    steps: tuple[StepRule, ...]
    costs: Mapping[str, Cost]
    exams: Mapping[str, str]
    late_exams: frozenset[str]
    remarks: tuple[Remark, ...]
    shared: tuple[SharedRemark, ...]
    subjects: Subjects
    problems: Mapping[str, Problem]
    stages: Mapping[str, StageRow]
    contacts: tuple[Contact, ...]
    countries: Mapping[str, frozenset[str]]
    lengths: Mapping[str, tuple[int, ...]]
    texts: Mapping[str, str]
    further: Mapping[str, Further] = field(default_factory=dict)

    def training(self, name: str | None) -> Training | None:
        """The residency or fellowship of an id, or of another id that it goes by; None if there is none."""
        if name is None:
            return None
        found = self.trainings.get(name)
        return found or next((t for t in self.trainings.values() if name in t.also), None)
