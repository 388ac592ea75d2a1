"""Every sentence that a plan says can be understood by somebody who has asked for nothing but the plan."""

from __future__ import annotations

import re
from collections.abc import Iterator

from medpath.knowledge.records import Knowledge
from medpath.planning.tables.records import Tables
from medpath.planning.telling.subjects import said_alone

# Words that point back to something said before, and answers to a question that nobody sees.
_POINTS_BACK = re.compile(
    r"(?:(?:It(?! is late)|They|This|That|These|Those|He|She|Both|Either|Neither|None|Some do|Most do|Because|Otherwise"
    r"|Also|Then|You (?:lose|retake)|Usually yes|Mostly yes)\b|(?:Yes|No)\b[,:;])"
)
_LEAST_WORDS = 3


def _facts_said(tables: Tables, knowledge: Knowledge) -> Iterator[str]:
    """The facts that remarks, fields and states may say, by id."""
    for remark in tables.remarks:
        if not remark.text:
            yield from remark.facts
    for training in tables.trainings.values():
        yield from training.says
    for problem in tables.problems.values():
        yield from problem.cites
    aspects = {(row.topic.removesuffix("{name}"), aspect) for row in tables.shared for aspect in row.aspects}
    for fact in knowledge.facts:
        if any(fact.topic.startswith(topic) and fact.aspect == aspect for topic, aspect in aspects):
            yield fact.id


def test_every_fact_that_is_said_names_its_subject(tables: Tables, own_knowledge: Knowledge) -> None:
    """A fact that answers a question ("Most do: ...") is said with what it is about."""
    faults = []
    for fact_id in dict.fromkeys(_facts_said(tables, own_knowledge)):
        fact = own_knowledge.fact(fact_id)
        if fact is not None and _POINTS_BACK.match(said_alone(fact, tables.subjects)):
            faults.append(f"{fact_id}: {fact.text}")
    assert faults == []


def test_every_remark_of_its_own_names_its_subject(tables: Tables) -> None:
    """A template begins with no pronoun and no fragment; only a reply to a question begins with No or Yes."""
    own = [remark for remark in tables.remarks if remark.text]
    assert [f"{one.id}: {one.text}" for one in own if one.rank and _POINTS_BACK.match(one.text)] == []
    short = [one.id for one in own if len(one.text.split(". ")[0].split()) < _LEAST_WORDS and "{" not in one.text]
    assert short == []


def test_what_stands_alone_has_no_label_before_it(tables: Tables, own_knowledge: Knowledge) -> None:
    """A text that names its subject is said as it is."""
    fact = own_knowledge.fact("tmdsas/what-tmdsas-is")
    assert fact is not None
    assert said_alone(fact, tables.subjects) == fact.text


def test_the_facts_that_are_named_exist(tables: Tables, own_knowledge: Knowledge) -> None:
    """Each fact that is said with its label is one of the knowledge file."""
    assert [name for name in sorted(tables.subjects.named) if own_knowledge.fact(name) is None] == []
