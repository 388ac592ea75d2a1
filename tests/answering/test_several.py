"""The answers to the parts of one message, side by side."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import yaml

from medpath.answering.conversation.several import LONGEST_HEADING, Part, bare, heading, told_together, whole_words
from medpath.answering.replies.answer import ANSWER, CLARIFY, COMPARISON, DECLINE, Answer, Choice, Table
from medpath.knowledge.records import Knowledge
from medpath.language.splitting import Splitter, load_splitting
from medpath.project import find_project

Together = Callable[..., list[Answer]]
TEXTS = {"nothing": "I have nothing sure on: {parts}."}
JOINTS = ("and", "also", "and also")
SURE = Answer(ANSWER, "It takes three years.", facts=("a/length",), choices=(Choice("Pay", "fact:a/pay"),))
PAID = Answer(ANSWER, "It pays well.", facts=("a/pay",), choices=(Choice("How long is it?", "fact:a/length"),))
TORN = Answer(CLARIFY, "Which?", choices=(Choice("Step 3: fee", "fact:b/fee"), Choice("Step 2: fee", "fact:c/fee")))
REFUSED = Answer(DECLINE, "I do not know that.")
MESSAGES = find_project().root / "tests" / "several"


@pytest.fixture
def together(knowledge: Knowledge) -> Together:
    """Puts answers together, each to a part of its own."""

    def run(*answers: Answer) -> list[Answer]:
        parts = [Part(f"and what is thing {i}?", answer) for i, answer in enumerate(answers)]
        return told_together(parts, knowledge, TEXTS, JOINTS)

    return run


def test_several_answers_have_headings_and_one_has_none(together: Together) -> None:
    """Who gets two answers sees what each one is to; one answer needs no heading."""
    assert [answer.heading for answer in together(SURE, PAID)] == ["And what is thing 0", "And what is thing 1"]
    assert [answer.heading for answer in together(SURE)] == [""]
    assert [answer.heading for answer in together(SURE, REFUSED)] == ["", ""]


def test_what_is_not_answered_is_said_at_the_end(together: Together) -> None:
    """No refusal and no question back stands beside an answer: its part is named, and what it offers is offered."""
    told, rest = together(REFUSED, SURE)
    assert told.body == SURE.body
    assert rest.body == 'I have nothing sure on: "what is thing 0".'
    told, rest = together(SURE, TORN)
    assert [choice.title for choice in rest.choices] == ["Step 3: fee", "Step 2: fee"]


def test_what_is_told_is_not_offered(together: Together) -> None:
    """What one answer of a message tells is no suggestion under another one."""
    assert [answer.choices for answer in together(SURE, PAID)] == [(), ()]


def test_one_refusal_is_enough(together: Together) -> None:
    """Where no part is answered the refusal comes once; a question back stays."""
    assert together(REFUSED, REFUSED) == [REFUSED]
    assert together(TORN, REFUSED) == [TORN, REFUSED]


def test_one_fact_is_told_once(together: Together) -> None:
    """Two parts that one fact answers get it once, and nothing is said to be missing."""
    assert [answer.body for answer in together(SURE, SURE)] == [SURE.body]


def test_a_table_stands_once(together: Together) -> None:
    """A second comparison of the same things says its sentence without the table."""
    table = Table(("", "MD", "DO"), (("Length", "4", "4"),))
    first = Answer(COMPARISON, "Side by side.", facts=("a/length",), table=table)
    second = Answer(COMPARISON, "Cheaper: DO.", facts=("a/pay",), table=table)
    assert [answer.table for answer in together(first, second)] == [table, None]


def test_a_heading_is_topic_and_label_in_whole_words(knowledge: Knowledge) -> None:
    """It names what is answered within 50 characters, without naming the topic twice."""
    for fact in knowledge.facts:
        topic = knowledge.topic(fact.topic)
        shown = heading(Part("what", Answer(ANSWER, fact.text, facts=(fact.id,), topics=(fact.topic,))), knowledge)
        assert topic is not None
        assert len(shown) <= LONGEST_HEADING
        assert shown.lower().count(topic.short_name.lower()) <= 1
        assert fact.label[:20].lower() in shown.lower()


def test_words_stay_whole() -> None:
    """A long part is cut between two words, and the joint before it goes."""
    assert whole_words("who pays the fees of the petition", 20) == "who pays the fees…"
    assert bare("and also who pays?", JOINTS) == "who pays"


@pytest.mark.parametrize("half", ["tuned", "held_out"])
def test_messages_that_ask_several_things_are_parted(half: str) -> None:
    """Of the messages that ask several things most give as many questions as they ask."""
    splitter = Splitter(load_splitting(find_project().following))
    messages = yaml.safe_load((MESSAGES / f"{half}.yml").read_text(encoding="utf-8"))
    right = [len(splitter.split(one["say"]).questions) == len(one["parts"]) for one in messages]
    assert len(right) == 30
    assert sum(right) >= 24
