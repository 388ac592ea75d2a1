"""Sums that a message asks for: application fees, exam fees of a pathway, years to a specialty."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from medpath.answering.counting.sums import Sums
from medpath.answering.counting.sums_fees import Tier, tiers
from medpath.answering.counting.sums_terms import load_rules
from medpath.answering.counting.sums_years import Years, span
from medpath.answering.replies.answer import CALCULATION, CLARIFY, Answer
from medpath.answering.replies.composing import Composer, Texts
from medpath.answering.service import KNOWLEDGE, LEXICON
from medpath.knowledge.compiled import load_compiled
from medpath.knowledge.records import Knowledge
from medpath.language.lexicon import load_lexicon
from medpath.language.topics import TopicMatcher
from medpath.language.wording import load_wording
from medpath.project import Project

TODAY = date(2026, 8, 1)
ERAS, FELLOWSHIP = "eras-residency-application-fees/cost", "eras-residency-application-fees/fellowship-fees"
# Figures that stay while the knowledge file moves on.
VALUES: dict[str, dict[str, Any]] = {
    ERAS: {"programs_1_30": 11, "programs_31_plus": 30},
    FELLOWSHIP: {"first_10": 115, "p11_20": 17, "p21_30": 20, "p31_plus": 27},
    "residencycas/cost": {"first_18": 99, "p19_30": 18, "p31_plus": 23},
    "amcas/application-cost": {"first_school": 175, "additional": 46},
    "aacomas/application-cost": {"first": 198, "additional": 55},
    "tmdsas/application-cost": {"flat_fee": 220},
    "usmle/cost": {"step1_2026": 695, "step1_2025": 680, "step1_international_region_fee_2026": 210},
    "usmle-step-2-ck/cost": {},
    "usmle-step-3/cost": {"fee_usd_2025": 935, "fee_usd_2024": 925},
    "comlex-usa/cost": {"level2ce_usd_2023": 715, "no_show": 400},
    "md/duration": {"years": 4},
    "md/how-long-to-become-a-doctor": {"college_years": 4},
    "cardiovascular-disease/duration": {
        "fellowship_years": 3,
        "total_years_after_medical_school": 6,
        "prerequisite": "internal medicine residency (3 years)",
    },
    "neurological-surgery/duration": {"years": 7},
    "emergency-medicine/duration": {"years": "3 or 4"},
}
Calculate = Callable[[str], Answer | None]


def _now(knowledge: Knowledge, *ids: str) -> tuple[str, ...]:
    """The ids that facts have today, which may have been absorbed into others."""
    return tuple(fact.id for fact in map(knowledge.fact, ids) if fact)


def _with(knowledge: Knowledge, values: Mapping[str, Mapping[str, Any]]) -> Knowledge:
    given = {now: values[name] for name in values for now in _now(knowledge, name)}
    topics = [
        replace(topic, facts=tuple(replace(fact, values=given.get(fact.id, fact.values)) for fact in topic.facts))
        for topic in knowledge.topics
    ]
    return replace(knowledge, topics=tuple(topics))


@pytest.fixture(scope="module")
def compiled(project: Project) -> Knowledge:
    return load_compiled(project.index / KNOWLEDGE)


@pytest.fixture(scope="module")
def topic_names(project: Project) -> TopicMatcher:
    return load_lexicon(project.index / LEXICON).matcher(load_wording(project.wording))


@pytest.fixture(scope="module")
def make(project: Project, compiled: Knowledge, topic_names: TopicMatcher, texts: Texts) -> Callable[..., Calculate]:
    rules = load_rules(project.ranking.parent / "sums.yml")

    def calculate_with(further: Mapping[str, Mapping[str, Any]] | None = None) -> Calculate:
        knowledge = _with(compiled, {**VALUES, **(further or {})})
        sums = Sums(knowledge, Composer(knowledge, texts), rules)
        return lambda text: sums.calculate(text, topic_names.mentions(text), TODAY)

    return calculate_with


@pytest.fixture(scope="module")
def calculate(make: Callable[..., Calculate]) -> Calculate:
    return make()


def _lines(answer: Answer | None) -> list[str]:
    assert answer is not None
    assert answer.kind == CALCULATION
    return [line.removeprefix("- ") for line in answer.body.splitlines() if line.startswith("- ")]


@pytest.mark.parametrize(
    ("text", "total"),
    [
        ("what does it cost to apply to 20 programs", "$220"),
        ("40 programs in psych how much", "$630"),
        ("eras fee for 30 IM and 12 FM programs", "$462"),
        ("how much for 40 im and 10 neuro programs", "$740"),
        ("psych 40 im 20 eras cost", "$850"),
        ("how much to apply to 30 programs each in IM and FM", "$660"),
        ("eras fee for 40", "$630"),
        ("im an img applying to 150 IM programs how much will eras cost", "$3,930"),
        ("how much does it cost to apply to thirty peds programs?", "$330"),
        ("cost of applying to 35 EM programs", "$430"),
        ("fees for 20 obgyn and 30 fm", "$465"),
        ("cost to apply to 15 GI fellowship programs", "$200"),
        ("eras fellowship fee for 8 programs", "$115"),
        ("how much to apply to 25 med schools", "$1,279"),
        ("how much to apply to 20 md and 10 do schools", "$1,742"),
        ("aacomas cost for 12 schools", "$803"),
        ("cost of 25 amcas schools and 10 tmdsas", "$1,499"),
        ("apply to 20 MD schools and tmdsas, how much", "$1,269"),
    ],
)
def test_application_fees_are_added_up(calculate: Calculate, text: str, total: str) -> None:
    """Tiers, specialties and services are told apart, also in hasty words."""
    assert _lines(calculate(text))[-1] == f"Total: {total}"


def test_each_term_is_shown_with_its_prices(calculate: Calculate, compiled: Knowledge) -> None:
    """Who reads the sum can check it, specialty by specialty, and finds the source under it."""
    answer = calculate("how much for 40 IM and 10 neuro programs")
    assert _lines(answer) == [
        "40 programs in internal medicine (ERAS): $630 (first 30 at $11 each, 10 more at $30 each)",
        "10 programs in neurology (ERAS): $110 (10 at $11 each)",
        "Total: $740",
    ]
    assert answer is not None
    assert answer.facts == _now(compiled, ERAS)
    assert answer.sources


def test_every_service_of_a_sum_is_cited(calculate: Calculate, compiled: Knowledge) -> None:
    """A sum over two services names the sources of both."""
    answer = calculate("20 md and 10 do schools, what do the primaries cost?")
    assert answer is not None
    assert answer.facts == _now(compiled, "amcas/application-cost", "aacomas/application-cost")


@pytest.mark.parametrize(
    "text",
    [
        "how much to apply to 30 IM and FM programs",
        "calculate my eras fees",
        "how much to apply to 20 md and do schools",
        "how many more years until im a cardiologist",
    ],
)
def test_a_missing_number_is_asked_for(calculate: Calculate, text: str) -> None:
    """A sum that lacks a number leads to one question back, not to a guess."""
    answer = calculate(text)
    assert answer is not None
    assert (answer.kind, answer.choices, answer.body.count("?")) == (CLARIFY, (), 1)


@pytest.mark.parametrize(
    "text",
    [
        "how much is step 1",
        "how much does the eras cost",
        "what's the amcas fee",
        "how do i calculate eras fees",
        "how many programs should i apply to in IM",
        "how much research do top 20 programs want",
        "how much do 20 interviews cost",
        "how much do 3rd year residents make",
        "secondary fees for 20 schools",
        "how much does 4 years of med school cost",
        "what will it cost to apply to 1 program",
        "eras cost 30-40 programs",
        "how much to apply to 20 or 30 programs",
        "30 IM and 10 prelim programs cost",
        "how much for 30 dental schools",
        "how much is usmle step 1 and 2 in total",
        "are all usmle fees refundable",
        "how long is cardiology fellowship after IM",
        "how long to become a cardiologist",
        "how long does it take to become a doctor",
        "how many years after med school to be a cardiologist",
        "im an ms3 wanting to become a cardiologist how long is the fellowship",
        "im a pgy2 IM resident when do i apply for cardiology",
        "how many years from high school to be a nurse anesthetist",
        "how long till match day im an ms4",
        "how does AMCAS calculate gpa",
        "is ERAS still $99 for 10 programs",
        "otcas fee for 4 OT programs",
        "I have sample agreements from eight programs. Which clauses could cost me the job after matching?",
        "I applied to the wrong twenty programs by mistake, would ERAS give me my money back?",
        "I'll dual apply to IM and another field, around 32 programs each. What would my bill come to?",
        "I'm a fifth-year general surgery resident, when will I become a cardiologist",
        "how many years total to become a pediatric neurosurgeon",
        "I'm a second year peds resident. I don't know how to stop and part of me wants to go further.",
    ],
)
def test_other_questions_are_no_sums(calculate: Calculate, text: str) -> None:
    """A question for one known figure, for something else or with a vague number is left to the search."""
    assert calculate(text) is None


@pytest.mark.parametrize(
    "text", ["how much to apply to 20 ophthalmology programs", "price of 20 EM and 20 obgyn programs"]
)
def test_no_fee_is_guessed_for_an_unknown_tariff(calculate: Calculate, text: str) -> None:
    """Programs of a service without a known fee, or two specialties of one that may not count anew, get no sum."""
    assert calculate(text) is None


@pytest.mark.parametrize(
    ("text", "total"),
    [
        ("how many years from high school to become a cardiologist", "14 years"),
        ("total years to be a neurosurgeon incl college", "15 years"),
        ("how long from now (im a college sophomore) until i practice as a neurosurgeon", "14 years"),
        ("how long from now im an ms2 until i practice as a cardiologist", "9 years"),
        ("I'm a third year med student, how many years until im a neurosurgeon", "9 years"),
        ("im a pgy1 in IM how long until im a cardiologist", "6 years"),
        ("im a pgy5 how long until im a cardiologist", "2 years"),
        ("how many years after college to become a brain surgeon", "11 years"),
        ("total years incl med school to become a cardiologist", "10 years"),
        ("how many years total to be an emergency medicine doctor", "11 to 12 years"),
    ],
)
def test_years_are_added_up_over_the_stages(calculate: Calculate, text: str, total: str) -> None:
    """The count starts where the person starts or stands, and ends with the specialty that is aimed at."""
    assert _lines(calculate(text))[-1] == f"Total: {total}"


def test_stages_are_shown_and_cited(calculate: Calculate, compiled: Knowledge) -> None:
    """Each stage has its line and its source; a current year counts in full."""
    answer = calculate("im a college junior how many years until im a cardiologist")
    assert _lines(answer) == [
        "College, from year 3 on: 2 years",
        "Medical school (MD): 4 years",
        "Training before the fellowship (through internal medicine residency): 3 years",
        "Cardiovascular disease fellowship: 3 years",
        "Total: 12 years",
    ]
    assert answer is not None
    stages = ("md/how-long-to-become-a-doctor", "md/duration", "cardiovascular-disease/duration")
    assert answer.facts == _now(compiled, *stages)


def test_the_real_facts_hold_the_years_of_college_and_school(compiled: Knowledge, project: Project) -> None:
    """The knowledge file states what the sums of years rest on."""
    years = load_rules(project.ranking.parent / "sums.yml")["years"]
    for row in (years["college"], *years["schools"]):
        fact = compiled.fact(row["fact"])
        assert fact is not None
        assert row["value"] in fact.values or "text" in row


@pytest.mark.parametrize("text", ["what do all the steps cost together", "total usmle fees"])
def test_exam_fees_without_a_figure_are_named(calculate: Calculate, text: str) -> None:
    """The known fees are added up in their latest year, and the exam whose fee is not known is told."""
    step_1, step_2, step_3, total = _lines(calculate(text))
    assert (step_1, step_3) == ("Step 1: $695 (2026)", "Step 3: $935 (2025)")
    assert step_2.startswith("Step 2 CK: no")
    assert "$1,630" in total


def test_an_img_has_more_to_pay(calculate: Calculate) -> None:
    """For an IMG certification is listed too, and a region fee for who tests abroad."""
    lines = _lines(calculate("total usmle fees for an img testing abroad"))
    assert any("ECFMG" in line for line in lines)
    assert any("Region fee" in line and "$210" in line for line in lines)
    assert "$1,840" in lines[-1]


def test_comlex_is_added_up_once_its_fees_are_known(make: Callable[..., Calculate]) -> None:
    """One known Level makes no sum; three do."""
    text = "comlex levels 1-3 total cost for a DO"
    assert make()(text) is None
    fees = {"level1_usd_2026": 700, "level2ce_usd_2025": 715, "level3_usd_2026": 900}
    assert _lines(make({"comlex-usa/cost": fees})(text))[-1] == "Total: $2,315"


@pytest.mark.parametrize(
    ("value", "years"),
    [
        (7, Years(7, 7)),
        ("3 or 4", Years(3, 4)),
        ("2 to 3 years", Years(2, 3)),
        ("4 or more", Years(4, None)),
        ("5 (fast track) or 6", Years(5, 6)),
        ("5+2", None),
        (None, None),
    ],
)
def test_years_are_read_from_values(value: object, years: Years | None) -> None:
    """Plain numbers and spans are understood, anything else is not guessed at."""
    assert span(value) == years


def test_a_fee_without_an_end_covers_any_number() -> None:
    """Flat, tiered and further prices are told apart by the names of the values."""
    assert tiers({"flat_fee": 220, "unit": "USD"}) == [Tier(1, None, 220, flat=True)]
    assert tiers({"additional": 46, "first_school": 175}) == [Tier(1, 1, 175, flat=True), Tier(2, None, 46)]
