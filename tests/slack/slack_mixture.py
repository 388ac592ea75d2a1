"""Many events as a bad day delivers them: retries, the same event twice, mentions in two forms, all shuffled."""

from __future__ import annotations

import itertools
import random
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from slack_requests import Door, Message, Payload, ignored_events, retry
from slack_standin import Slack

REASONS = ("http_timeout", "too_many_redirects", "connection_failed", "ssl_error", "http_error", "unknown_error")
KINDS = ("im", "channel", "mpim", "im", "group")
SENDERS = 8

Place = tuple[str, str]


@dataclass
class Mixture:
    """Deliveries with their headers, the question that is to be answered at each place, and where silence is right."""

    deliveries: list[tuple[Payload, dict[str, str]]] = field(default_factory=list)
    questions: dict[Place, str] = field(default_factory=dict)
    silent: set[str] = field(default_factory=set)

    def send(self, door: Door) -> list[float]:
        """Delivers everything, several at a time; gives the seconds until each was acknowledged."""
        with ThreadPoolExecutor(SENDERS) as pool:
            responses = pool.map(lambda delivery: door.event(delivery[0], **delivery[1]), self.deliveries)
            return [response.elapsed.total_seconds() for response in responses]

    def answers(self, slack: Slack) -> Counter[Place]:
        """How many messages of the bot stand at each place."""
        bodies = [call.body for call in slack.taken("chat.postMessage")]
        return Counter((body["channel"], body.get("thread_ts", "")) for body in bodies)

    def all_answered(self, slack: Slack) -> bool:
        """Whether each question has an answer."""
        return self.questions.keys() <= self.answers(slack).keys()


def mixture(slack: Slack, questions: Sequence[str], events: int, seed: int = 0) -> Mixture:
    """So many messages, each in a conversation of its own, with what Slack adds to them; one in four is for nobody."""
    chance = random.Random(seed)
    made = Mixture()
    for number, kind, question in zip(range(events), itertools.cycle(KINDS), itertools.cycle(questions)):
        person = slack.person(kind)
        if number % 4 == 3:
            ignored = list(ignored_events(person).values())
            made.deliveries += _repeated(ignored[number // 4 % len(ignored)], chance)
            made.silent.add(person.channel)
            continue
        mention = kind in ("channel", "group")
        message = person.mentions(question) if mention else person.says(question)
        made.questions[person.channel, message.root if mention else ""] = question
        for payload in _forms(message, mention):
            made.deliveries += _repeated(payload, chance)
    chance.shuffle(made.deliveries)
    return made


def _forms(message: Message, mention: bool) -> list[Payload]:
    return [message.as_message(), message.as_mention()] if mention else [message.as_message()]


def _repeated(payload: Payload, chance: random.Random) -> list[tuple[Payload, dict[str, str]]]:
    """An event once, or again with up to three retries, or again as if it had never been sent."""
    retries = [(payload, retry(number, chance.choice(REASONS))) for number in range(1, 4)]
    return [(payload, {}), *retries[: chance.choice((0, 0, 1, 2, 3))], *[(payload, {})] * chance.choice((0, 0, 1))]
