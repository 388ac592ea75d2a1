"""What somebody has to hear with his plan, and whom to ask."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from datetime import date
from string import Formatter

from medpath.knowledge.records import Knowledge
from medpath.knowledge.sentences import sentences
from medpath.planning.plan import Said
from medpath.planning.routes.route import Route
from medpath.planning.tables.conditions import ALWAYS
from medpath.planning.tables.records import Remark, Subjects, Tables, Training
from medpath.planning.telling.subjects import said_alone

ANSWER = 0  # the rank of replies to direct questions, which are said before everything else
_SAYS_RANK, _UNKNOWN_RANK = 3, 1
# A fact is left out behind a remark on it where the shorter of the two has so many of its longer words in the other.
_WORD, _SAME = re.compile(r"[^\W\d_]{4,}"), 0.6
_OF_A_FIELD = ("what-it-is", "what-they-do", "duration", "how-to-apply", "positions-and-fill-rate")


def remarks_of(
    tables: Tables, route: Route, values: Mapping[str, str], tags: Collection[str], knowledge: Knowledge, today: date
) -> tuple[Said, ...]:
    """The remarks whose condition holds and whose values the plan has, the weightiest first, no fact told twice."""
    held = [remark for remark in tables.remarks if remark.when.holds(tags)]
    held += [*_of_trainings(route, tags), *_shared(tables, route, tags)]
    said: list[Said] = []
    told: set[str] = set()
    for remark in sorted(held, key=lambda remark: remark.rank):
        for one in _said(remark, values, knowledge, today, tables.subjects):
            what = one.text if remark.text else one.facts[0]
            again = not remark.text and any(_tells_again(one, other) for other in said)
            if what not in told and not again:
                told.add(what)
                said.append(one)
    return tuple(said)


def _tells_again(one: Said, other: Said) -> bool:
    """Whether a fact says what a remark that rests on it has said in other words."""
    if not set(one.facts) & set(other.facts):
        return False
    words, told = (set(_WORD.findall(text.lower())) for text in (one.text, other.text))
    return len(words & told) >= _SAME * min(len(words), len(told))


def _of_trainings(route: Route, tags: Collection[str]) -> Iterator[Remark]:
    """What the trainings ahead have to say of themselves; a fellowship speaks of people from the usual residency."""
    for training in _ahead(route, tags):
        for fact in (*training.says, *_of_topic(training, tags)):
            yield Remark(training.id, ALWAYS, (fact,), rank=_SAYS_RANK)
    if "open_target" in tags:
        yield from _of_unknown_field(tags)


def _ahead(route: Route, tags: Collection[str]) -> list[Training]:
    """The residency that has to be matched into and the fellowships that follow it in the usual way."""
    lies_ahead = route.matching and "place_in_hand" not in tags
    residency = [route.way.residency] if route.way.residency and lies_ahead else []
    usual = {route.way.residency.id if route.way.residency else "", *(f.id for f in route.way.fellowships)}
    return [*residency, *(leg.training for leg in route.legs if leg.training.after[0] in usual)]


def _shared(tables: Tables, route: Route, tags: Collection[str]) -> Iterator[Remark]:
    """What the topics of the fields ahead and of the states that are named say under the same name."""
    names = {
        "field": [_topic(training) for training in _ahead(route, tags)],
        "state": sorted(tag.removeprefix("state:").replace("_", "-") for tag in tags if tag.startswith("state:")),
    }
    for row in tables.shared:
        if row.when.holds(tags):
            yield from map(row.remark, names[row.of])


def _of_unknown_field(tags: Collection[str]) -> Iterator[Remark]:
    """What the knowledge file says of a field that no table has; its topic goes by the same name."""
    for tag in sorted(tags):
        kind, _, name = tag.partition(":")
        if kind == "target":
            facts = tuple(f"{name.replace('_', '-')}/{what}" for what in _OF_A_FIELD)
            yield Remark(name, ALWAYS, facts, more=2, rank=_UNKNOWN_RANK)


def _of_topic(training: Training, tags: Collection[str]) -> Iterator[str]:
    """Facts that most topics of specialties have: how many places, how open to graduates from abroad."""
    topic = _topic(training)
    if "competitive" in training.traits:
        yield f"{topic}/positions-and-fill-rate"
    if "school:img" in tags and not training.is_fellowship:
        yield f"{topic}/img-friendliness"


def _topic(training: Training) -> str:
    return training.length.fact.split("/")[0]


def _said(
    remark: Remark, values: Mapping[str, str], knowledge: Knowledge, today: date, subjects: Subjects
) -> Iterator[Said]:
    if remark.text:
        if all(values.get(name) for name in fields_of(remark.text)):
            cited = [fact for fact in map(knowledge.fact, remark.cites) if fact is not None]
            texts = [remark.text.format(**values), *(said_alone(fact, subjects) for fact in cited)]
            yield Said(remark.id, " ".join(texts), tuple(dict.fromkeys((*remark.facts, *remark.cites))))
        return
    for fact_id in remark.facts:
        fact = knowledge.fact(fact_id)
        if fact is not None and not fact.is_expired(today):
            more = sentences(fact.more)[: remark.more]
            yield Said(remark.id, " ".join([said_alone(fact, subjects), *more]), (fact.id,))


def fields_of(text: str) -> list[str]:
    """The names in braces of a template."""
    return [name for _, name, _, _ in Formatter().parse(text) if name]


def contacts_of(tables: Tables, tags: Collection[str], knowledge: Knowledge) -> tuple[str, ...]:
    """Whom to ask, each once."""
    held = (contact for contact in tables.contacts if contact.when.holds(tags))
    return tuple(dict.fromkeys(contact.text or knowledge.hubs[contact.hub].ask for contact in held))
