"""Splits a message that asks several things into its questions, and what is said before them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import NamedTuple

from medpath.knowledge.yaml_lines import read_yaml

LEAST_WORDS = 3
MOST_PARTS = 6
# A message of so many words, so many of them in stretches that ask nothing, tells a story around what it asks. Of 105
# questions in such messages the search found the fact for 36 from the whole and for 69 from the stretches that ask.
STORY_WORDS, TOLD_WORDS = 30, 15
# What comes before a colon or dash is a heading if it is no longer.
HEADING_WORDS = 5
# What stands before an item of a list.
_SIGNS = (":", "-", "–", "—")
_MARK = r"(?:(?:[-*•]|\d{1,2}[.)])\s+)"


@dataclass(frozen=True)
class SplittingWords:
    """The words by which questions are parted; data/language/following.yml explains them, each under question_…"""

    starts: tuple[str, ...]
    joints: tuple[str, ...]
    words: tuple[str, ...]
    verbs: tuple[str, ...]
    copulas: tuple[str, ...]
    subjects: tuple[str, ...]
    askings: tuple[str, ...]
    leads: tuple[str, ...]
    clauses: tuple[str, ...]
    fillers: tuple[str, ...]
    tags: tuple[str, ...]
    names: tuple[str, ...]
    stubs: tuple[str, ...]
    relatives: tuple[str, ...]
    nouns: tuple[str, ...]


def load_splitting(path: Path) -> SplittingWords:
    """Reads the lists question_… and asked_nouns of data/language/following.yml."""
    content = read_yaml(path)
    lists = {one.name: f"question_{one.name}" for one in fields(SplittingWords)} | {"nouns": "asked_nouns"}
    return SplittingWords(**{name: tuple(content[key]) for name, key in lists.items()})


@dataclass(frozen=True)
class Asked:
    """The questions of a message in their order, and what it says before the first one.

    Of a message that tells a story around them `told` is all that stands before each of them.
    """

    lead: str
    questions: tuple[str, ...]
    told: tuple[str, ...] = ()

    @property
    def separate(self) -> bool:
        """Whether the questions are to be answered apart from the message as a whole."""
        return len(self.questions) > 1 or bool(self.told)

    def whole(self, question: str) -> str:
        """A question as it can be understood alone: one of a word or two after what the message says first."""
        return f"{self.lead}: {question}" if self.lead and len(question.split()) < LEAST_WORDS else question


class _Piece(NamedTuple):
    """A stretch of a message from character `start` on.

    Whether a question mark ends it, and whether it follows on "I want to know".
    """

    text: str
    marked: bool
    told: bool
    start: int


def _written(piece: _Piece) -> str:
    return f"{piece.text}?" if piece.marked else piece.text


class Splitter:
    """Finds the questions of a message."""

    def __init__(self, words: SplittingWords) -> None:
        asking = Patterns(words)
        self._seam, self._fillers = asking.seam(), re.compile(asking.before, re.I)
        self._begins, self._joins = asking.compiled(asking.begins), asking.compiled(asking.joins)
        asked_of = rf".*?\b(?:{any_of(words.words)})\s+(?:\w+\s+){{0,3}}?{asking.verb}"
        self._inside = asking.compiled(rf"(?:{asked_of}|if\b.*?\b{asking.verb})")
        self._clause, self._names = asking.compiled(any_of(words.clauses)), asking.compiled(any_of(words.names))
        self._lead = asking.compiled(rf".*\b(?:{asking.leads})\W*$")
        self._question = asking.compiled(rf"(?:(?:{asking.joints}|ok|so|but)\s+)*(?:{any_of(words.starts)})")
        self.joints = (*words.joints, *words.fillers)
        self._stubs, self._tags = frozenset(words.stubs), frozenset(words.tags)
        self._relative = asking.compiled(any_of(words.relatives))
        self._noun, self._rows = asking.compiled(any_of(words.nouns)), asking.rows()

    def split(self, text: str) -> Asked:
        """The questions; a single one, the whole message, if it holds fewer than two or more than can be meant."""
        story = self._story(text)
        if story:
            return story
        lead: list[str] = []
        parts: list[str] = []
        for piece in self._pieces(text):
            if self._asks_itself(piece, bool(parts)):
                parts.append(piece.text)
            elif parts:
                parts[-1] = f"{parts[-1]} {piece.text}"
            else:
                lead.append(piece.text)
        found = [one for part in parts for one in self._each(part)] or self._each(text)
        if not 2 <= len(found) <= MOST_PARTS or text.count("?") > MOST_PARTS:
            return Asked("", (text,))
        return Asked(" ".join(lead) if parts else "", tuple(found))

    def _story(self, text: str) -> Asked | None:
        """The stretches that ask, of a long message that says much besides; None of any other message."""
        length = len(text.split())
        if length < STORY_WORDS:
            return None
        asking: list[_Piece] = []
        for piece in self._pieces(text):
            if self._asks_itself(piece, bool(asking)):
                asking.append(piece)
        # "… a program, which is far away" asks only where nothing else does.
        surely = [piece for piece in asking if piece.marked or not self._relative.match(self._bare(piece.text))]
        chosen = surely or asking
        if not 0 < len(chosen) <= MOST_PARTS or length - sum(len(one.text.split()) for one in chosen) < TOLD_WORDS:
            return None
        return Asked("", tuple(map(_written, chosen)), tuple(text[: piece.start].strip() for piece in chosen))

    def asks(self, text: str) -> bool:
        """Whether a text holds a question: a question mark, or a stretch that begins like one."""
        return "?" in text or any(self._question.match(piece.text) is not None for piece in self._pieces(text))

    def asked(self, text: str) -> Asked:
        """The questions of a message, a single one too without what is said around it.

        None if it asks nothing, or more than can be meant.
        """
        found = self.split(text)
        if found.questions != (text,):
            return found
        pieces = list(self._pieces(text))
        asking = [place for place, piece in enumerate(pieces) if self.asks(_written(piece))]
        if not 0 < len(asking) <= MOST_PARTS:
            return Asked(text, ())
        lead = " ".join(piece.text for piece in pieces[: asking[0]])
        return Asked(lead, tuple(_written(pieces[place]) for place in asking))

    def _pieces(self, text: str) -> Iterator[_Piece]:
        """The stretches between the seams."""
        start, told = 0, False
        for seam in self._seam.finditer(text):
            before = text[start : seam.start()]
            if self._is_none(seam, before, text[: seam.start()]):
                continue
            end = seam.end() if seam["told"] else seam.start()
            if piece := text[start:end].strip():
                yield _Piece(piece, "?" in seam[0], told, start)
            start, told = seam.end(), seam["told"] is not None
        if piece := text[start:].strip():
            yield _Piece(piece, False, told, start)

    def _is_none(self, seam: re.Match[str], piece: str, before: str) -> bool:
        """Whether nothing is parted there: "I want to know" in a question, and a colon or dash behind no heading."""
        if seam["told"]:
            return self._begins.match(self._bare(piece)) is not None
        heads = len(before.split()) <= HEADING_WORDS and not self._begins.match(before)
        return seam[0].strip() in _SIGNS and not heads and not seam["opens"]

    def _bare(self, text: str) -> str:
        """A stretch without what only joins or counts it."""
        found = self._fillers.match(text)
        return text[found.end() :] if found else text

    def _asks_itself(self, piece: _Piece, asked: bool) -> bool:
        """Whether a stretch is a question of its own, where something was `asked` before or not."""
        bare = self._bare(piece.text)
        words = len(bare.split())
        if not words or bare.lower().strip(" ?.,!") in self._tags or self._lead.match(bare):
            return False
        if piece.told or (bare.lower() in self._stubs):
            return True
        # "… and is nervous", "… and which handles Step 1": a statement goes on where nothing was asked yet.
        goes_on = bare != piece.text and not asked and not piece.marked
        begins = (self._joins if goes_on else self._begins).match(bare) is not None
        if piece.marked:
            fragment = self._noun.search(bare) is not None or words >= LEAST_WORDS
            return words > 1 if begins else fragment
        begins = begins or self._inside.match(bare) is not None
        enough = words >= (LEAST_WORDS - 1 if self._names.match(bare) else LEAST_WORDS)
        return begins and enough and not self._clause.match(bare)

    def _each(self, part: str) -> list[str]:
        """The questions of a part that asks several things of one: "step 3 cost and length"."""
        found = next(filter(None, (row.fullmatch(part.strip()) for row in self._rows)), None)
        return [f"{found['of']} {noun}" for noun in self._noun.findall(found["row"])] if found else [part]


class Patterns:
    """The patterns that the words make."""

    def __init__(self, words: SplittingWords) -> None:
        self._words = words
        self.joints, self.leads = any_of(words.joints), any_of(words.leads)
        verbs = any_of([verb for verb in (*words.verbs, *words.copulas) if verb != "do"])
        self.verb = rf"(?:{verbs}|(?-i:[dD]o))\s+(?:{any_of(words.subjects)})"
        wording = any_of([one for one in (*words.starts, *words.askings) if one not in {*words.verbs, *words.copulas}])
        self.begins = rf"(?:{wording}|(?:{verbs}|(?-i:[dD]o))(?!['’]t))"
        telling = any_of([one for one in words.words if one not in ("which", "whether")])
        self.joins = rf"(?:{telling}|{self.verb})"
        self._joined = rf"(?:{wording}|{self.verb}|(?:{any_of(words.copulas)}))\b"
        fillers = rf"(?:(?:{any_of(words.fillers)})\b[\s,:.!-]*)*"
        self.before = rf"(?:(?:{self.joints})\s+)?{fillers}"
        self._fillers = fillers

    def seam(self) -> re.Pattern[str]:
        """Where a message may be parted."""
        after_comma = rf"(?:{any_of(self._words.words)}|{self.verb}|{any_of(self._words.askings)})\b"
        return re.compile(
            # A line that merely goes on below is one sentence with it.
            rf"\?+[\s,)]*{_MARK}?|\s*\n\s*(?:{_MARK}|\n\s*|(?={self._fillers}{self._joined}))|(?<=[.!:;,])\s*\n\s*"
            rf"|^\s*{_MARK}|\s+\d[.)]\s+"
            rf"|(?<!\b(?:vs|dr|st))(?<!\b(?:e\.g|i\.e|u\.s|a\.m|p\.m))[;.!]+\s+"
            rf"|(?<!\bmd),?\s+(?=(?:{self.joints})\s+{self._fillers}{self._joined})"
            rf"|,\s+(?=(?:(?:{self.joints})\s+)?{self._fillers}{after_comma})"
            rf"|(?P<opens>:\s+)(?={self._fillers}{after_comma})|(?:\s+[-–—]|:)\s+"
            rf"|(?<=\b)(?P<told>(?:{self.leads})[:,]?\s+)(?=(?:{any_of(self._words.words)})\b)",
            re.I,
        )

    def rows(self) -> tuple[re.Pattern[str], re.Pattern[str]]:
        """What a list of nouns after or before the thing that they are asked of looks like."""
        noun = any_of(self._words.nouns)
        row = rf"(?:{noun})(?:\s*,\s*(?:{noun}))*\s*(?:,|,?\s+and|&)\s*(?:{noun})"
        behind = rf"(?P<of>.*?\w)\W+(?P<row>{row})\W*"
        before = rf".*?\b(?P<row>{row})\s+(?:of|for)\s+(?P<of>.+)"
        return re.compile(behind, re.I | re.S), re.compile(before, re.I | re.S)

    @staticmethod
    def compiled(pattern: str) -> re.Pattern[str]:
        """A pattern of whole words in any case."""
        return re.compile(rf"(?:{pattern})(?!\w)", re.I | re.S)


def any_of(phrases: Sequence[str]) -> str:
    """A pattern for any of the phrases, the longest first."""
    return "|".join(map(re.escape, sorted(phrases, key=len, reverse=True)))
