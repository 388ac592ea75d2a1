"""What a message means after the ones before it: the ways in which it can be read as a question of its own."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from medpath.knowledge.yaml_lines import read_yaml
from medpath.language.topics import Mention
from medpath.language.wording import Word

Alike = Callable[[tuple[str, ...], tuple[str, ...]], bool]
# "not Y" of at most four words at the end of a clause, and "instead of Y".
_REJECTED = re.compile(
    r"(?<![\w'’])(?:and |but )?(?:not|instead of|rather than)\s+(?:[^\s,.;?!]+\s*){1,4}?(?=[,.;?!]|$)", re.I
)
# So few words beside a name ask nothing of their own.
FEW = 2
PLAIN, ABOUT, NAMED, SWAPPED, JOINED, OPENED = "plain", "about", "named", "swapped", "joined", "opened"


@dataclass(frozen=True)
class FollowUpWords:
    """The words by which a message hangs on the ones before it."""

    leads: tuple[tuple[str, ...], ...]
    corrections: tuple[tuple[str, ...], ...]
    corrected: tuple[tuple[str, ...], ...]
    corrects_after: tuple[tuple[str, ...], ...]
    pointers: frozenset[str]
    fillers: frozenset[str]
    ordinals: Mapping[str, int]
    choosers: frozenset[str]
    comparatives: frozenset[str]
    asking: frozenset[str]


def load_follow_up_words(path: Path) -> FollowUpWords:
    """Reads data/language/following.yml."""
    content = read_yaml(path)
    return FollowUpWords(
        leads=_phrases(content["leads"]),
        corrections=_phrases(content["corrections"]),
        corrected=_phrases(content["corrected"]),
        corrects_after=_phrases(content["corrects_after"]),
        pointers=frozenset(content["pointers"]),
        fillers=frozenset(content["fillers"]),
        ordinals=dict(content["ordinals"]),
        choosers=frozenset(content["choosers"]),
        comparatives=frozenset(content["comparatives"]),
        asking=frozenset(" ".join([*content["question_starts"], *content["asked_nouns"]]).split()),
    )


def _phrases(phrases: Sequence[str]) -> tuple[tuple[str, ...], ...]:
    """As words, the longest first."""
    return tuple(sorted((tuple(phrase.split()) for phrase in phrases), key=len, reverse=True))


@dataclass(frozen=True)
class Before:
    """What was said before.

    The last question as it was understood with its mentions, the name of the first topic that was answered about,
    what the person himself named last, and the question that opened the conversation.
    """

    question: str
    mentions: tuple[Mention, ...]
    name: str
    subject: str
    opening: str = ""


@dataclass(frozen=True)
class Shape:
    """How a message looks: its length in words, how many of them say something, and signs that it hangs on others.

    `asks`: it has a word that asks for something ("how", "cost"); one of few words without it only tells for what, or
    for whom, something said before is asked ("navy?", "in Texas?").
    """

    words: int
    rest: int
    leads: bool
    corrects: bool
    points: bool
    named: bool
    asks: bool = True

    @property
    def qualifies(self) -> bool:
        """Whether it only tells for what or for whom the last question is asked."""
        return not self.asks and not self.points and self.rest <= FEW


def shape_of(
    written: Sequence[Word],
    words: Sequence[Word],
    mentions: Sequence[Mention],
    known: FollowUpWords,
    knows: Callable[[str], bool],
) -> Shape:
    """The shape of a message as `written`, of which `words` are left without its lead and name the topics.

    `knows` tells the words of the language from nonsense, which says nothing.
    """
    whole = [word.written.lower().replace("’", "'") for word in written]
    plain = [word.written.lower().replace("’", "'") for word in words]
    inside = {i for i, word in enumerate(words) for mention in mentions if mention.start <= word.start < mention.end}
    rest = [word for i, word in enumerate(plain) if i not in inside and word not in known.fillers and knows(word)]
    return Shape(
        words=len(plain),
        rest=len(rest),
        leads=_begins(whole, known.leads),
        corrects=_begins(whole, known.corrections),
        points=any(word in known.pointers for i, word in enumerate(plain) if i not in inside),
        named=bool(mentions),
        asks=any(word in known.asking for word in plain),
    )


def correction_in(text: str, words: Sequence[Word], known: FollowUpWords) -> str:
    """What a message puts in the place of something said before ("no I meant X", "X not Y", "sorry, X"); else nothing.

    What it takes back ("not Y") is left out.
    """
    plain = [word.written.lower().replace("’", "'") for word in words]
    said_after = next((len(phrase) for phrase in known.corrects_after if _ends(plain, phrase)), 0)
    kept = _REJECTED.sub(" ", text[: words[-said_after].start] if 0 < said_after < len(plain) else text)
    takes_back = kept != text and (plain[:1] == ["not"] or _begins(plain, known.corrections))
    if not (said_after or takes_back or _begins(plain, known.corrected)):
        return ""
    return kept.strip(" ,.;:-–—")


def without_lead(text: str, words: Sequence[Word], known: FollowUpWords) -> str:
    """The message without the words that only tie it to the ones before; all of it if nothing else is left."""
    plain = [word.written.lower().replace("’", "'") for word in words]
    start = 0
    while size := _begun(plain[start:], known):
        start += size
    return text[words[start].start :] if start < len(words) else text


def _begun(words: Sequence[str], known: FollowUpWords) -> int:
    phrases = (phrase for phrase in (*known.corrections, *known.leads) if tuple(words[: len(phrase)]) == phrase)
    return max((len(phrase) for phrase in phrases), default=0)


def _ends(words: Sequence[str], phrase: Sequence[str]) -> bool:
    return tuple(words[-len(phrase) :]) == tuple(phrase)


def _begins(words: Sequence[str], phrases: Sequence[Sequence[str]]) -> bool:
    return any(tuple(words[: len(phrase)]) == tuple(phrase) for phrase in phrases)


def readings(
    text: str, mentions: Sequence[Mention], shape: Shape, before: Before | None, alike: Alike
) -> dict[str, str]:
    """The ways to read a message, as texts that stand alone; the plain one is always among them.

    `alike` tells whether two groups of topics are of one kind, so that one can stand for the other.
    """
    found = {PLAIN: text}
    if before is None:
        return found
    if shape.named and shape.rest <= FEW:
        found[SWAPPED] = swapped(before, mentions, alike)
    found[ABOUT] = f"{before.name}: {text}"
    found[JOINED] = f"{before.question} {text}"
    if before.subject:
        found[NAMED] = f"{before.subject}: {text}"
    if before.opening not in ("", before.question):
        found[OPENED] = f"{before.opening} {text}"
    return found


def corrected(text: str, mentions: Sequence[Mention], before: Before, alike: Alike) -> str:
    """The last question with what a correction says in the place of what it corrects."""
    return swapped(before, mentions, alike) if mentions else f"{before.question} {text}"


def swapped(before: Before, mentions: Sequence[Mention], alike: Alike) -> str:
    """The last question about another topic: a name of the same kind is replaced, else the last new one added."""
    pairs = ((old, new) for new in reversed(mentions) for old in reversed(before.mentions))
    found = next(((old, new) for old, new in pairs if alike(old.topics, new.topics)), None)
    if found is None:
        return f"{before.question} {mentions[-1].text}"
    old, new = found
    return before.question[: old.start] + new.text + before.question[old.end :]
