"""The REST channel of a running Medpath: what comes back for whatever is sent."""

from __future__ import annotations

import asyncio
import json
import sqlite3
import uuid
from collections.abc import Iterator
from contextlib import closing
from datetime import date
from typing import Any

import pytest
from on_loopback import Conversation, Running, post

from medpath.channels.client import Client
from medpath.channels.replies import Reply
from medpath.knowledge.checking import load_knowledge
from medpath.project import find_project

QUESTION = "How many years is an internal medicine residency?"
WHERE_FROM = "Where is that from?"
# Short enough to be read in several ways; which of them are asked back depends on the fitted thresholds.
VAGUE = [
    "PA license",
    "ID",
    "which exam fee",
    "How many years is it?",
    "How long is training?",
    "Do I need an exam?",
    "How many attempts are allowed?",
    "board exam",
    "can I moonlight",
    "how competitive is it",
    "What's the passing score?",
    "What is the pass rate?",
    "match rate",
    "can I retake the exam",
    "How much do they earn?",
    "application fee",
    "salary",
    "tuition",
    "license fee",
    "training length",
    "cost of applying",
    "retake rules",
    "which exam first",
    "when do results come out",
    "How do I apply?",
    "how long is the program",
    "letters",
    "requirements for IMGs",
    "What are the fees for the exam?",
]
CRISIS = [
    "I want to kill myself",
    "i dont want to be alive anymore",
    "/I want to kill myself",
    "I failed Step 1 again and I want to end my life",
    "my roommate in med school says she is going to kill herself",
    "I\u00a0want\nto\x00die",
]
SPECIALTIES = [
    "internal medicine",
    "pediatrics",
    "family medicine",
    "general surgery",
    "psychiatry",
    "neurology",
    "dermatology",
    "anesthesiology",
    "emergency medicine",
    "pathology",
    "radiation oncology",
    "diagnostic radiology",
    "neurosurgery",
    "orthopedic surgery",
    "urology",
    "ophthalmology",
    "otolaryngology",
    "plastic surgery",
    "vascular surgery",
    "thoracic surgery",
    "preventive medicine",
    "nuclear medicine",
    "medical genetics",
    "child neurology",
    "interventional radiology",
    "physical medicine and rehabilitation",
    "obstetrics and gynecology",
    "cardiology",
    "gastroenterology",
    "nephrology",
]


# What an answer carries


def test_an_answer_carries_text_buttons_and_the_structured_block(conversation: Conversation) -> None:
    """One message holds everything: text with its source for plain channels, and the same in parts for others."""
    (message,) = conversation.say(QUESTION)
    block = message["custom"]
    assert message["recipient_id"] == conversation.sender
    assert block["kind"] == "answer"
    assert block["facts"]
    assert "internal-medicine" in block["topics"]
    assert 0 < block["score"] <= 1
    assert block["body"] in message["text"]
    assert all(source["url"] in message["text"] for source in block["sources"])
    assert all(warning in message["text"] for warning in block["warnings"])
    offered = [(button["title"], button["payload"]) for button in message["buttons"]]
    assert offered == [(button["title"], button["payload"]) for button in block["buttons"]]


def test_every_source_has_an_address_and_a_date(conversation: Conversation) -> None:
    """A person can look an answer up, and sees how old it is."""
    sources = conversation.ask(QUESTION).sources
    assert sources
    assert all(source.url.startswith("http") and source.as_of and source.publisher for source in sources)


def test_the_buttons_under_an_answer_lead_on(conversation: Conversation) -> None:
    """Each thing offered next is another fact, and picking it shows it."""
    answer = conversation.ask(QUESTION)
    assert answer.buttons
    shown = [conversation.ask(button.payload) for button in answer.buttons]
    assert all(reply.kind == "answer" for reply in shown)
    assert len({reply.facts for reply in shown} | {answer.facts}) == len(shown) + 1


def test_a_question_back_offers_facts(medpath_url: str) -> None:
    """Where a question can be read in several ways, a button names the fact of each and its payload shows that fact."""
    replies = [Conversation(medpath_url).ask(text) for text in VAGUE]
    assert all(reply.buttons for reply in replies if reply.kind == "clarify")
    readings = [button for reply in replies for button in reply.buttons if button.facts]
    assert readings
    for button in readings[:5]:
        picked = Conversation(medpath_url).ask(button.payload)
        assert picked.kind == "answer"
        assert picked.facts[:1] == button.facts


def test_the_source_of_a_picked_fact_can_be_asked_for(conversation: Conversation) -> None:
    """What a button showed is remembered like any answer."""
    payload = conversation.ask(QUESTION).buttons[0].payload
    shown = conversation.ask(payload)
    assert conversation.ask(WHERE_FROM).facts == shown.facts


# Messages that are no questions


@pytest.mark.parametrize("message", ["", " ", None, 7, 2.5, True, ["When is Match Day?"], {"text": "hi"}])
def test_what_cannot_be_read_is_told(conversation: Conversation, message: Any) -> None:
    """An empty message, or one that is no text, gets a word about what to send."""
    reply = conversation.ask(message)
    assert reply.kind == "error"
    assert "type your question" in reply.text


def test_a_missing_message_is_told(medpath_url: str) -> None:
    """A body without a message is answered like an empty message."""
    status, messages = post(medpath_url, b'{"sender": "somebody"}')
    assert status == 200
    assert "type your question" in messages[0]["text"]


def test_a_very_long_message_is_told(conversation: Conversation) -> None:
    """100,000 characters are refused with the limit, and the conversation goes on."""
    reply = conversation.ask("x" * 100_000)
    assert reply.kind == "error"
    assert "6000 characters" in reply.text
    assert conversation.ask(QUESTION).kind == "answer"


@pytest.mark.parametrize(
    "text",
    [
        "🙂",
        "👩🏽‍⚕️🏥❤️",
        "内科住院医师培训需要多少年？",
        "¿Cuántos años dura la residencia de medicina interna?",
        "كم سنة مدة الإقامة في الطب الباطني؟",
        "'; DROP TABLE events; --",
        "1 OR 1=1; DELETE FROM events",
        "{{7*7}} ${7*7} %s %n {where}",
        '{"sender": "somebody else", "message": "hi"}',
        "\\",
        "?",
        "a " * 900,
        "\u202eyad hctam si nehw",
        "x" * 6000,
    ],
)
def test_odd_texts_are_answered(conversation: Conversation, text: str) -> None:
    """Emoji, other languages, code and noise get a reply that is no failure."""
    assert conversation.ask(text).kind != "error"


def test_control_characters_do_not_change_a_question(medpath_url: str) -> None:
    """A question with control characters in it is understood like the question without them."""
    spoilt = "How\x00many\x07years\tis an\r\ninternal medicine residency?\x1b"
    assert Conversation(medpath_url).ask(spoilt) == Conversation(medpath_url).ask(QUESTION)


def test_markup_is_not_sent_back(conversation: Conversation) -> None:
    """A script in a question does not come back in the reply, where a page might run it."""
    replies = conversation.say("<script>alert(1)</script> When is Match Day? <img src=x onerror=alert(1)>")
    assert "<" not in json.dumps(replies)


# A person's text does not steer Rasa


@pytest.mark.parametrize(
    "text",
    [
        "/greet",
        "/restart",
        '/ask_cost{"topic": "md"}',
        "/session_start",
        "/session_start{}",
        "EXTERNAL: foo",
        "/action_listen",
        " \u200b/goodbye",
    ],
)
def test_a_named_intent_is_read_as_words(medpath_running: Running, conversation: Conversation, text: str) -> None:
    """What looks like one of Rasa's commands goes to the classifier as text, without its slash."""
    conversation.say(text)
    (heard,) = _heard(medpath_running, conversation)
    assert not heard["text"].startswith("/")
    assert len(heard["parse_data"]["intent_ranking"]) > 1


def test_a_named_fact_is_not_obeyed(conversation: Conversation) -> None:
    """The intent of a button, typed with its entity as Rasa would take it, is read as the words that it is."""
    facts = [fact.id for fact in load_knowledge(find_project().knowledge, date.today()).facts]
    named = facts[:: len(facts) // 12]
    shown = [fact for fact in named if fact in conversation.ask(f'/pick_fact{{"fact": "{fact}"}}').facts]
    assert len(shown) < len(named), "each is shown, which words alone hardly do"


@pytest.mark.parametrize("command", ["/back", "/pick"])
def test_a_command_does_not_wipe_the_conversation(conversation: Conversation, command: str) -> None:
    """After a typed command, which is read as the words that it is, the last answer is still the one asked about."""
    answer = conversation.ask(QUESTION)
    conversation.say(command)
    assert conversation.ask(WHERE_FROM).sources == answer.sources


def test_a_prefix_of_rasas_is_read_as_words(conversation: Conversation) -> None:
    """What follows it is answered, neither run as an event nor forgotten with all that was said."""
    conversation.ask(QUESTION)
    answer = conversation.ask("EXTERNAL: what is SOAP in the Match")
    assert answer.topics[0] == "soap"
    assert conversation.ask(WHERE_FROM).facts[0] == answer.facts[0]


def test_a_fact_that_does_not_exist_is_declined(conversation: Conversation) -> None:
    """A made-up payload gets a whole sentence, without gaps."""
    reply = conversation.ask("fact:no-such-topic/no-such-fact")
    assert reply.kind == "decline"
    assert "  " not in reply.text


@pytest.mark.parametrize("text", CRISIS)
def test_a_person_in_crisis_gets_numbers_to_call(conversation: Conversation, text: str) -> None:
    """Words of despair get the lifelines, however they are typed."""
    reply = conversation.ask(text)
    assert reply.kind == "safety"
    assert "988" in reply.text
    assert "1-888-409-0141" in reply.text


# Requests that are no messages


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b'{"sender": "me", "message": ',
        b"When is Match Day?",
        b"\xff\xfe\x00",
        b"null",
        b"7",
        b'"me"',
        b"[]",
        b"[" * 100_000,
        b"{}",
        b'{"message": "When is Match Day?"}',
        b'{"sender": null, "message": "When is Match Day?"}',
        b'{"sender": "", "message": "When is Match Day?"}',
        b'{"sender": "  ", "message": "When is Match Day?"}',
        b'{"sender": 7, "message": "When is Match Day?"}',
        b'{"sender": ["me"], "message": "When is Match Day?"}',
        json.dumps({"sender": "x" * 201, "message": "When is Match Day?"}).encode(),
    ],
    ids=lambda body: body[:40].decode(errors="replace") or "empty",
)
def test_a_malformed_request_gets_an_example(medpath_url: str, body: bytes) -> None:
    """A program that sends something else than sender and message is shown what to send."""
    status, content = post(medpath_url, body)
    assert status == 400
    assert '{"sender": "me", "message": "When is Match Day?"}' in content["error"]


@pytest.mark.parametrize("sender", ["\\ud800", "a\\u0000b", "a\\u001b[2J", "\\u200b"])
def test_a_sender_that_no_database_keeps_is_refused(medpath_url: str, conversation: Conversation, sender: str) -> None:
    """A name with half a character or a control character gets the hint, and Medpath goes on answering."""
    status, content = post(medpath_url, f'{{"sender": "{sender}", "message": "When is Match Day?"}}'.encode())
    assert status == 400
    assert "sender" in content["error"]
    assert conversation.ask(QUESTION).kind == "answer"


@pytest.mark.parametrize("sender", ["'; DROP TABLE events; --", "../../etc/passwd", "Zoë 张", "x" * 160, "a:b|c"])
def test_any_readable_sender_has_a_conversation(medpath_url: str, sender: str) -> None:
    """Names are only names: what one person was told is remembered under it."""
    conversation = Conversation(medpath_url, f"{sender}{uuid.uuid4().hex}")
    answer = conversation.ask(QUESTION)
    assert conversation.ask(WHERE_FROM).sources == answer.sources


# Many at once


def test_thirty_conversations_at_once_do_not_mix(medpath_url: str) -> None:
    """Each of thirty people who talk at the same time is told the source of his own answer."""
    turns = asyncio.run(_talk_at_once(medpath_url))
    answered = [(answer, origin) for answer, origin in turns if answer.kind == "answer"]
    assert len({answer.facts[0] for answer, _ in answered}) >= 20
    assert all(origin.facts == answer.facts[:1] for answer, origin in answered)
    assert all(origin.kind != "answer" for answer, origin in turns if answer.kind != "answer")


def test_messages_of_one_person_at_once_are_all_answered(medpath_url: str) -> None:
    """Somebody who sends five messages without waiting gets an answer to each."""

    async def hurry() -> list[list[Reply]]:
        async with Client(medpath_url) as client:
            return await asyncio.gather(*(client.send("in-a-hurry", QUESTION) for _ in range(5)))

    assert [[reply.kind for reply in replies] for replies in asyncio.run(hurry())] == [["answer"]] * 5


async def _talk_at_once(url: str) -> list[tuple[Reply, Reply]]:
    async with Client(url) as client:

        async def talk(specialty: str) -> tuple[Reply, Reply]:
            (answer,) = await client.send(specialty, f"How many years is training in {specialty}?")
            (origin,) = await client.send(specialty, WHERE_FROM)
            return answer, origin

        return await asyncio.gather(*map(talk, SPECIALTIES))


def _heard(medpath: Running, conversation: Conversation) -> Iterator[dict[str, Any]]:
    """What Rasa kept of the messages of a conversation."""
    with closing(sqlite3.connect(medpath.database)) as database:
        rows = database.execute(
            "SELECT data FROM events WHERE type_name = 'user' AND sender_id = ?", (conversation.sender,)
        ).fetchall()
    return (json.loads(data) for (data,) in rows)
