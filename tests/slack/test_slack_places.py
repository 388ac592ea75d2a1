"""Slack: where an answer stands, and that a thread goes on with what it hangs on."""

from __future__ import annotations

import pytest
from on_loopback import Running
from slack_medpath import asked
from slack_replies import read, words
from slack_requests import Door, retry, slash_command
from slack_standin import Slack

QUESTION = "How many years is an internal medicine residency?"
ANSWER = "Internal medicine residency takes 3 years"
OTHER_QUESTION = "When is Match Day?"
OTHER_ANSWER = "March 19, 2027"
WHERE_FROM = "where is that from"
SOURCE, OTHER_SOURCE = "differentialdiagnosis.net", "Wikipedia"


def test_a_reply_below_an_answer_goes_on_with_it(slack: Slack, door: Door, medpath_in_slack: Running) -> None:
    """In a direct message, in the thread; what is said outside of it goes on with what was said there."""
    person = slack.person()
    door.event(person.says(QUESTION).as_message())
    first = slack.reply(person)
    door.event(person.says(WHERE_FROM, first["ts"]).as_message())
    assert SOURCE in read(slack.reply(person, first["ts"]))
    door.event(person.says(WHERE_FROM).as_message())
    assert SOURCE in read(slack.reply(person, number=2))
    assert asked(medpath_in_slack, person) == [QUESTION, WHERE_FROM, WHERE_FROM]


@pytest.mark.parametrize("kind", ["im", "mpim"])
@pytest.mark.parametrize("below", ["answer", "question"])
def test_a_thread_means_the_answer_that_it_hangs_on(slack: Slack, door: Door, kind: str, below: str) -> None:
    """Though another one was given since, in a group too; both threads and the channel go on apart."""
    person = slack.person(kind)
    said = [person.says(QUESTION)]
    door.event(said[0].as_message())
    answers = [slack.reply(person)]
    said.append(person.says(OTHER_QUESTION))
    door.event(said[1].as_message())
    answers.append(slack.reply(person, number=2))
    roots = [post["ts"] for post in answers] if below == "answer" else [message.ts for message in said]
    for number in (1, 2):
        for root, source in zip(roots, (SOURCE, OTHER_SOURCE), strict=True):
            door.event(person.says(WHERE_FROM, root).as_message())
            assert source in read(slack.reply(person, root, number=number))
    door.event(person.says(WHERE_FROM).as_message())
    assert OTHER_SOURCE in read(slack.reply(person, number=3))


def test_of_two_questions_at_once_a_thread_means_the_one_that_is_answered_above(slack: Slack, door: Door) -> None:
    """Though the second was asked before the first was answered."""
    person = slack.person()
    for question in (QUESTION, OTHER_QUESTION):
        door.event(person.says(question).as_message())
    roots = [slack.reply(person, number=number)["ts"] for number in (1, 2)]
    for root, source in zip(roots, (SOURCE, OTHER_SOURCE), strict=True):
        door.event(person.says(WHERE_FROM, root).as_message())
        assert source in read(slack.reply(person, root))


@pytest.mark.parametrize("forms", [("message", "app_mention"), ("app_mention", "message")])
@pytest.mark.parametrize("in_thread", [False, True])
def test_a_mention_in_a_group_is_answered_once_and_always_in_its_thread(
    slack: Slack, door: Door, medpath_in_slack: Running, forms: tuple[str, str], in_thread: bool
) -> None:
    """Whichever form comes first, and though each comes again; the thread goes on without a mention."""
    person = slack.person("mpim")
    message = person.mentions(QUESTION, person.says("").ts if in_thread else "")
    payloads = {"message": message.as_message(), "app_mention": message.as_mention()}
    for form in forms:
        door.event(payloads[form])
        door.event(payloads[form], **retry(1))
    assert ANSWER in read(slack.reply(person, message.root))
    door.event(person.says(WHERE_FROM, message.root).as_message())
    assert SOURCE in read(slack.reply(person, message.root, number=2))
    door.event(person.says(OTHER_QUESTION).as_message())
    assert OTHER_ANSWER in read(slack.reply(person))
    assert len(slack.posts(person.channel, message.root)) == 2
    assert asked(medpath_in_slack, person) == [QUESTION, WHERE_FROM, OTHER_QUESTION]


def test_what_is_asked_by_a_command_stays_out_of_the_threads_of_a_channel(slack: Slack, door: Door) -> None:
    """Only its person sees the answer, so that no thread may go on with it."""
    person, url = slack.person("channel"), slack.response_url()
    door.command(slash_command(person, QUESTION, url))
    slack.wait(lambda: slack.taken(url))
    message = person.mentions(WHERE_FROM)
    door.event(message.as_message())
    assert "Length of Medical Residency" not in words(read(slack.reply(person, message.ts)))
