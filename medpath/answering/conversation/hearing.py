"""How a message is heard in its conversation: its shape, the ways in which it can be read, what it corrects."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from medpath.answering.conversation.memory import Memory
from medpath.answering.question import Question
from medpath.knowledge.records import STATE, Knowledge
from medpath.language.following import (
    ABOUT,
    JOINED,
    NAMED,
    OPENED,
    PLAIN,
    SWAPPED,
    Before,
    FollowUpWords,
    Shape,
    corrected,
    correction_in,
    readings,
    shape_of,
    without_lead,
)
from medpath.language.splitting import Splitter
from medpath.language.topics import Mention, TopicMatcher
from medpath.language.wording import Word

# Of these kinds one can stand for another in the same question.
ROWS = frozenset({"specialty", "fellowship", "state", "degree", "visa", "exam"})


@dataclass(frozen=True)
class Heard:
    """A message with its shape and the ways in which it can be read.

    `placed` is the compared topic that it calls by its place ("the second one") or as the other one. Of a message that
    `corrects` what was understood, `question` is the last one with its part exchanged.
    """

    question: Question
    shape: Shape
    ways: Mapping[str, str]
    placed: str
    corrects: bool = False


class Hearing:
    """Hears messages with what was said before them."""

    def __init__(self, knowledge: Knowledge, matcher: TopicMatcher, words: FollowUpWords, splitter: Splitter) -> None:
        self._knowledge, self._matcher = knowledge, matcher
        self._words, self._splitter = words, splitter

    def heard(self, question: Question, memory: Memory) -> Heard:
        """A message with the ways in which it can be read after what is remembered."""
        words, before = self._matcher.words(question.text), self._before(memory)
        kept = correction_in(question.text, words, self._words) if before else ""
        text = self._without_lead(kept or question.text) if memory.topics else question.text
        mentions = self.subjects(text, memory)
        shape = shape_of(words, self._matcher.words(text), mentions, self._words, self._matcher.knows)
        if before and kept and (shape.rest or shape.named) and not self._splitter.asks(text):
            intents = blended(question.intents, memory.aspects, SWAPPED)
            asked = replace(question, text=corrected(text, mentions, before, self._alike), intents=intents, vector=None)
            return Heard(asked, shape, {PLAIN: asked.text}, self._placed(words, memory), corrects=True)
        ways = readings(text, mentions, shape, None if closed(shape, question.text) else before, self._alike)
        return Heard(question, shape, ways, self._placed(words, memory))

    def _without_lead(self, text: str) -> str:
        return without_lead(text, self._matcher.words(text), self._words)

    def subjects(self, text: str, memory: Memory) -> list[Mention]:
        """The topics that a message names, in a conversation about something else without states: "in Georgia?".

        There a state is a place and not its license, unless the message speaks of what states decide.
        """
        mentions = self._matcher.mentions(text)
        if not memory.topics or self._is_about_states(memory) or self._matcher.speaks_of_states(text):
            return mentions
        return [mention for mention in mentions if not all(map(self._is_state, mention.topics))]

    def _is_about_states(self, memory: Memory) -> bool:
        """Whether the last answer was about a state, or its question named one."""
        named = (topic for mention in self._matcher.mentions(memory.question) for topic in mention.topics)
        return any(map(self._is_state, (*memory.topics, *named)))

    def _is_state(self, name: str) -> bool:
        return self._kind(name) == STATE

    def _kind(self, name: str) -> str:
        topic = self._knowledge.topic(name)
        return topic.kind if topic else ""

    def _placed(self, words: Sequence[Word], memory: Memory) -> str:
        said = [word.written.lower() for word in words]
        named = next((word for word in said if word in self._words.ordinals), "")
        place = self._words.ordinals.get(named, 0)
        if not place or abs(place) > len(memory.compared):
            return ""
        others = [topic for topic in memory.compared if topic not in memory.topics]
        if named == "other" and len(others) == 1:
            return others[0]
        return memory.compared[place - 1 if place > 0 else place]

    def _before(self, memory: Memory) -> Before | None:
        topic = self._knowledge.topic(memory.topics[0]) if memory.topics else None
        if topic is None:
            return None
        mentions = tuple(self._matcher.mentions(memory.question))
        return Before(memory.question, mentions, topic.short_name, memory.subject, memory.opening)

    def _alike(self, one: tuple[str, ...], other: tuple[str, ...]) -> bool:
        return bool(ROWS.intersection(map(self._kind, one)).intersection(map(self._kind, other)))


def closed(shape: Shape, text: str) -> bool:
    """Whether a message stands alone whatever was said before: it says nothing, or is a command ("/restart")."""
    return not (shape.rest or shape.named or shape.points) or text.lstrip().startswith("/")


def blended(own: Mapping[str, float], before: Mapping[str, float], way: str) -> dict[str, float]:
    """The kinds of question: those of the message; a message that only names another topic has those before it."""
    share = {ABOUT: 0.0, NAMED: 0.0, JOINED: 0.3, OPENED: 0.3, SWAPPED: 0.8}[way]
    asks = {name: (1 - share) * p for name, p in own.items() if name.startswith("ask_")}
    total = sum(asks.values()) or 1.0
    found = {name: p * (1 - share) / total for name, p in asks.items()}
    for name, p in before.items():
        found[name] = found.get(name, 0.0) + share * p
    return found
