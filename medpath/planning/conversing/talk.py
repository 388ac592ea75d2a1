"""What a message asks of the plan that is shown: a change, or something that the plan tells."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date

from medpath.planning.conversing.asking import AskingWording
from medpath.planning.conversing.wording import ConversingWording
from medpath.planning.person import Person
from medpath.planning.plan import Plan, PlannedStep
from medpath.planning.reading import PersonReader
from medpath.planning.reading.standing import in_training

CHANGE, WHY = "change", "why"
_DIGITS = re.compile(r"\b(\d)\b")
_WORD = re.compile(r"[a-z]{3,}")


@dataclass(frozen=True)
class Asked:
    """What is asked: `about` is change, why, next, cost, age, length, problems or whom.

    `person` is who a change makes of the one who asks; `step` the one that a "why" is about, `how_long` whether it is
    about its length.
    """

    about: str
    person: Person
    step: PlannedStep | None = None
    how_long: bool = False


@dataclass(frozen=True)
class PlanTalk:
    """Tells what is said of a plan from all other questions."""

    reader: PersonReader
    wording: ConversingWording
    asking: AskingWording

    def asked(self, text: str, shown: Plan, today: date) -> Asked | None:
        """What a message asks of a plan; None where it is about something else."""
        said = self.reader.naming.read(text).text
        about = self._question(said)
        if about == WHY:
            step = self._step(said, text, shown)
            return Asked(WHY, shown.person, step, how_long="year" in said or "long" in said) if step else None
        if about is not None:
            person = self.reader.read(text, shown.person, today, None) if about == "age" else shown.person
            return Asked(about, person)
        return self._change(text, said, shown, today)

    def _question(self, said: str) -> str | None:
        rows = self.wording.questions.items()
        return next((name for name, patterns in rows if any(one.search(said) for one in patterns)), None)

    def _change(self, text: str, said: str, shown: Plan, today: date) -> Asked | None:
        """The change that a message makes; after a question back every statement may be one."""
        if self.wording.no_what_if.search(said):
            return None
        opening = next((m for pattern in self.wording.what_if if (m := pattern.search(said))), None)
        if opening is None and not shown.asks and not self._tells_age(text, said, shown, today):
            return None
        rest = said[opening.end() :] if opening else said
        if self.asking.question.search(rest.rstrip(" ?")):
            return None
        known, person = (self.reader.read(one, shown.person, today, None) for one in ("", text))
        if _has_degree(person) and not _has_degree(known):
            return None  # who says where he wants to work is not there yet
        if person != known:
            only_age = replace(person, age=known.age) == known
            return Asked("age" if only_age else CHANGE, person)
        names = self.wording.names_change.search(said) and self._names_anything(said)
        return Asked(CHANGE, person) if names else None

    def _tells_age(self, text: str, said: str, shown: Plan, today: date) -> bool:
        """Whether an age is told that was not known: the plan had asked for it."""
        if shown.person.age is not None or self.asking.question.search(said):
            return False
        return self.reader.read(text, shown.person, today, None).age is not None

    def _names_anything(self, said: str) -> bool:
        """Whether a message names what plans turn on, though it changes nothing in this one."""
        lists = self.reader.tables.wording.lists
        return any(row.says.search(said) for name in ("wishes", "school", "stage") for row in lists[name])

    def _step(self, said: str, text: str, plan: Plan) -> PlannedStep | None:
        """The step that a message names by a word of its label or by its length; "there" means the latest named."""
        words = set(_WORD.findall(text.lower())) - {"why", "years", "year", "the", "there", "are", "does", "take"}
        named = [step for step in plan.steps if words & set(_WORD.findall(step.label.lower()))]
        lengths = {str(self.wording.numbers.get(word, word)) for word in re.findall(r"\w+", said)}
        long = [step for step in plan.steps if step.years and lengths & set(re.findall(r"\d+", step.years))]
        both = [step for step in named if step in long]
        return next(iter([*both, *(named if len(named) == 1 or not long else ()), *long, *named]), None)


def _has_degree(person: Person) -> bool:
    """Whether somebody is in residency, in fellowship or in practice."""
    return in_training(person.stage) or person.stage == "attending"
