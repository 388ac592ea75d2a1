"""The words and names that messages are read with: built from the knowledge and the training messages."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from medpath.knowledge.records import Knowledge
from medpath.language.intents import CRISIS
from medpath.language.spelling import Spelling
from medpath.language.topics import TopicMatcher
from medpath.language.wording import Wording

LEAST_USES = 2
# Their messages teach no English words: they are mistyped in distress or written in other languages.
NOT_SPELLED = frozenset({CRISIS, "other_language"})


@dataclass(frozen=True)
class Lexicon:
    """Pairs of name and topic id, and how often each known word is used."""

    names: tuple[tuple[str, str], ...]
    frequencies: dict[str, int]

    def matcher(self, wording: Wording) -> TopicMatcher:
        """A matcher over these names."""
        return TopicMatcher(self.names, wording, Spelling(self.frequencies))

    def save(self, path: Path) -> None:
        """Writes the lexicon as JSON."""
        path.write_text(json.dumps({"names": self.names, "frequencies": self.frequencies}), encoding="utf-8")


def spelled(messages: Iterable[tuple[str, str]]) -> list[str]:
    """The texts, of pairs of message and intent, whose words are known words."""
    return [text for text, intent in messages if intent not in NOT_SPELLED]


def load_lexicon(path: Path) -> Lexicon:
    """Reads what Lexicon.save wrote."""
    content = json.loads(path.read_text(encoding="utf-8"))
    return Lexicon(tuple((name, topic) for name, topic in content["names"]), content["frequencies"])


def names_of(knowledge: Knowledge) -> tuple[tuple[str, str], ...]:
    """Every name of every topic with the topic's id."""
    return tuple((name, topic.id) for topic in knowledge.topics for name in (topic.name, *topic.aliases))


def build_lexicon(names: Iterable[tuple[str, str]], texts: Iterable[str], wording: Wording) -> Lexicon:
    """The lexicon of names and of the words that stand in names or at least twice in the texts."""
    names = tuple(names)
    named = {word.written.lower() for name, _ in names for word in wording.words(name)}
    uses = Counter(word.written.lower() for text in texts for word in wording.words(text))
    kept = {word: number for word, number in uses.items() if number >= LEAST_USES or word in named}
    return Lexicon(names, {**dict.fromkeys(named, 1), **kept})
