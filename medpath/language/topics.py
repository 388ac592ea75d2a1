"""Finds the topics that a message names: spaCy's PhraseMatcher over all names, longest match first."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import spacy
from spacy.matcher import PhraseMatcher
from spacy.tokens import Doc

from medpath.language.spelling import Spelling
from medpath.language.wording import Word, Wording

# Stands for a word of a message that is in no topic's name; no name holds it.
NO_NAME = "\u25a1"


@dataclass(frozen=True)
class Mention:
    """A stretch of a message that names one topic, or several where the name is ambiguous.

    `name` is the name in normal form, `text` as it was written from character `start` to `end`.
    """

    name: str
    topics: tuple[str, ...]
    text: str
    start: int
    end: int
    words: int


class TopicMatcher:
    """Matches topic names in messages, tolerating typing errors, plurals, hyphens and British spelling."""

    def __init__(self, names: Iterable[tuple[str, str]], wording: Wording, spelling: Spelling) -> None:
        """`names` are pairs of a name as written and the id of the topic that it stands for."""
        self._wording, self._spelling = wording, spelling
        self._vocab = spacy.blank("en").vocab
        self._owners: dict[str, list[str]] = defaultdict(list)
        self._capitals: set[str] = set()
        for name, topic in names:
            self._add(name, topic)
        self._matcher = PhraseMatcher(self._vocab, attr="ORTH")
        self._matcher.add("topic", [self._doc(key.split()) for key in self._owners])
        self._named = frozenset(word for key in self._owners for word in key.split())

    def _add(self, name: str, topic: str) -> None:
        words = self._wording.words(name)
        key = " ".join(word.norm for word in words)
        if not key:
            return
        if topic not in self._owners[key]:
            self._owners[key].append(topic)
        if len(words) == 1 and words[0].written.lower() in self._wording.everyday:
            self._capitals.add(key)

    def _doc(self, words: Sequence[str]) -> Doc:
        return Doc(self._vocab, words=list(words))

    def mentions(self, text: str) -> list[Mention]:
        """The topics named in a message, in the order of the message; no stretch counts twice."""
        words = self.words(text)
        if not words:
            return []
        mixed_case = any(word.written.islower() for word in words)
        taken: set[int] = set()
        found = []
        # spaCy keeps every word it was ever given, so it is not given those that stand in no name.
        spans = self._matcher(self._doc([word.norm if word.norm in self._named else NO_NAME for word in words]))
        for _, start, end in sorted(spans, key=lambda span: (span[1] - span[2], span[1])):
            if taken.isdisjoint(range(start, end)) and self._counts(words[start:end], mixed_case):
                taken.update(range(start, end))
                found.append(self._mention(text, words[start:end]))
        return sorted(found, key=lambda mention: mention.start)

    def audiences(self, words: Iterable[str]) -> frozenset[str]:
        """For whom a person asks, as far as words in normal form tell it."""
        return frozenset(self._wording.audiences[word] for word in words if word in self._wording.audiences)

    def speaks_of_states(self, text: str) -> bool:
        """Whether a message holds a word of what states decide: licenses, boards, attempts."""
        return any(word.norm in self._wording.of_states for word in self.words(text))

    def words(self, text: str) -> list[Word]:
        """The words of a message in normal form, typing errors mended."""
        return [self._mended(word) for word in self._wording.words(text)]

    def knows(self, word: str) -> bool:
        """Whether a word is used in the knowledge or the training messages."""
        return self._spelling.knows(word)

    def mend(self, text: str) -> str:
        """The message with typing errors mended and everything else as it was written."""
        parts, end = [], 0
        for word in self._wording.words(text):
            parts += [text[end : word.start], self._spelling.mended(word.written)]
            end = word.end
        return "".join([*parts, text[end:]])

    def _mended(self, word: Word) -> Word:
        mended = self._spelling.mended(word.written)
        return word if mended == word.written else Word(word.written, self._wording.norm(mended), word.start, word.end)

    def _counts(self, words: Sequence[Word], mixed_case: bool) -> bool:
        key = " ".join(word.norm for word in words)
        return key not in self._capitals or (mixed_case and words[0].written.isupper())

    def _mention(self, text: str, words: Sequence[Word]) -> Mention:
        start, end = words[0].start, words[-1].end
        name = " ".join(word.norm for word in words)
        return Mention(name, tuple(self._owners[name]), text[start:end], start, end, len(words))
