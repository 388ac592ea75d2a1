"""What is said of a plan that is shown, and what is answered."""

from __future__ import annotations

import pytest
from people import TODAY, person_of

from medpath.planning.conversing.replies import PlanReply
from medpath.planning.conversing.service import PlanAdviser, plan_adviser
from medpath.planning.person import Person

SOPHOMORE = person_of({"stage": "college_sophomore", "school": "none", "target": "dermatology"})
WITH_GAP = person_of({**{"stage": "college_junior", "school": "none", "target": "psychiatry"}, "wishes": ["gap_year"]})
IMG = person_of(
    {"stage": "img_graduate", "school": "img", "country": "India", "target": "psychiatry", "needs_visa": True}
)


@pytest.fixture(scope="module")
def advice() -> PlanAdviser:
    return plan_adviser(TODAY)


def about(advice: PlanAdviser, text: str, person: Person = SOPHOMORE) -> str | None:
    """What a message asks of the plan of a person."""
    asked = advice.talk.asked(text, advice.plan(person), TODAY)
    return asked.about if asked else None


def reply(advice: PlanAdviser, text: str, person: Person = SOPHOMORE) -> PlanReply:
    plan = advice.plan(person)
    asked = advice.talk.asked(text, plan, TODAY)
    assert asked is not None
    return advice.replies.asked(asked, plan)


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("what if I choose surgery instead", "change"),
        ("as a DO", "change"),
        ("What if I take a gap year?", "change"),
        ("and if I go to a caribbean school?", "change"),
        ("how about psychiatry?", "change"),
        ("actually i am a junior", "change"),
        ("no, psychiatry", "change"),
        ("what is next for me", "next"),
        ("what's next?", "next"),
        ("upcoming deadlines", "next"),
        ("how much will it all cost", "cost"),
        ("total cost?", "cost"),
        ("how old will i be", "age"),
        ("how old will i be when im done", "age"),
        ("I am 24", "age"),
        ("how long will it all take", "length"),
        ("when will i be done", "length"),
        ("why 3 years?", "why"),
        ("why do i need the mcat", "why"),
        ("whom do i ask about it", "whom"),
        ("how long is cardiology fellowship", None),
        ("what is step 1", None),
        ("what if i fail step 1", None),
        ("when is match day", None),
        ("how much does step 1 cost", None),
        ("why do doctors wear white coats", None),
        ("what if I want hospitalist work only", None),
        ("thanks", None),
        ("", None),
        ("asdf qwer", None),
    ],
)
def test_what_is_asked_of_a_plan(advice: PlanAdviser, text: str, what: str | None) -> None:
    """What the plan tells is asked of it, changes change it, and all else is left to the answering."""
    assert about(advice, text) == what


def test_a_what_if_shows_the_difference_and_the_new_plan(advice: PlanAdviser) -> None:
    """Another specialty: the years that change, then the plan, which is the one of the conversation from then on."""
    told = reply(advice, "what if I choose surgery instead")
    first, *_ = told.text.split("\n\n")
    assert "earliest independent practice: 2038 instead of 2037" in first
    assert "Your way to General surgery" in told.text
    assert told.shown.target == "general_surgery"
    assert told.plan is not None
    assert told.plan["target"] == "General surgery"


def test_a_gap_year_is_taken_out_again(advice: PlanAdviser) -> None:
    """ "Without the gap year" makes the plan a year shorter."""
    told = reply(advice, "without the gap year", WITH_GAP)
    assert "1 year shorter in all" in told.text


def test_a_change_that_changes_nothing_says_so(advice: PlanAdviser) -> None:
    """No plan is repeated."""
    told = reply(advice, "without a gap year", SOPHOMORE)
    assert told.text == "That changes nothing in your plan."
    assert told.plan is None


def test_next_names_what_comes_soonest(advice: PlanAdviser) -> None:
    """In the order of time, none of it past, with its sources."""
    told = reply(advice, "what is next for me", IMG)
    lines = told.text.splitlines()
    assert lines[1].startswith("- Nov 2026")
    assert len(lines) <= 5
    assert told.sources


def test_costs_are_those_of_the_plan(advice: PlanAdviser) -> None:
    """The sum of the fees and what it is made of."""
    told = reply(advice, "how much will it all cost")
    assert "MCAT: $345" in told.text
    assert told.text.count("\n- ") >= 5


def test_the_age_is_counted_or_asked(advice: PlanAdviser) -> None:
    """Who has not told his age is asked for it, and then gets it counted."""
    assert "Tell me how old you are" in reply(advice, "how old will i be").text
    told = reply(advice, "i am 20")
    assert "about 31" in told.text
    assert told.shown.age == 20


def test_why_gives_the_fact_that_the_step_rests_on(advice: PlanAdviser) -> None:
    """A step is told with its fact and that fact's source."""
    told = reply(advice, "why 3 years?")
    assert told.text.startswith("Residency in dermatology")
    assert len(told.facts) == 1
    assert told.sources


@pytest.mark.parametrize("person", [SOPHOMORE, WITH_GAP, IMG])
def test_a_plan_fits_a_chat(advice: PlanAdviser, person: Person) -> None:
    """About 25 lines, with what matters in them: the year, the steps, the costs, weak grounds, whom to ask."""
    told = advice.replies.first(person, None)
    lines = [line for line in told.text.splitlines() if line]
    assert len(lines) <= 27
    for part in ("Earliest independent practice", "The steps:", "Fees to pay", "On weaker ground", "Whom to ask"):
        assert part in told.text
    assert "nothing about chances" in lines[-1]
    assert len(told.buttons) == 3
    assert told.plan is not None
    assert [step["name"] for step in told.plan["steps"]] == [step.name for step in advice.plan(person).steps]


def test_every_button_is_understood(advice: PlanAdviser) -> None:
    """What is offered under a plan is about the plan when it is tapped, and a what-if changes something."""
    for person in (SOPHOMORE, WITH_GAP, IMG):
        following, costs, what_if = advice.replies.first(person, None).buttons
        assert (about(advice, following, person), about(advice, costs, person)) == ("next", "cost")
        assert about(advice, what_if, person) == "change"
        assert reply(advice, what_if, person).plan is not None


def test_a_contradiction_is_asked_back(advice: PlanAdviser) -> None:
    """Where no plan can be made the reason stands first, and the next statement is taken as the answer."""
    torn = person_of({"stage": "md_year_2", "school": "md", "target": "dermatology", "graduation_year": 2019})
    told = advice.replies.first(torn, None)
    assert "2019" in told.text
    assert "No dates before this is clear." in told.text
    assert about(advice, "I graduate in 2029", torn) == "change"
