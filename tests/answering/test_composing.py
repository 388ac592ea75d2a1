"""The replies that are composed from facts: text, source, warnings and what to pick next."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date

import pytest
from made_facts import (
    FEE,
    MATCH_DAY,
    OHIO_BOARD,
    STEP_1_LENGTH,
    STEP_1_SCORES,
    STEP_1_STUDY,
    TEXAS_BOARD,
    TEXAS_IMG,
    eight_facts,
)

from medpath.answering.replies.answer import Answer, ShownSource
from medpath.answering.replies.composing import Composer, as_message
from medpath.knowledge.records import Fact

SOON = date(2026, 1, 20)
LATER = date(2027, 6, 1)
# What an adviser says though no page states it.
ADVICE = replace(STEP_1_STUDY, sources=())


def _show(composer: Composer, fact: Fact, belief: Fact | None = None, today: date = SOON) -> Answer:
    return composer.answer(fact, [], today, belief=belief)


@pytest.mark.parametrize("fact", eight_facts().facts, ids=lambda fact: fact.id)
def test_every_answer_bears_its_source_with_a_date(composer: Composer, fact: Fact) -> None:
    """No fact is stated without publisher, page, link and date, in the structured form and as plain text."""
    answer = _show(composer, fact)
    (source,) = eight_facts().sources_of(fact)
    assert [(shown.publisher, shown.title, shown.url) for shown in answer.sources] == [
        (source.publisher, source.title, source.url)
    ]
    assert fact.as_of in answer.sources[0].as_of
    for part in (fact.text, source.publisher, source.url, fact.as_of):
        assert part in answer.text()


def test_the_period_stands_beside_the_date(composer: Composer) -> None:
    """A date is shown with the season that the figure is for, and not twice where both are the same."""
    assert _show(composer, MATCH_DAY).sources[0].as_of == "2025-09, 2026 Match"
    assert _show(composer, replace(MATCH_DAY, period="2025-09")).sources[0].as_of == "2025-09"


def test_one_page_behind_two_facts_is_named_once(composer: Composer) -> None:
    """Two facts of one page and date share a source line."""
    assert len(_show(composer, TEXAS_BOARD, belief=TEXAS_IMG).sources) == 1
    assert len(_show(composer, TEXAS_BOARD, belief=OHIO_BOARD).sources) == 2


def test_what_follows_stands_after_the_answer(composer: Composer) -> None:
    """`more` is a paragraph of its own after the text; a belief that is corrected beside it keeps to its text."""
    full = replace(FEE, more="Late registration costs more.")
    assert _show(composer, full).body == f"{FEE.text}\n\nLate registration costs more."
    belief = replace(STEP_1_SCORES, more="Step 2 still has scores.")
    assert _show(composer, full, belief).body == f"{STEP_1_SCORES.text}\n\n{FEE.text}\n\nLate registration costs more."


def test_each_of_several_pages_is_named(composer: Composer) -> None:
    """A fact that rests on two pages bears both, the one that matters most first."""
    answer = _show(composer, replace(FEE, sources=("nrmp-fees", "nrmp-calendar")))
    assert [source.title for source in answer.sources] == ["Match Fees", "Match Calendar"]
    assert answer.text().index("https://www.nrmp.org/fees") < answer.text().index("https://www.nrmp.org/calendar")


def test_advice_without_a_page_says_so(composer: Composer) -> None:
    """Advice that no page states bears no source but is told to be an adviser's."""
    answer = _show(composer, ADVICE)
    assert answer.sources == ()
    assert answer.warnings == ()
    assert answer.check == "advice"
    assert answer.text().endswith("Adviser's view, not an official rule.")


def test_a_figure_past_its_day_is_marked_as_past(composer: Composer) -> None:
    """From its day of expiry on a fact is told to be past, and not to be old besides."""
    ends = replace(MATCH_DAY, expires="2026-03-21")
    assert _show(composer, ends, today=date(2026, 3, 20)).warnings == ()
    (warning,) = _show(composer, ends, today=LATER).warnings
    assert "2026-03-21" in warning


def test_a_figure_past_its_pace_is_marked_as_old(composer: Composer) -> None:
    """A yearly figure gets a warning with its date once it is older than a year, and none before."""
    assert _show(composer, MATCH_DAY).warnings == ()
    (warning,) = _show(composer, MATCH_DAY, today=LATER).warnings
    assert "2025-09" in warning
    assert "every year" in warning


def test_what_rarely_changes_does_not_grow_old(composer: Composer) -> None:
    """An old fact that hardly changes is stated without a warning."""
    assert _show(composer, STEP_1_SCORES, today=date(2040, 1, 1)).warnings == ()


def test_an_undated_figure_that_changes_is_marked(composer: Composer) -> None:
    """A changing figure whose page gives no date is told to be undated, not to be from "undated"."""
    (warning,) = _show(composer, STEP_1_LENGTH).warnings
    assert "no date" in warning
    assert "undated" not in warning


def test_a_secondary_source_is_told(composer: Composer) -> None:
    """Who reads a figure that was not read on the official page learns so."""
    answer = _show(composer, FEE)
    assert (answer.check, answer.warnings) == ("secondary", ())
    assert "(2025, secondary source)" in answer.text()


def test_general_guidance_is_told(composer: Composer) -> None:
    """Guidance that a page supports is marked as such."""
    answer = _show(composer, STEP_1_STUDY)
    assert (answer.check, answer.warnings) == ("general", ())
    assert "general guidance" in answer.text()


def test_two_facts_with_the_same_flaw_warn_once(composer: Composer) -> None:
    """A warning that holds for two facts is not repeated."""
    other = replace(FEE, id="main-match/late-fee", text="Late registration costs 50 dollars.")
    assert len(_show(composer, FEE, belief=other, today=LATER).warnings) == 1


def test_a_corrected_belief_is_said_first_but_is_not_the_answer(composer: Composer) -> None:
    """The correction stands first in the body while the fact that answers leads the ids and topics."""
    answer = _show(composer, MATCH_DAY, belief=STEP_1_SCORES)
    assert answer.body.index(STEP_1_SCORES.text) < answer.body.index(MATCH_DAY.text)
    assert answer.facts == (MATCH_DAY.id, STEP_1_SCORES.id)
    assert answer.topics == ("main-match", "step-1")


def test_a_misconception_alone_is_the_answer(composer: Composer) -> None:
    """Where the correction itself is what was asked for it is the fact that answers, stated once."""
    answer = _show(composer, STEP_1_SCORES, belief=STEP_1_SCORES)
    assert answer.facts == (STEP_1_SCORES.id,)
    assert answer.body == STEP_1_SCORES.text


def test_a_lead_stands_before_the_first_fact_only(composer: Composer) -> None:
    """A caveat opens the body once."""
    answer = composer.answer(FEE, [], SOON, lead="Mind this:", belief=MATCH_DAY)
    assert answer.body.startswith(f"Mind this:\n\n{MATCH_DAY.text}")
    assert answer.body.count("Mind this:") == 1


def test_at_most_three_things_are_offered_next(composer: Composer) -> None:
    """However much there is to say, three buttons are shown, in the order given."""
    others = [FEE, STEP_1_LENGTH, STEP_1_SCORES, STEP_1_STUDY]
    choices = composer.answer(MATCH_DAY, others, SOON).choices
    assert [choice.payload for choice in choices] == [f"fact:{fact.id}" for fact in others[:3]]


def test_a_next_fact_of_another_topic_names_it(composer: Composer) -> None:
    """Within a topic the label suffices; a fact from elsewhere says of what it is, without the bracket of the name."""
    study, fee = (replace(fact, questions=()) for fact in (STEP_1_STUDY, FEE))
    within, beyond = composer.answer(STEP_1_LENGTH, [study, fee], SOON).choices
    assert within.title == "How to study"
    assert beyond.title == "Main Residency Match: registration fee"


def test_readings_lead_to_their_facts(composer: Composer) -> None:
    """A question back offers at most three readings, each as a question or with topic and label, and its fact."""
    reply = composer.clarification([replace(TEXAS_BOARD, questions=()), OHIO_BOARD, FEE, MATCH_DAY], 0.3)
    assert reply.kind == "clarify"
    assert reply.body
    assert [choice.facts for choice in reply.choices] == [(TEXAS_BOARD.id,), (OHIO_BOARD.id,), (FEE.id,)]
    assert reply.choices[0].title == "Medical license: Texas: licensing board"
    assert reply.facts == ()


def test_a_long_title_is_cut_for_the_button(composer: Composer) -> None:
    """A title beyond seventy characters ends in an ellipsis, without a blank before it, and one of seventy does not."""
    long = replace(STEP_1_STUDY, label="a" * 60 + " " + "b" * 30, questions=())
    fits = replace(STEP_1_STUDY, label="c" * 70, questions=())
    cut, whole = (composer.answer(STEP_1_LENGTH, [fact], SOON).choices[0].title for fact in (long, fits))
    assert len(cut) <= 70
    assert cut.endswith("b…")
    assert whole == "C" + "c" * 69
    spaced = replace(STEP_1_STUDY, label="a" * 68 + " " + "b" * 30, questions=())
    assert composer.answer(STEP_1_LENGTH, [spaced], SOON).choices[0].title == "A" + "a" * 67 + "…"


@pytest.mark.parametrize(
    ("hub", "site"), [("the-match", "nrmp.org"), ("usmle", "usmle.org"), ("licensing", "fsmb.org")]
)
def test_not_knowing_names_whom_the_hub_says_to_ask(composer: Composer, hub: str, site: str) -> None:
    """Who gets no answer learns whom to ask."""
    reply = composer.decline("unknown", hub, 0.1)
    assert reply.kind == "decline"
    assert site in reply.body
    assert (reply.facts, reply.sources) == ((), ())


@pytest.mark.parametrize(
    ("reason", "said"),
    [
        ("off_topic", "outside of what I know"),
        ("legal_case", "lawyer"),
        ("other_countries", "United States"),
        ("chances", "Charting Outcomes"),
    ],
)
def test_a_decline_says_why(composer: Composer, reason: str, said: str) -> None:
    """Each reason has its own text."""
    reply = composer.decline(reason, "usmle")
    assert reply.kind == "decline"
    assert said in reply.body


def test_a_reason_without_a_text_of_its_own_is_told_as_not_known(composer: Composer) -> None:
    """A plan or a correction that leads nowhere is declined as unknown."""
    assert composer.decline("plan", "usmle") == composer.decline("unknown", "usmle")


def test_a_medical_question_gets_numbers_to_call(composer: Composer) -> None:
    """A request for medical advice is a matter of safety: emergency and poison numbers, no fact."""
    reply = composer.decline("medical_advice", "licensing")
    assert reply.kind == "safety"
    assert "911" in reply.body
    assert "1-800-222-1222" in reply.body


def test_no_text_keeps_an_unfilled_gap(composer: Composer) -> None:
    """No reply shows the braces of a template, also where no hub is known."""
    replies = [composer.decline(reason, "") for reason in ("unknown", "off_topic", "medical_advice", "chances")]
    replies += [composer.origin(fact, LATER) for fact in eight_facts().facts]
    replies += [_show(composer, fact, today=LATER) for fact in eight_facts().facts]
    assert not [reply for reply in replies if "{" in reply.text() or "}" in reply.text()]


@pytest.mark.parametrize(
    ("fact", "said"), [(MATCH_DAY, "official page"), (FEE, "secondary source"), (STEP_1_STUDY, "general guidance")]
)
def test_the_origin_tells_how_a_fact_was_checked(composer: Composer, fact: Fact, said: str) -> None:
    """Asked where it is from, Medpath names the kind of check, publisher and page, and the fact stays the subject."""
    reply = composer.origin(fact, SOON)
    assert said in reply.body
    (source,) = eight_facts().sources_of(fact)
    assert source.publisher in reply.body
    assert (reply.kind, reply.facts, reply.topics) == ("answer", (fact.id,), (fact.topic,))
    assert [shown.url for shown in reply.sources] == [source.url]


def test_the_origin_of_advice_names_no_page(composer: Composer) -> None:
    """Asked where advice is from, Medpath says that no page states it, once."""
    reply = composer.origin(ADVICE, SOON)
    assert "page" in reply.body
    assert (reply.sources, reply.warnings, reply.facts) == ((), (), (ADVICE.id,))


def test_the_origin_names_each_page(composer: Composer) -> None:
    """Asked where a fact with two pages is from, Medpath names and links both."""
    reply = composer.origin(replace(FEE, sources=("nrmp-fees", "nrmp-calendar")), SOON)
    assert "Match Fees" in reply.body
    assert "Match Calendar" in reply.body
    assert len(reply.sources) == 2


def test_the_origin_warns_of_age_but_does_not_say_the_check_twice(composer: Composer) -> None:
    """The body already tells a secondary source, so that only the age is left to warn of."""
    assert composer.origin(FEE, SOON).warnings == ()
    (warning,) = composer.origin(FEE, LATER).warnings
    assert "2025" in warning


def test_a_message_carries_text_buttons_and_structure(composer: Composer) -> None:
    """A channel gets plain text, buttons to draw, and the whole as JSON."""
    answer = composer.answer(FEE, [MATCH_DAY], LATER, 0.123456)
    message = as_message(answer)
    assert message["text"] == answer.text()
    assert message["buttons"] == [{"title": "When is Match Day?", "payload": "fact:main-match/match-day"}]
    block = json.loads(json.dumps(message["json_message"]))
    assert block["kind"] == "answer"
    assert block["body"] == FEE.text
    assert block["score"] == 0.1235
    assert block["sources"] == [
        {
            "publisher": "NRMP",
            "title": "Match Fees",
            "url": "https://www.nrmp.org/fees",
            "as_of": "2025",
            "check": "secondary",
        }
    ]
    assert [button["payload"] for button in block["buttons"]] == ["fact:main-match/match-day"]


def test_plain_text_keeps_body_warnings_and_source_apart() -> None:
    """In a channel that draws nothing else the parts stand in paragraphs, and missing ones leave no gap."""
    source = ShownSource("NRMP", "Fees", "https://www.nrmp.org", "2025")
    full = Answer("answer", "Body.", sources=(source,), warnings=("Old.", "Read elsewhere."))
    assert full.text() == "Body.\n\nOld.\nRead elsewhere.\n\nSource: NRMP, Fees (2025) https://www.nrmp.org"
    assert Answer("decline", "No.").text() == "No."


def test_a_note_stands_below_with_its_source_and_is_no_topic(composer: Composer) -> None:
    """What is noted comes after the whole answer; what is spoken of next is the answer's topic."""
    answer = composer.answer(MATCH_DAY, [], SOON, notes=[STEP_1_SCORES])
    assert answer.body.startswith(MATCH_DAY.text)
    assert answer.body.endswith(f"Also: {STEP_1_SCORES.text}")
    assert answer.facts == (MATCH_DAY.id, STEP_1_SCORES.id)
    assert answer.topics == (MATCH_DAY.topic,)
    assert len(answer.sources) == 2
