"""Lists over a kind of topics: extremes, and all with one figure."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from medpath.answering.counting.measures import load_measures
from medpath.answering.replies.answer import COMPARISON, Answer
from medpath.answering.replies.composing import Composer, Texts
from medpath.answering.replies.listing import Lister
from medpath.answering.service import LEXICON
from medpath.knowledge.records import Fact, Knowledge
from medpath.language.lexicon import load_lexicon
from medpath.language.wording import load_wording
from medpath.project import Project

TODAY = date(2026, 9, 1)
Ask = Callable[[str], Answer | None]


@pytest.fixture(scope="module")
def ask(project: Project, whole: Knowledge, texts: Texts) -> Ask:
    matcher = load_lexicon(project.index / LEXICON).matcher(load_wording(project.wording))
    lister = Lister(whole, Composer(whole, texts), load_measures(project.ranking.parent / "measures.yml"))

    def answer(text: str) -> Answer | None:
        listed = lister.list(text, matcher.mentions(text), TODAY)
        return listed.answer if listed else None

    return answer


@pytest.fixture(scope="module")
def lister(project: Project, whole: Knowledge, texts: Texts) -> Lister:
    return Lister(whole, Composer(whole, texts), load_measures(project.ranking.parent / "measures.yml"))


FELLOWSHIPS = ("cardiovascular-disease", "geriatric-medicine", "gastroenterology")


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("which of those are 2 years", "which fellowships are 2 years"),
        ("the shortest one", "the shortest fellowships"),
        ("which of those fellowships are 2 years", "which fellowships are 2 years"),
        ("how much is it", ""),
    ],
)
def test_what_points_to_a_list_is_named(lister: Lister, text: str, asked: str) -> None:
    """The noun for what was listed stands in the place of "those" and "one"."""
    assert lister.asked_of(text, FELLOWSHIPS) == asked


def test_a_list_is_narrowed(lister: Lister) -> None:
    """Asked of a list that was shown, only its topics are looked at."""
    listed = lister.list("which fellowships are 3 years", (), TODAY, FELLOWSHIPS)
    assert listed is not None
    assert set(listed.topics) == {"cardiovascular-disease", "gastroenterology"}


def _body(ask: Ask, text: str) -> str:
    answer = ask(text)
    assert answer is not None, text
    return answer.body


def _facts(knowledge: Knowledge, kind: str, key: str) -> list[Fact]:
    return [fact for topic in knowledge.topics if topic.kind == kind for fact in topic.facts if key in fact.values]


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("what is the shortest residency", "family medicine"),
        ("which residency is the longest", "neurological surgery"),
        ("whats the highest paid doctor", "orthopaedic surgery"),
        ("lowest paid specialty", "pediatrics"),
        ("which specialty pays the most", "orthopaedic surgery"),
        ("longest fellowship", "gynecologic oncology"),
        ("shortest fellowship after IM", "geriatric medicine"),
        ("specialties with most hours", "critical care medicine"),
        ("most img friendly specialty", "internal medicine"),
        ("most competitive specialty", "dermatology"),
        ("easiest residency to match", "family medicine"),
        ("cheapest state to get licensed", "Kentucky"),
    ],
)
def test_the_extreme_stands_first_with_its_figure(ask: Ask, text: str, first: str) -> None:
    """The sentence names what was measured, of how many, and begins with the one asked for."""
    body = _body(ask, text)
    assert body.split(": ")[1].startswith(f"{first} (")
    assert "with a known figure" in body


def test_the_highest_pay_is_the_highest_of_its_survey(ask: Ask, whole: Knowledge) -> None:
    """The first figure is the greatest that any specialty has in the survey named."""
    body = _body(ask, "highest paid specialty")
    facts = [*_facts(whole, "specialty", "average_usd"), *_facts(whole, "fellowship", "average_usd")]
    of_survey = [fact for fact in facts if f"({fact.values['survey']})" in body]
    best = max(of_survey, key=lambda fact: fact.values["average_usd"])
    assert body.split(": ")[1].split(")")[0].endswith(f"(${best.values['average_usd']:,}")


def test_a_first_year_alone_is_no_residency(ask: Ask) -> None:
    """Transitional and preliminary years are shorter, but nobody asking for the shortest residency means them."""
    body = _body(ask, "shortest residency")
    assert "ransitional" not in body
    assert "reliminary" not in body


def test_fellowships_after_a_residency_of_some_years(ask: Ask) -> None:
    """Only those whose prerequisite names the residency, and with that length."""
    body = _body(ask, "which fellowships after IM are 2 years")
    assert "after internal medicine" in body
    assert "nephrology" in body
    assert "cardiovascular" not in body
    assert "glaucoma" not in body
    assert _body(ask, "which IM fellowships are 2 years") == body


def test_states_that_ask_one_year_of_international_graduates(ask: Ask, whole: Knowledge) -> None:
    """The count agrees with the facts; states where it depends are named apart."""
    facts = _facts(whole, "state", "img_years")
    count = sum(fact.values["img_years"] == 1 for fact in facts)
    body = _body(ask, "which states need only one year for IMGs")
    assert body.startswith(f"{count} state")
    assert "Depending on the case also" in body
    assert "Georgia (1 or 3 years)" in body


def test_states_in_and_out_of_the_compact(ask: Ask, whole: Knowledge) -> None:
    """Members and others are told apart, and each count is that of the facts."""
    members = [fact.values["imlc"] for fact in _facts(whole, "state", "imlc")]
    assert _body(ask, "which states are not in the compact").startswith(f"{members.count(False)} states not in")
    assert _body(ask, "list of compact states").startswith(f"{members.count(True)} states in")
    assert "California" in _body(ask, "states that arent in the compact")


def test_a_long_list_is_cut_and_says_so(ask: Ask, whole: Knowledge) -> None:
    """Ten names and the number of the others; a list of at most fifteen stands in full."""
    members = [fact.values["imlc"] for fact in _facts(whole, "state", "imlc")].count(True)
    body = _body(ask, "states in the compact")
    assert body.endswith(f"and {members - 10} more.")
    assert body.split(": ")[1].count(",") == 9
    assert "more" not in _body(ask, "which residencies are 4 years")


@pytest.mark.parametrize(
    ("text", "start"),
    [
        ("which states require at least 3 years for imgs", "at least 3 years"),
        ("which states require 2 years or more for imgs", "at least 2 years"),
        ("which residencies are less than 4 years", "less than 4 years"),
        ("which 2-year fellowships are there after IM", "of 2 years"),
        ("which states have no limit on usmle attempts", "without a limit"),
        ("which states allow 3 attempts at step 3", "3 attempts at Step 3"),
    ],
)
def test_a_list_says_what_was_looked_for(ask: Ask, text: str, start: str) -> None:
    """The condition stands in the answer as it was understood."""
    assert start in _body(ask, text).split(": ")[0]


def test_a_list_cites_at_most_five_facts(ask: Ask) -> None:
    """However long the list, the sources stay readable."""
    answer = ask("states in the compact")
    assert answer is not None
    assert answer.kind == COMPARISON
    assert 1 <= len(answer.facts) <= 5
    assert answer.sources


@pytest.mark.parametrize(
    "text",
    [
        "how long is IM residency",
        "is texas in the compact",
        "what if my state is not in the compact",
        "is dermatology the highest paid specialty",
        "how do i match into the most competitive specialty",
        "what is the longest shift in residency",
        "what are the requirements for the shortest residency",
        "highest paid specialty in texas",
        "shortest surgical residency",
        "which residency pays the most",
        "easiest specialty to match as an img",
        "peds fellowships all 3 yrs?",
        "how many doctors have graduated from 3-year programs",
        "how many state licenses can you get with the compact",
        "which state should i apply through for the IMLC",
        "which states require two years and which three years for imgs",
        "should I choose the shortest residency",
        "which states",
        "what is a fellowship",
        "",
    ],
)
def test_other_questions_are_no_list(ask: Ask, text: str) -> None:
    """One topic named, a question beyond the figures, or a figure that would not answer it: no list."""
    assert ask(text) is None
