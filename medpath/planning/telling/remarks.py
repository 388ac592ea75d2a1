"""What somebody has to hear with his plan, and whom to ask."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import date
from string import Formatter

from medpath.knowledge.records import Knowledge
from medpath.knowledge.sentences import sentences
from medpath.planning.plan import Said
from medpath.planning.routes.route import Route
from medpath.planning.tables.conditions import ALWAYS
from medpath.planning.tables.records import Remark, Tables, Training

_SAYS_RANK, _STATE_RANK, _UNKNOWN_RANK = 3, 2, 1
_OF_A_FIELD = ("what-it-is", "what-they-do", "duration", "how-to-apply", "positions-and-fill-rate")


def remarks_of(
    tables: Tables, route: Route, values: Mapping[str, str], tags: Collection[str], knowledge: Knowledge, today: date
) -> tuple[Said, ...]:
    """The remarks whose condition holds and whose values the plan has, the weightiest first, no fact told twice."""
    held = [remark for remark in tables.remarks if remark.when.holds(tags)]
    held += [*_of_trainings(route, tags), *_of_state(tags)]
    said: list[Said] = []
    told: set[str] = set()
    for remark in sorted(held, key=lambda remark: remark.rank):
        for one in _said(remark, values, knowledge, today):
            what = one.text if remark.text else one.facts[0]
            if what not in told:
                told.add(what)
                said.append(one)
    return tuple(said)


def _of_trainings(route: Route, tags: Collection[str]) -> Iterator[Remark]:
    """What the trainings ahead have to say of themselves; a fellowship speaks of people from the usual residency."""
    lies_ahead = route.matching and "place_in_hand" not in tags
    residency = [route.way.residency] if route.way.residency and lies_ahead else []
    usual = {route.way.residency.id if route.way.residency else "", *(f.id for f in route.way.fellowships)}
    fellowships = [leg.training for leg in route.legs if leg.training.after[0] in usual]
    for training in [*residency, *fellowships]:
        for fact in (*training.says, *_of_topic(training, tags)):
            yield Remark(training.id, ALWAYS, (fact,), rank=_SAYS_RANK)
    if "open_target" in tags:
        yield from _of_unknown_field(tags)


def _of_state(tags: Collection[str]) -> Iterator[Remark]:
    """The medical schools of the state that somebody names who has them ahead; each state has a topic of them."""
    if "premed" in tags and "applied:medical_school" not in tags:
        states = sorted(tag.removeprefix("state:") for tag in tags if tag.startswith("state:"))
        for state in states:
            fact = f"medical-schools-in-{state.replace('_', '-')}/which-schools"
            yield Remark("schools_of_the_state", ALWAYS, (fact,), more=1, rank=_STATE_RANK)


def _of_unknown_field(tags: Collection[str]) -> Iterator[Remark]:
    """What the knowledge file says of a field that no table has; its topic goes by the same name."""
    for tag in sorted(tags):
        kind, _, name = tag.partition(":")
        if kind == "target":
            facts = tuple(f"{name.replace('_', '-')}/{what}" for what in _OF_A_FIELD)
            yield Remark(name, ALWAYS, facts, more=2, rank=_UNKNOWN_RANK)


def _of_topic(training: Training, tags: Collection[str]) -> Iterator[str]:
    """Facts that most topics of specialties have: how many places, how open to graduates from abroad."""
    topic = training.length.fact.split("/")[0]
    if "competitive" in training.traits:
        yield f"{topic}/positions-and-fill-rate"
    if "school:img" in tags and not training.is_fellowship:
        yield f"{topic}/img-friendliness"


def _said(remark: Remark, values: Mapping[str, str], knowledge: Knowledge, today: date) -> Iterator[Said]:
    if remark.text:
        if all(values.get(name) for name in fields_of(remark.text)):
            yield Said(remark.id, remark.text.format(**values), remark.facts)
        return
    for fact_id in remark.facts:
        fact = knowledge.fact(fact_id)
        if fact is not None and not fact.is_expired(today):
            more = sentences(fact.more)[: remark.more]
            yield Said(remark.id, " ".join([fact.text, *more]), (fact.id,))


def fields_of(text: str) -> list[str]:
    """The names in braces of a template."""
    return [name for _, name, _, _ in Formatter().parse(text) if name]


def contacts_of(tables: Tables, tags: Collection[str], knowledge: Knowledge) -> tuple[str, ...]:
    """Whom to ask, each once."""
    held = (contact for contact in tables.contacts if contact.when.holds(tags))
    return tuple(dict.fromkeys(contact.text or knowledge.hubs[contact.hub].ask for contact in held))
