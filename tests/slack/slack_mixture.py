"""Many messages as a bad day delivers them: in all the forms that people use, retried, doubled, all shuffled."""

from __future__ import annotations

import itertools
import random
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from slack_messages import LINK, broadcast, edit, ignored_events, replied_to, unfurled, with_file
from slack_requests import Door, Message, Payload, retry
from slack_standin import Slack

REASONS = ("http_timeout", "too_many_redirects", "connection_failed", "ssl_error", "http_error", "unknown_error")
SENDERS = 8
# What is asked by a file alone.
FILE_ALONE = ""

Place = tuple[str, str]


@dataclass
class Scene:
    """What Slack sends of one channel, and the question that is to be answered at each place; nowhere else any."""

    payloads: list[Payload] = field(default_factory=list)
    questions: dict[Place, str] = field(default_factory=dict)

    def add(self, message: Message, question: str, payloads: Iterable[Payload], thread: str = "") -> Scene:
        """The same with a message that is answered, and in which forms it comes."""
        self.payloads += payloads
        self.questions[message.person.channel, thread] = question
        return self


@dataclass
class Mixture:
    """Deliveries with their headers, and what is to be answered at each place."""

    deliveries: list[tuple[Payload, dict[str, str]]] = field(default_factory=list)
    questions: dict[Place, str] = field(default_factory=dict)
    channels: set[str] = field(default_factory=set)

    def send(self, door: Door) -> list[float]:
        """Delivers everything, several at a time; gives the seconds until each was acknowledged."""
        with ThreadPoolExecutor(SENDERS) as pool:
            responses = pool.map(lambda delivery: door.event(delivery[0], **delivery[1]), self.deliveries)
            return [response.elapsed.total_seconds() for response in responses]

    def answers(self, slack: Slack) -> Counter[Place]:
        """How many messages of the bot stand at each place of the channels of this day."""
        bodies = [call.body for call in slack.taken("chat.postMessage")]
        places = [(body["channel"], body.get("thread_ts", "")) for body in bodies]
        return Counter(place for place in places if place[0] in self.channels)

    def all_answered(self, slack: Slack) -> bool:
        """Whether each question has an answer."""
        return self.questions.keys() <= self.answers(slack).keys()


def mixture(slack: Slack, questions: Sequence[str], events: int, seed: int = 0) -> Mixture:
    """So many messages or more, each scene in a channel of its own, with what Slack adds to them."""
    chance = random.Random(seed)
    made, count = Mixture(), 0
    asked = itertools.cycle(itertools.permutations(questions, 2))
    for scene_of, (question, other) in zip(itertools.cycle(SCENES), asked):
        if count >= events:
            break
        scene = scene_of(slack, question, other)
        count += len(scene.payloads)
        made.questions |= scene.questions
        made.channels |= {payload["event"]["channel"] for payload in scene.payloads}
        made.deliveries += [delivery for payload in scene.payloads for delivery in _repeated(payload, chance)]
    chance.shuffle(made.deliveries)
    return made


def _direct(slack: Slack, question: str, _: str) -> Scene:
    message = slack.person().says(question)
    return Scene().add(message, question, [message.as_message()])


def _mention(slack: Slack, question: str, _: str) -> Scene:
    message = slack.person("channel").mentions(question)
    return Scene().add(message, question, [message.as_message(), message.as_mention()], message.ts)


def _in_group(slack: Slack, question: str, other: str) -> Scene:
    """One in a group's direct messages without a mention, and one with."""
    person = slack.person("mpim")
    plain, mention = person.says(question), person.mentions(other)
    scene = Scene().add(plain, question, [plain.as_message()])
    return scene.add(mention, other, [mention.as_message(), mention.as_mention()], mention.ts)


def _file(slack: Slack, question: str, _: str) -> Scene:
    message = slack.person().says(question)
    return Scene().add(message, question, [with_file(message), unfurled(message)])


def _file_in_channel(slack: Slack, question: str, other: str) -> Scene:
    """One that names Medpath, and one that does not."""
    person = slack.person("group")
    message, unnamed = person.mentions(question), person.says(other)
    payloads = [with_file(message), with_file(message, "app_mention"), with_file(unnamed)]
    return Scene().add(message, question, payloads, message.ts)


def _file_alone(slack: Slack, *_: str) -> Scene:
    message = slack.person().says("")
    return Scene().add(message, FILE_ALONE, [with_file(message)])


def _broadcast(slack: Slack, question: str, other: str) -> Scene:
    """One that names Medpath in a thread, and one in another thread that does not."""
    person = slack.person("channel")
    message = person.mentions(question, person.says("").ts)
    unnamed = person.says(other, person.says("").ts)
    return Scene().add(
        message, question, [broadcast(message), message.as_mention(), broadcast(unnamed)], message.thread
    )


def _mention_added(slack: Slack, question: str, _: str) -> Scene:
    message = slack.person("channel").says(question)
    edited = edit(message, f"<@{message.person.workspace.bot_user}> {question}")
    payloads = [message.as_message(), edited.as_change(), edited.as_mention(), replied_to(edited.after)]
    return Scene().add(message, question, payloads, message.ts)


def _question_changed(slack: Slack, question: str, other: str) -> Scene:
    """Twice, the second time in nothing but a sign."""
    message = slack.person().says(question)
    edited = edit(message, other)
    again = edit(edited.after, f"{other} !")
    scene = Scene().add(message, question, [message.as_message(), unfurled(message)])
    return scene.add(message, other, [edited.as_change(), again.as_change()], message.ts)


def _nobody(slack: Slack, question: str, _: str) -> Scene:
    """What people say to each other, links that unfold, and all that Slack reports."""
    person = slack.person("channel")
    link, said = person.says(f"<{LINK}>"), person.says(question)
    talk = [link.as_message(), unfurled(link), said.as_message(), edit(said, f"{question} anyone").as_change()]
    return Scene([*talk, *ignored_events(person).values()])


SCENES: tuple[Callable[[Slack, str, str], Scene], ...] = (
    *(_direct, _mention, _in_group, _file, _file_in_channel, _file_alone),
    *(_broadcast, _mention_added, _question_changed, _nobody),
)


def _repeated(payload: Payload, chance: random.Random) -> Iterator[tuple[Payload, dict[str, str]]]:
    """An event once, or again with up to three retries, or again as if it had never been sent."""
    yield payload, {}
    for number in range(1, 1 + chance.choice((0, 0, 1, 2, 3))):
        yield payload, retry(number, chance.choice(REASONS))
    if chance.choice((False, False, True)):
        yield payload, {}
