"""Which messages begin a plan."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from people import TODAY

from medpath.planning.conversing.asking import PlanAsking, plan_asking
from medpath.project import find_project

REQUESTS = yaml.safe_load(Path(__file__).with_name("plan_requests.yml").read_text(encoding="utf-8"))
QUESTIONS = find_project().root / "benchmarks" / "questions" / "test"
# Of the people's questions these ask for the whole way from where somebody stands.
ASKING = {
    "I'm a lawyer, 34, hate it. Walk me through what becoming a doctor would look like from zero science credits",
    "NHS doctor fed up wants to move to America what is the road map",
    "I'm 34, an accountant with two kids, want to go to med school. where do i begin",
}


@pytest.fixture(scope="module")
def asking() -> PlanAsking:
    return plan_asking()


@pytest.mark.parametrize("text", REQUESTS["begin"])
def test_a_request_begins_a_plan(asking: PlanAsking, text: str) -> None:
    """Who asks for a plan, or tells stage and goal and asks what to do or nothing, gets one."""
    assert asking.begins(text, TODAY)


@pytest.mark.parametrize("text", REQUESTS["answer"])
def test_a_question_begins_none(asking: PlanAsking, text: str) -> None:
    """Who asks for something particular, or only tells of himself, is answered."""
    assert not asking.begins(text, TODAY)


def test_peoples_questions_begin_no_plan(asking: PlanAsking) -> None:
    """Of nearly two thousand questions that people ask only those begin a plan that ask for the whole way."""
    rows = [row for path in sorted(QUESTIONS.glob("*.yml")) for row in yaml.safe_load(path.read_text(encoding="utf-8"))]
    assert len(rows) > 1900
    assert {row["q"] for row in rows if asking.begins(row["q"], TODAY)} <= ASKING


def test_the_classifier_counts_where_nothing_else_is_asked(asking: PlanAsking) -> None:
    """What only sounds like a plan begins one by the classifier's word, unless it asks for something particular."""
    assert asking.begins("plan my premed years", TODAY, sounds_so=True)
    assert not asking.begins("plan my premed years", TODAY)
    assert not asking.begins("want to be a pediatrician", TODAY, sounds_so=True)
    assert not asking.begins("can you tell me how residents plan their vacation?", TODAY, sounds_so=True)


@pytest.mark.parametrize("text", ["", " ", "?", "plan" * 300, "\U0001f600", "ǀs0ǀ", "x" * 6000])
def test_rubbish_begins_none(asking: PlanAsking, text: str) -> None:
    """Whatever is typed, it is looked at without an error."""
    assert not asking.begins(text, TODAY)
