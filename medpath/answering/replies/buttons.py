"""The titles of buttons: what a person would ask next, in his own words."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping

from medpath.answering.replies.answer import Choice
from medpath.knowledge.records import Fact, Knowledge

LONGEST_QUESTION = 40
LONGEST_TITLE = 70
# A word of a sample question that so few texts hold may be a typing error.
LEAST_HELD = 3
# Two titles that share so much of their words say the same.
ALIKE = 0.6
# "do" may be the degree.
AMBIGUOUS = "do"
_WORD = re.compile(r"[\w'’/.-]*\w")
_SENTENCE = re.compile(r"(?<=[.!?:])\s+")
_CLAUSE = re.compile(r"[.!?;,:\n]+\s*(?:and |so |but |or )?")


class ButtonTitles:
    """A short question for each fact that has one among its sample questions; its label for the others."""

    def __init__(self, knowledge: Knowledge, asking: Iterable[str], small: Iterable[str]) -> None:
        """`asking` are the words that questions begin with, `small` those that do not tell two titles apart."""
        self._topics, self.asking, self._small = knowledge.topic, frozenset(asking), frozenset(small)
        self._forms = _forms(knowledge.facts)

    def within(self, fact: Fact) -> str:
        """The question that a fact answers, or its label, where its topic is known."""
        return self.question(fact) or title_of(fact.label)

    def alone(self, fact: Fact) -> str:
        """The same where the topic has to be told."""
        topic = self._topics(fact.topic)
        return self.question(fact) or title_of(f"{topic.short_name if topic else fact.topic}: {fact.label}")

    def question(self, fact: Fact) -> str:
        """The first sample question that is short enough for a button, whole sentences first; else empty."""
        fitting = [question for question in fact.questions if self._fits(question)]
        whole = (question for question in fitting if question[0].isupper() and question.endswith("?"))
        hasty = filter(None, map(self._written, fitting))
        return next(whole, "") or next(hasty, "")

    def asks(self, text: str) -> bool:
        """Whether a clause of a message begins as questions do."""
        return any(clause.split()[0].lower() in self.asking for clause in _CLAUSE.split(text) if clause.strip())

    def distinct(self, choices: Iterable[Choice], beside: str, most: int) -> tuple[Choice, ...]:
        """The first choices whose titles say different things, and none what the title `beside` says."""
        kept: list[Choice] = []
        said = [self._content(beside)]
        for choice in choices:
            content = self._content(choice.title)
            if len(kept) < most and not any(_alike(content, other) for other in said):
                kept.append(choice)
                said.append(content)
        return tuple(kept)

    def _fits(self, question: str) -> bool:
        return len(question.rstrip("?")) < LONGEST_QUESTION and question.split()[0].lower() in self.asking

    def _written(self, question: str) -> str:
        """A hastily typed question as one would print it; empty if a word of it is not known or may be another one."""
        words = [word.lower() for word in _WORD.findall(question)]
        known = [self._forms.get(word, "") for word in words]
        if not all(known) or words.count(AMBIGUOUS) > 1:
            return ""
        printed = iter(known)
        sentence = _WORD.sub(lambda _: next(printed), question.rstrip(" ?.!"))
        return f"{sentence[:1].upper()}{sentence[1:]}?"

    def _content(self, title: str) -> frozenset[str]:
        return frozenset(word for word in _WORD.findall(title.lower()) if word not in self._small)


def _forms(facts: Iterable[Fact]) -> Mapping[str, str]:
    """Words in small letters to the form that texts and carefully typed questions mostly give them in a sentence."""
    forms: dict[str, Counter[str]] = defaultdict(Counter)
    for fact in facts:
        careful = (question for question in fact.questions if question[:1].isupper() and question.endswith("?"))
        for sentence in (*_SENTENCE.split(f"{fact.text} {fact.more}"), *careful):
            for word in _WORD.findall(sentence)[1:]:
                forms[word.lower()][word] += 1
    return {word: written.most_common(1)[0][0] for word, written in forms.items() if written.total() >= LEAST_HELD}


def title_of(text: str) -> str:
    """A text as the title of a button, cut off where it is too long for one."""
    plain = text[:1].upper() + text[1:]
    return plain if len(plain) <= LONGEST_TITLE else plain[: LONGEST_TITLE - 1].rstrip() + "…"


def _alike(one: frozenset[str], other: frozenset[str]) -> bool:
    return one == other or (bool(one | other) and len(one & other) / len(one | other) >= ALIKE)
