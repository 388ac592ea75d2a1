"""Slack on a bad day: hundreds of messages in all forms, retried, doubled and out of order."""

from __future__ import annotations

from on_loopback import Conversation, Running
from slack_mixture import FILE_ALONE, mixture
from slack_replies import read, words
from slack_requests import Door
from slack_standin import Slack

QUESTIONS = (
    "How many years is an internal medicine residency?",
    "When is Match Day?",
    "Compare MD and DO",
    "How long is PM&amp;R residency?",
)
EVENTS = 500
# As long as a busy machine may take.
PATIENCE = 240.0


def test_each_message_gets_exactly_one_answer_in_its_place(slack: Slack, door: Door, medpath_in_slack: Running) -> None:
    """That to its own question, and no other place gets any."""
    rest = Conversation(medpath_in_slack.url)
    expected = {question: words(rest.ask(question.replace("&amp;", "&")).body)[:40] for question in QUESTIONS}
    expected[FILE_ALONE] = "I cannot read files"
    mixed = mixture(slack, QUESTIONS, EVENTS)
    mixed.send(door)
    slack.wait(lambda: mixed.all_answered(slack), PATIENCE)
    last = slack.person()
    door.event(last.says(QUESTIONS[0]).as_message())
    slack.reply(last)
    assert mixed.answers(slack) == dict.fromkeys(mixed.questions, 1)
    for (channel, thread), question in mixed.questions.items():
        (post,) = slack.posts(channel, thread)
        assert expected[question] in words(read(post))
