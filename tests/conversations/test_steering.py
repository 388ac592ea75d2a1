"""How a person steers a conversation: picks, corrects, tells of himself, praises and complains."""

from __future__ import annotations

import pytest
from on_loopback import Conversation, Running

from medpath.answering.feedback import read
from medpath.channels.replies import Reply, read_reply


def say(conversation: Conversation, text: str) -> list[Reply]:
    """All replies to a message."""
    return [read_reply(message) for message in conversation.say(text)]


def test_a_wrong_answer_is_apologised_for_and_noted(conversation: Conversation, medpath_running: Running) -> None:
    """A complaint offers other readings, goes into the log without identity, and a number picks a reading."""
    first = conversation.ask("how long is psych residency")
    sorry = conversation.ask("that's wrong")
    assert sorry.kind == "clarify"
    assert "sorry" in sorry.text
    assert 1 <= len(sorry.buttons) <= 3
    assert first.facts[0] not in {fact for button in sorry.buttons for fact in button.facts}
    judgements, _ = read(medpath_running.project.feedback)
    assert (judgements[-1].facts, judgements[-1].helpful) == (first.facts[:1], False)
    assert conversation.sender not in medpath_running.project.feedback.read_text(encoding="utf-8")
    picked = conversation.ask("1")
    assert picked.facts[:1] == sorry.buttons[0].facts


def test_praise_is_noted_too(conversation: Conversation, medpath_running: Running) -> None:
    """Whoever says that an answer helped is thanked, and the fact is marked."""
    first = conversation.ask("how long is psych residency")
    assert conversation.ask("that helped").kind == "smalltalk"
    judgements, _ = read(medpath_running.project.feedback)
    assert (judgements[-1].facts, judgements[-1].helpful) == (first.facts[:1], True)


def test_feedback_goes_with_its_conversation(conversation: Conversation, medpath_running: Running) -> None:
    """Whoever asks to be forgotten takes his judgements along, and is told nothing else."""
    path = medpath_running.project.feedback
    conversation.ask("how long is neurology residency")
    before = path.read_bytes() if path.exists() else b""
    conversation.ask("that helped")
    assert path.read_bytes() != before
    forgotten = conversation.ask("forget me").text
    assert "which of my answers you called helpful or wrong" in forgotten
    assert path.read_bytes() == before


def test_feedback_before_any_answer_is_not_noted(conversation: Conversation, medpath_running: Running) -> None:
    """Where nothing was answered there is nothing to mark."""
    path = medpath_running.project.feedback
    before = path.read_bytes() if path.exists() else b""
    assert conversation.ask("that's wrong").text
    assert (path.read_bytes() if path.exists() else b"") == before


def test_a_complaint_after_a_decline_is_booked_on_no_fact(conversation: Conversation, medpath_running: Running) -> None:
    """What was wrong is the decline, not the answer before it."""
    conversation.ask("how long is psych residency")
    assert conversation.ask("who won the world cup in 2018?").kind == "decline"
    path = medpath_running.project.feedback
    before = path.read_bytes() if path.exists() else b""
    assert conversation.ask("that's wrong").text
    assert (path.read_bytes() if path.exists() else b"") == before


@pytest.mark.parametrize(
    "text",
    [
        "should my mom see a cardiologist or a gastroenterologist for her chest pain",
        "my chest hurts when i breathe, what should i take? and should i go to the ER or wait?",
    ],
)
def test_medical_advice_is_not_split_or_compared(conversation: Conversation, text: str) -> None:
    """A message that asks for medical advice is declined as a whole, before anything else is made of it."""
    replies = say(conversation, text)
    assert [reply.kind for reply in replies] == ["safety"]


def test_what_looks_like_talk_may_go_on_with_the_answer(conversation: Conversation) -> None:
    """Thank-you notes after an interview are a question, thanks are none."""
    conversation.ask("do i need to wear a suit to residency interviews")
    assert conversation.ask("thank you notes?").facts[0] == "residency-interview/thank-you"
    assert conversation.ask("ok thank you!").kind == "smalltalk"


def test_two_failures_lead_to_a_menu(conversation: Conversation) -> None:
    """Who is not understood twice is shown what can be asked."""
    replies = [conversation.ask(text) for text in ("flurbl gronk zwing", "zwong brumf flib", "grolm snib tarv")]
    menus = [reply for reply in replies if reply.kind == "clarify" and "residency and the Match" in reply.text]
    assert menus
    tapped = conversation.ask(menus[0].buttons[0].payload)
    assert tapped.kind == "answer"


def test_several_questions_get_all_their_answers(conversation: Conversation) -> None:
    """Each question of a message is answered, in order, each with its source or as advice that has none."""
    replies = say(
        conversation, "how long is IM residency and how much do residents make? also do I need step 3 before?"
    )
    assert [reply.kind for reply in replies] == ["answer"] * 3
    assert [reply.facts[0].split("/")[0] for reply in replies] == [
        "internal-medicine",
        "resident-salary",
        "usmle-step-3",
    ]
    assert all(reply.sources or reply.check == "advice" for reply in replies)


def test_what_is_told_is_shown_and_forgotten(conversation: Conversation) -> None:
    """The profile holds what was said and nothing else, until it is to be forgotten."""
    conversation.say("im a DO student, failed step 1 once")
    shown = conversation.ask("what do you know about me").text
    assert "DO" in shown
    assert "1 failed exam attempt" in shown
    assert "IMG" not in shown.split("Beside that")[0]
    conversation.say("forget me")
    assert "nothing" in conversation.ask("what do you know about me").text


@pytest.mark.parametrize("text", ["can an IMG match derm", "my daughter is a DO", "do residents on a J-1 moonlight"])
def test_what_is_asked_about_others_is_not_kept(conversation: Conversation, text: str) -> None:
    """A question about others says nothing of the person who asks."""
    conversation.say(text)
    assert "told me nothing" in conversation.ask("what do you know about me").text


def test_a_broad_question_gets_an_overview_that_one_can_go_on_from(conversation: Conversation) -> None:
    """A point is asked on, "and X" means the overview of X, and where it is from, more and praise work as ever."""
    assert conversation.ask("tel me abuot Step 1").kind == "overview"
    length = conversation.ask("how long is it?")
    assert (length.kind, length.facts[0]) == ("answer", "usmle-step-1/format-and-length")
    first = conversation.ask("explain the mcat")
    other = conversation.ask("and the Caribbean schools?")
    assert (first.kind, other.kind) == ("overview", "overview")
    assert other.topics == ("caribbean-medical-schools",)
    assert conversation.ask("where is that from?").facts == other.facts[:1]
    assert conversation.ask("that helped").kind == "smalltalk"
    assert conversation.ask("tell me more").topics == other.topics


def test_after_a_sharp_question_a_mere_name_asks_the_same(conversation: Conversation) -> None:
    """No overview where another specialty takes the place of the first one."""
    conversation.ask("how long is psychiatry residency")
    assert conversation.ask("and dermatology?").facts[0] == "dermatology/duration"


def test_a_comparison_is_a_table(conversation: Conversation) -> None:
    """Two specialties stand side by side over the figures that both have, with sources; places are understood."""
    reply = conversation.ask("neurology or dermatology, which is shorter and which pays more")
    assert reply.kind == "comparison"
    assert reply.table is not None
    assert len(reply.table.columns) == 3
    assert 1 <= len(reply.table.rows) <= 6
    assert reply.sources
    assert conversation.ask("the second one, how long is it").facts[0] == "dermatology/duration"


def test_a_sum_shows_its_terms_and_takes_another_number(conversation: Conversation) -> None:
    """The ERAS fee is worked out from the tiers of the fact that is cited; a follow-up changes the number."""
    first = conversation.ask("what does it cost to apply to 40 programs in psychiatry on eras")
    assert first.kind == "calculation"
    assert "$630" in first.text
    assert "eras-residency-application-fees/eras-price" in first.facts
    again = conversation.ask("and for 20?")
    assert again.kind == "calculation"
    assert "$220" in again.text
