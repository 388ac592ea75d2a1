"""The form of a plan: what a message tells it, and what is asked next."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from medpath.language.profile import Profile
from medpath.planning.conversing.memory import PlanMemory
from medpath.planning.conversing.profiles import person_from
from medpath.planning.conversing.wording import BACK, SKIP, STOP, UNKNOWN, ConversingWording
from medpath.planning.person import Person
from medpath.planning.reading import PersonReader, missing

# Without it there is no plan, and nothing stands for it.
NEEDED = "stage"
# Who does not know it says so by that; a plan for the undecided is another one.
MAY_BE_OPEN = "target"
TOLD, HALF, NOTHING = "told", "half", "nothing"
BACKWARD, FIRST, STOPPED, SKIPPED, INSISTED = "backward", "first", "stopped", "skipped", "insisted"


@dataclass(frozen=True)
class Heard:
    """What became of a message: how it was taken, what is known now, and what it asks besides.

    `how` is told, half (something of what is asked, but not enough), backward (or first where there is nothing to go
    back to), stopped, skipped (or insisted where that cannot be), or nothing.
    """

    how: str
    memory: PlanMemory
    question: str = ""


@dataclass(frozen=True)
class PlanForm:
    """Takes what people say to the form."""

    reader: PersonReader
    wording: ConversingWording

    def begun(self, text: str, memory: PlanMemory, profile: Profile, today: date) -> PlanMemory:
        """The memory when a form begins with a message.

        Whoever tells a stage anew is planned for from there on; else what is known of him counts.
        """
        fresh = self.reader.read(text, None, today, None)
        child = self._speaks_of_child(text)
        if fresh.stage is None and not child and memory.person != Person():
            changed = self.reader.read(text, memory.person, today, None)
            return replace(memory, person=changed, asked=None, past=(), stopped=False, skipped=frozenset())
        known = Person() if child else person_from(profile, self.reader)
        person = fresh if known == Person() else self.reader.read(text, known, today, None)
        half = person.stage is None and self.wording.half.search(self.reader.naming.read(text).text)
        return PlanMemory(person, unfinished=self.parted(text)[0] if half else "", of_another=child)

    def _speaks_of_child(self, text: str) -> bool:
        children = self.reader.tables.wording.patterns["children"]
        return children.search(self.reader.naming.read(text).text) is not None

    def heard(self, text: str, memory: PlanMemory, today: date) -> Heard:
        """What a message tells a form that asks for `memory.asked`."""
        said = self.reader.naming.read(text).text
        control = self._control(said)
        if control is not None and not (control == UNKNOWN and memory.asked == MAY_BE_OPEN):
            return _controlled(control, memory)
        tells, question = self.parted(text)
        person = self._told(tells, memory, today)
        if person != memory.person:
            return Heard(TOLD, replace(memory, person=person, unfinished="", past=memory.latest), question)
        if tells and not question and memory.asked == NEEDED and self.wording.half.search(said):
            return Heard(HALF, replace(memory, unfinished=f"{memory.unfinished} {tells}".strip()))
        return Heard(NOTHING, memory, question or (tells if tells.endswith("?") else ""))

    def _control(self, said: str) -> str | None:
        if len(said) > self.wording.longest_control:
            return None
        return next((name for name, pattern in self.wording.controls.items() if pattern.fullmatch(said)), None)

    def _told(self, tells: str, memory: PlanMemory, today: date) -> Person:
        """The person after a message; where it does not tell what was asked, one of its pieces may."""
        if not tells:
            return memory.person
        person = self._together(tells, memory, today)
        for piece in self.wording.pieces.split(tells):
            if memory.asked in missing(person):
                alone = self.reader.read(piece, person, today, memory.asked)
                person = person if memory.asked in missing(alone) else alone
        return person

    def _together(self, tells: str, memory: PlanMemory, today: date) -> Person:
        """The person after an answer, read with what was told of it before; a bare year belongs to that."""
        year = self.wording.bare_year.match(tells)
        ways = [f"{year['year']} year {memory.unfinished}"] if year and memory.unfinished else []
        ways += [f"{memory.unfinished}, {tells}"] if memory.unfinished else []
        people = [self.reader.read(way, memory.person, today, memory.asked) for way in (*ways, tells)]
        return next((person for person in people if memory.asked not in missing(person)), people[0])

    def parted(self, text: str) -> tuple[str, str]:
        """What a message tells and what it asks."""
        parts = [part.strip() for part in self.wording.parts.split(text) if part and part.strip()]
        asks = [self.wording.asks.search(part.lower()) is not None for part in parts]
        tells = " ".join(part for part, is_question in zip(parts, asks, strict=True) if not is_question)
        return tells, " ".join(part for part, is_question in zip(parts, asks, strict=True) if is_question)


def _controlled(control: str, memory: PlanMemory) -> Heard:
    if control == STOP:
        return Heard(STOPPED, replace(memory, stopped=True))
    if control == BACK:
        return _back(memory)
    if control in (SKIP, UNKNOWN) and memory.asked and memory.asked != NEEDED:
        return Heard(SKIPPED, replace(memory, skipped=memory.skipped | {memory.asked}, past=memory.latest))
    return Heard(INSISTED, memory)


def _back(memory: PlanMemory) -> Heard:
    if not memory.past:
        return Heard(FIRST, memory)
    *past, before = memory.past
    return Heard(BACKWARD, replace(memory, person=before.person, skipped=before.skipped, past=tuple(past)))


def open_fields(memory: PlanMemory) -> tuple[str, ...]:
    """The fields that are still to be asked, the next one first; none where the form was left."""
    return () if memory.stopped else tuple(name for name in missing(memory.person) if name not in memory.skipped)
