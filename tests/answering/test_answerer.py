"""When the answerer answers, asks back or declines, and how a conversation goes on from there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from made_facts import FEE, MATCH_DAY, STEP_1_LENGTH, STEP_1_SCORES, STEP_1_STUDY

from medpath.answering.answerer import Answerer, variant_for
from medpath.answering.question import Question

MakeAnswerer = Callable[..., Answerer]
TODAY = date(2026, 1, 20)
WHEN = "When is Match Day?"


@pytest.fixture(scope="module")
def sure(make_answerer: MakeAnswerer) -> Answerer:
    return make_answerer(answer=0.4, offer=0.2)


@pytest.fixture(scope="module")
def torn(make_answerer: MakeAnswerer) -> Answerer:
    return make_answerer(answer=0.6, offer=0.4)


@pytest.fixture(scope="module")
def lost(make_answerer: MakeAnswerer) -> Answerer:
    return make_answerer(answer=0.9, offer=0.8)


def test_it_answers_when_it_is_sure(sure: Answerer) -> None:
    """Above the threshold the best fact is stated with its source and its probability."""
    answer = sure.answer(Question(WHEN), TODAY)
    assert (answer.kind, answer.body) == ("answer", MATCH_DAY.text)
    assert answer.facts == (MATCH_DAY.id,)
    assert answer.sources[0].url == "https://www.nrmp.org/calendar"
    assert answer.score == pytest.approx(0.5)


def test_an_unsure_answer_says_so_and_offers_other_readings(make_answerer: MakeAnswerer) -> None:
    """Below the threshold of hedging the fact is still stated, under a word of doubt, others told or to pick."""
    answerer = make_answerer(answer=0.4, offer=0.2, hedge=0.6)
    torn = "who"
    (best, share), (second, other) = answerer.ranked(torn)[:2]
    assert other >= 0.1 * share
    unsure = answerer.answer(Question(torn), TODAY)
    assert (unsure.kind, unsure.facts[0]) == ("answer", best.id)
    assert unsure.body.startswith("I am not sure")
    assert best.text in unsure.body
    offered = {fact for choice in unsure.choices for fact in choice.facts}
    assert second.id in {*unsure.facts, *offered}
    assert not offered & set(unsure.facts)


def test_it_asks_back_in_between(torn: Answerer) -> None:
    """Between the thresholds the likeliest readings are offered and nothing is stated."""
    reply = torn.answer(Question(WHEN), TODAY)
    assert (reply.kind, reply.facts, reply.sources) == ("clarify", (), ())
    assert 1 <= len(reply.choices) <= 3
    assert reply.choices[0].facts == (MATCH_DAY.id,)


def test_only_readings_near_the_likeliest_are_offered(torn: Answerer) -> None:
    """A reading far less likely than the first is not offered to fill up three buttons."""
    ranked = torn.ranked("when is match day 2026")
    near = [fact.id for fact, share in ranked if share >= 0.1 * ranked[0][1]]
    offered = torn.answer(Question("when is match day 2026"), TODAY).choices
    assert [choice.facts[0] for choice in offered] == near[:3]
    assert len(offered) < 3


def test_it_declines_below_with_the_hub_of_what_comes_nearest(lost: Answerer) -> None:
    """Below both thresholds it does not guess and says whom the nearest hub names to ask."""
    reply = lost.answer(Question(WHEN), TODAY)
    assert (reply.kind, reply.facts, reply.choices) == ("decline", (), ())
    assert "nrmp.org" in reply.body
    assert "fsmb.org" in lost.answer(Question("Who licenses doctors in Texas?"), TODAY).body


def test_the_reason_of_a_decline_is_the_kind_of_message(lost: Answerer) -> None:
    """A message classified as out of scope is declined with the text of its kind."""
    reply = lost.answer(Question("Can I sue my program?", {"legal_case": 0.9, "ask_rules": 0.1}), TODAY)
    assert "lawyer" in reply.body


@pytest.mark.parametrize(
    ("kind", "sure_of_it", "told", "answered"),
    [
        ("legal_case", 0.4, "Your own case is for a lawyer", True),
        ("legal_case", 0.95, "Your own case is for a lawyer", True),
        ("immigration_case", 0.8, "Your own case is for an immigration lawyer", True),
        ("legal_case", 0.2, "I cannot judge", False),
        ("medical_advice", 0.7, "I cannot give medical advice", False),
    ],
)
def test_what_holds_in_general_is_told_to_who_asks_about_his_own_case(
    sure: Answerer, kind: str, sure_of_it: float, told: str, answered: bool
) -> None:
    """After a sentence that says whom to ask about the case; medical advice stays declined, and what hardly fits."""
    assert _told(sure, kind, sure_of_it, told) == answered


@pytest.mark.parametrize(("sure_of_it", "told", "answered"), [(0.7, "Match Day", True), (0.5, "outside", False)])
def test_a_fairly_sure_fact_answers_what_looks_off_topic(
    sure: Answerer, sure_of_it: float, told: str, answered: bool
) -> None:
    """A question with everyday words is not sent away where a fact is likely to answer it."""
    assert _told(sure, "off_topic", sure_of_it, told) == answered


def _told(answerer: Answerer, kind: str, sure_of_it: float, told: str) -> bool:
    """Whether a message of a kind gets the fact whole; it is read whether the reply begins with what is `told`."""
    reading = replace(answerer.read(Question(WHEN, {kind: 0.95})), sure=sure_of_it)
    reply = answerer.decide(reading, TODAY)
    plain = answerer.decide(replace(answerer.read(Question(WHEN)), sure=1.0), TODAY)
    assert told in reply.body.split("\n\n")[0]
    assert reply.body.endswith(plain.body) == (reply.kind == "answer")
    return reply.kind == "answer"


def test_readings_are_not_offered_to_a_message_out_of_scope(torn: Answerer) -> None:
    """A message that lies outside is declined where a question would be asked back."""
    assert torn.answer(Question("Who won the cup?", {"off_topic": 0.9}), TODAY).kind == "decline"
    assert torn.answer(Question("What are my odds?", {"chances": 0.9}), TODAY).kind == "clarify"


def test_a_medical_question_gets_the_emergency_numbers(torn: Answerer) -> None:
    """Somebody asking about a symptom gets numbers to call instead of a choice of facts."""
    reply = torn.answer(Question("My chest hurts, what shall I take?", {"medical_advice": 0.9}), TODAY)
    assert reply.kind == "safety"
    assert "911" in reply.body
    assert reply.choices == ()


def test_who_asks_for_his_chances_reads_the_caveat_first(sure: Answerer) -> None:
    """Statistics for a person's chances come after the sentence that nobody can tell them."""
    plain = sure.answer(Question("Will I match?", {"ask_dates": 0.9}), TODAY)
    careful = sure.answer(Question("Will I match?", {"chances": 0.9, "ask_dates": 0.1}), TODAY)
    assert careful.body.endswith(plain.body)
    assert careful.body.startswith("Nobody can tell")
    assert careful.facts == plain.facts


def test_what_comes_next_is_of_the_same_topic(sure: Answerer) -> None:
    """After an answer the other facts of its topic are offered, not the stated one."""
    choices = sure.answer(Question("How long is Step 1?"), TODAY).choices
    assert {choice.payload for choice in choices} == {f"fact:{STEP_1_SCORES.id}", f"fact:{STEP_1_STUDY.id}"}


def test_a_false_belief_is_corrected_before_the_answer(make_answerer: MakeAnswerer) -> None:
    """The correction opens the body while the fact that answers comes first among the facts, with both sources."""
    answerer = make_answerer(0.4, 0.2, (("score of 240", STEP_1_SCORES),))
    answer = answerer.answer(Question("When is Match Day if I have a score of 240?"), TODAY)
    assert answer.body == f"{STEP_1_SCORES.text}\n\n{MATCH_DAY.text}"
    assert answer.facts == (MATCH_DAY.id, STEP_1_SCORES.id)
    assert len(answer.sources) == 2


def test_a_correction_of_any_aspect_leaves_the_answer_first(make_answerer: MakeAnswerer) -> None:
    """Also where the correcting fact is no misconception, the fact that answers comes first among the facts."""
    answer = make_answerer(0.4, 0.2, (("for free", FEE),)).answer(Question("When is Match Day, for free?"), TODAY)
    assert answer.facts == (MATCH_DAY.id, FEE.id)
    assert answer.body.startswith(FEE.text)


def test_a_correction_that_is_the_answer_stands_once(make_answerer: MakeAnswerer) -> None:
    """Where the correcting fact is the best one it is not said twice."""
    answerer = make_answerer(0.4, 0.2, (("240", STEP_1_SCORES),))
    answer = answerer.answer(Question("Is 240 good on Step 1?"), TODAY)
    assert (answer.body, answer.facts) == (STEP_1_SCORES.text, (STEP_1_SCORES.id,))


def test_a_correction_just_stated_is_not_offered_again(make_answerer: MakeAnswerer) -> None:
    """Of the topic's other facts the one that stands in the answer as a correction is left out."""
    answerer = make_answerer(0.4, 0.2, (("240", STEP_1_SCORES),))
    answer = answerer.answer(Question("How long is Step 1 if I want 240?"), TODAY)
    assert answer.facts == (STEP_1_LENGTH.id, STEP_1_SCORES.id)
    assert [choice.payload for choice in answer.choices] == [f"fact:{STEP_1_STUDY.id}"]


def test_a_picked_fact_is_shown(sure: Answerer) -> None:
    """A pick states that fact and offers the others of its topic."""
    answer = sure.show(STEP_1_STUDY.id, TODAY)
    assert (answer.kind, answer.body, answer.score) == ("answer", STEP_1_STUDY.text, 1.0)
    assert len(answer.choices) == 2


def test_a_fact_is_shown_by_a_former_id(sure: Answerer) -> None:
    """A button of an old conversation still leads to the fact under its present id."""
    assert sure.show("main-match/day", TODAY).facts == (MATCH_DAY.id,)


@pytest.mark.parametrize("fact_id", ["", "nothing/here", "main-match"])
def test_an_unknown_pick_is_declined(sure: Answerer, fact_id: str) -> None:
    """An id that no fact has gives a decline and no error."""
    reply = sure.show(fact_id, TODAY)
    assert (reply.kind, reply.facts) == ("decline", ())
    assert reply.body


def test_more_goes_through_the_topic_until_nothing_is_left(sure: Answerer) -> None:
    """Each call gives one fact of the topic that was not shown yet, then None."""
    shown: tuple[str, ...] = (STEP_1_LENGTH.id,)
    for _ in range(2):
        answer = sure.more(shown, TODAY)
        assert answer is not None
        assert answer.facts[0].startswith("step-1/")
        shown = (*answer.facts, *shown)
    assert len(set(shown)) == 3
    assert sure.more(shown, TODAY) is None


def test_more_offers_what_would_come_after_it(sure: Answerer) -> None:
    """The rest of the topic, without what was shown, is offered as buttons."""
    answer = sure.more([STEP_1_LENGTH.id], TODAY)
    assert answer is not None
    offered = {choice.payload.removeprefix("fact:") for choice in answer.choices}
    assert offered == {STEP_1_SCORES.id, STEP_1_STUDY.id} - set(answer.facts)


def test_more_knows_former_ids_and_passes_over_unknown_ones(sure: Answerer) -> None:
    """Ids from an older knowledge file lead on where the fact still exists and are no error where not."""
    answer = sure.more(["gone/for-good", "main-match/day"], TODAY)
    assert answer is not None
    assert answer.facts == (FEE.id,)
    assert sure.more(["gone/for-good"], TODAY) is None
    assert sure.more([], TODAY) is None


def test_the_origin_is_that_of_the_fact_shown_first(sure: Answerer) -> None:
    """Asked where the last answer is from, the page of its first fact is named."""
    reply = sure.origin([FEE.id, MATCH_DAY.id], TODAY)
    assert reply is not None
    assert "Match Fees" in reply.body


def test_the_origin_of_former_and_unknown_facts(sure: Answerer) -> None:
    """A former id leads to the fact of today; without a known fact there is no origin to tell."""
    reply = sure.origin(["main-match/day"], TODAY)
    assert reply is not None
    assert reply.facts == (MATCH_DAY.id,)
    assert sure.origin(["gone/for-good"], TODAY) is None
    assert sure.origin([], TODAY) is None


def test_what_is_ranked_comes_best_first_with_shares(sure: Answerer) -> None:
    """The list for the keepers of the facts falls from the best fact and its shares add up to 1."""
    ranked = sure.ranked("Who licenses doctors in Ohio?")
    shares = [share for _, share in ranked]
    assert ranked[0][0].id == "license-ohio/board"
    assert shares == sorted(shares, reverse=True)
    assert sum(shares) == pytest.approx(1, abs=1e-5)


def test_the_variant_for_the_person_comes_first() -> None:
    """Of two facts on the same aspect of a topic the one that holds for him, unless it is far less likely."""
    general = replace(FEE, id="t/a", topic="t", aspect="cost")
    for_img = replace(general, id="t/b", audience="img")
    other = replace(general, id="t/c", aspect="dates", audience="img")
    facts, shares = [general, other, for_img], np.array([0.9, 0.08, 0.02])
    assert variant_for(frozenset({"img"}), facts, shares) == [for_img, general, other]
    assert variant_for(frozenset({"do"}), facts, shares) == facts
    assert variant_for(frozenset(), facts, shares) == facts
    assert variant_for(frozenset({"img"}), facts, np.array([0.9, 0.09, 1e-6])) == facts
