"""Plans in a conversation with the running product: the form, what interrupts it, and what is said of a plan."""

from __future__ import annotations

import pytest
from on_loopback import Conversation

from medpath.channels.replies import Reply, read_reply

PAKISTAN = "im a 3rd yr med student in pakistan and want to be a cardiologist in the us, what do i do"
SOPHOMORE = "college sophomore, want derm"
HELP_LINES = ("988", "911")


def say(conversation: Conversation, text: str) -> list[Reply]:
    """All replies to a message."""
    return [read_reply(message) for message in conversation.say(text)]


def planned(conversation: Conversation, text: str) -> Reply:
    """The plan that a message leads to, as its one reply."""
    (reply,) = say(conversation, text)
    assert reply.kind == "plan"
    return reply


@pytest.mark.parametrize(
    ("text", "target"),
    [
        (SOPHOMORE, "Dermatology"),
        ("DO student, third year, ortho, what do I have to do when?", "Orthopaedic surgery"),
        ("M2 here, make me a plan for psychiatry", "Psychiatry"),
    ],
)
def test_everything_in_one_sentence(conversation: Conversation, text: str, target: str) -> None:
    """The plan comes at once, in words and as an object, with sources and buttons."""
    plan = planned(conversation, text)
    assert plan.plan is not None
    assert plan.plan["target"] == target
    assert plan.plan["steps"]
    assert f"Your way to {target}" in plan.text
    assert plan.sources
    assert [button.title for button in plan.buttons][:2] == ["What is next for me?", "What will it all cost?"]


def test_only_what_is_missing_is_asked(conversation: Conversation) -> None:
    """A student from abroad is asked for the visa alone, and then gets the plan."""
    begins, asked = say(conversation, PAKISTAN)
    assert "skip" in begins.text
    assert "visa" in asked.text
    plan = planned(conversation, "I need a visa")
    assert plan.plan is not None
    assert "ecfmg_certificate" in [step["name"] for step in plan.plan["steps"]]


def test_step_by_step_with_buttons(conversation: Conversation) -> None:
    """One question after another; a button's payload is an answer."""
    assert "Where on the way" in say(conversation, "make me a plan")[-1].text
    school = say(conversation, "third year of med school")[-1]
    assert "MD school" in school.text
    target = say(conversation, school.buttons[1].payload)[-1]
    assert "Which specialty" in target.text
    plan = planned(conversation, target.buttons[0].payload)
    assert plan.plan is not None
    assert "comlex_level_2_ce" in [step["name"] for step in plan.plan["steps"]]


def test_several_answers_at_once_and_a_correction(conversation: Conversation) -> None:
    """What is told beside what was asked counts too, and "actually" mends it."""
    say(conversation, "plan")
    say(conversation, "pgy2, DO")
    plan = planned(conversation, "IM and i want cards")
    assert "cardiovascular" in plan.text.lower()
    told = say(conversation, "what do you know about me")[0].text
    assert "resident" in told
    assert "DO" in told


def test_questions_in_between_are_answered(conversation: Conversation) -> None:
    """The form goes on after the answer with the question that was open."""
    say(conversation, PAKISTAN)
    answer, asked = say(conversation, "how long is cardiology fellowship after IM?")
    assert answer.kind == "answer"
    assert answer.facts
    assert "visa" in asked.text
    more, again = say(conversation, "where is that from?")
    assert more.sources
    assert "visa" in again.text
    assert planned(conversation, "no visa needed").plan


def test_an_answer_and_a_question_in_one_message(conversation: Conversation) -> None:
    """Both get what they want."""
    say(conversation, PAKISTAN)
    answer, plan = say(conversation, "I need a visa, and how much does step 1 cost?")
    assert answer.kind == "answer"
    assert plan.kind == "plan"


def test_talk_in_between(conversation: Conversation) -> None:
    """Thanks are taken as thanks, rubbish as rubbish, and the question stays."""
    say(conversation, "nurse, 34, want to become a doctor")
    for text in ("thank you!", "asdf qwer zxcv", "yes"):
        assert "Which specialty" in say(conversation, text)[-1].text


def test_skip_and_not_knowing(conversation: Conversation) -> None:
    """What is skipped is left out; a plan comes all the same."""
    say(conversation, PAKISTAN)
    assert planned(conversation, "skip").plan
    conversation = Conversation(conversation.url)
    say(conversation, "nurse, 34, want to become a doctor")
    plan = planned(conversation, "I don't know")
    assert "at about" in plan.text


def test_the_stage_is_needed(conversation: Conversation) -> None:
    """Without it the form says so and asks again."""
    say(conversation, "plan")
    needed, asked = say(conversation, "skip")
    assert "Without a stage" in needed.text
    assert "Where on the way" in asked.text


def test_going_back(conversation: Conversation) -> None:
    """The last question is asked once more."""
    say(conversation, "plan")
    say(conversation, "college junior")
    assert "Where on the way" in say(conversation, "go back")[-1].text
    say(conversation, "college freshman")
    plan = planned(conversation, "psych")
    assert plan.plan is not None
    assert plan.plan["target"] == "Psychiatry"


def test_stopping(conversation: Conversation) -> None:
    """The form is left, a question is answered as ever, and "plan" takes up what was told."""
    say(conversation, "plan")
    say(conversation, "college junior")
    (left,) = say(conversation, "stop")
    assert "leave the plan" in left.text
    assert conversation.ask("when is match day").kind == "answer"
    assert "Which specialty" in say(conversation, "plan")[-1].text


def test_danger_inside_the_form(conversation: Conversation) -> None:
    """The help lines come first and alone, the form is over, and what was told to it is still there."""
    say(conversation, PAKISTAN)
    (help_lines,) = say(conversation, "i can't do this anymore, i want to end it all")
    assert help_lines.kind == "safety"
    assert all(number in help_lines.text for number in HELP_LINES)
    assert conversation.ask("when is match day").kind == "answer"
    assert "visa" in say(conversation, "plan")[-1].text


def test_danger_with_a_question_inside_the_form(conversation: Conversation) -> None:
    """The question beside it is answered after the help lines, not by the form."""
    say(conversation, PAKISTAN)
    first, *others = say(conversation, "i want to kill myself. how long is step 1?")
    assert first.kind == "safety"
    assert [reply.kind for reply in others] in ([], ["answer"])


def test_weariness_inside_the_form(conversation: Conversation) -> None:
    """A human word comes before the next question."""
    say(conversation, PAKISTAN)
    word, asked = say(conversation, "why did I even go into medicine, I am so burned out")
    assert word.facts
    assert "visa" in asked.text


def test_what_if(conversation: Conversation) -> None:
    """The difference stands first, the new plan is the plan from then on, and all else is answered as ever."""
    planned(conversation, SOPHOMORE)
    other = planned(conversation, "what if I choose surgery instead")
    assert "2038 instead of 2037" in other.text
    as_do = planned(conversation, "as a DO")
    assert "COMLEX" in as_do.text
    assert as_do.plan is not None
    assert as_do.plan["target"] == "General surgery"
    assert conversation.ask("how long is cardiology fellowship").kind == "answer"
    assert planned(conversation, "make me a plan").plan


def test_what_the_plan_is_asked(conversation: Conversation) -> None:
    """Next steps, costs, age, reasons; buttons ask the same."""
    plan = planned(conversation, SOPHOMORE)
    following = planned(conversation, plan.buttons[0].payload)
    assert following.text.startswith("Next for you")
    assert following.plan is None
    assert "MCAT: $345" in planned(conversation, "how much will it all cost").text
    assert "how old you are" in planned(conversation, "how old will i be").text
    assert "about 31" in planned(conversation, "im 20").text
    assert planned(conversation, "why 3 years?").text.startswith("Residency in dermatology")
    assert "instead of" in planned(conversation, plan.buttons[2].payload).text


def test_starting_over_forgets_the_plan(conversation: Conversation) -> None:
    """Also inside the form; a what-if has nothing to change then, and the next plan begins from nothing."""
    planned(conversation, SOPHOMORE)
    conversation.ask("start over")
    assert conversation.ask("what if I choose surgery instead").kind != "plan"
    say(conversation, "college junior, make me a plan")
    (over,) = say(conversation, "let's start over")
    assert "fresh start" in over.text
    assert "Where on the way" in say(conversation, "plan")[-1].text


def test_being_forgotten_forgets_the_plan(conversation: Conversation) -> None:
    """Also inside the form."""
    planned(conversation, SOPHOMORE)
    say(conversation, PAKISTAN)
    (gone,) = say(conversation, "forget me")
    assert "forgotten" in gone.text or "erased" in gone.text or "gone" in gone.text
    assert conversation.ask("what do you know about me").text.count("nothing") >= 1
    assert "Where on the way" in say(conversation, "plan")[-1].text


@pytest.mark.parametrize(
    "text",
    [
        "how long is cardiology fellowship after IM",
        "can a nurse become a doctor",
        "im a DO student, do i need step 1",
        "what do I do if I fail step 2",
    ],
)
def test_ordinary_questions_begin_no_plan(conversation: Conversation, text: str) -> None:
    """They are answered, and the next message is no answer to a form."""
    assert {reply.kind for reply in say(conversation, text)} <= {"answer", "overview", "calculation", "clarify"}
    assert conversation.ask("when is match day").kind == "answer"


def test_rubbish_in_the_form(conversation: Conversation) -> None:
    """Whatever is typed, every message gets a reply, and the form can still be left."""
    say(conversation, "plan")
    for text in (
        "?",
        "\U0001f600\U0001f600",
        "{}",
        "'; drop table plans; --",
        "fact:mcat/cost",
        "/plan_form",
        "9" * 300,
    ):
        assert all(reply.kind != "error" for reply in say(conversation, text))
    assert "leave the plan" in say(conversation, "stop")[0].text
