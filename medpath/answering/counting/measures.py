"""Measures: the figures that several topics of a kind have, read from the `values` of their facts.

data/answering/measures.yml says which there are, where each one stands and which words ask for it.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

from medpath.knowledge.records import Fact, Topic
from medpath.knowledge.yaml_lines import read_yaml

LOW, HIGH = "low", "high"
# "3", "3.5", "3 or 4", "3-4", "3 to 4 years", "4 or more"; anything else is a text that cannot be ranked.
_RANGE = re.compile(r"(\d+(?:\.\d+)?)(?:(?: ?[-–] ?| to | or )(\d+(?:\.\d+)?))?(?: or more)?( years?)?")
# Anything that does not begin with a number is a remark, no figure.
_STARTS = re.compile(r"\d")
_TOKEN = re.compile(r"[^\W_]+(?:['’.-][^\W_]+)*\.?|&")


class Figure(NamedTuple):
    """What a topic has of a measure: the fact, its value as it stands there, as it is shown, and its range.

    `low` and `high` are in the unit of the measure, None where the value is no number; `series` is the survey.
    """

    fact: Fact
    value: Any
    shown: str
    low: float | None = None
    high: float | None = None
    series: str = ""


@dataclass(frozen=True)
class Place:
    """Where a measure stands in the values of a fact, and how it is shown and ranked there."""

    aspect: str
    key: str
    shown: str
    one: str = ""
    over: str = ""
    divide: float = 1.0


@dataclass(frozen=True)
class Extreme:
    """The words that ask for the lowest or highest figure, and those that name it among two or more topics."""

    two: str = ""
    more: str = ""
    words: tuple[str, ...] = ()


@dataclass(frozen=True)
class Measure:
    """A figure that topics of some kinds have; measures.yml explains the fields."""

    label: str
    aspects: tuple[str, ...]
    kinds: frozenset[str]
    listed: frozenset[str]
    places: tuple[Place, ...]
    words: Mapping[str, str]
    extremes: Mapping[str, Extreme]
    series: str = ""
    none: str = ""
    winner: str = ""
    units: tuple[str, ...] = ()
    cues: tuple[str, ...] = ()
    found: Mapping[str, str] = field(default_factory=dict)
    not_of: tuple[str, ...] = ()

    def read(self, topic: Topic) -> Figure | None:
        """The first figure of a topic; None if it has none."""
        return next(iter(self.figures(topic)), None)

    def figures(self, topic: Topic) -> list[Figure]:
        """All figures of a topic, the one that counts first."""
        if topic.kind not in self.kinds:
            return []
        pairs = ((place, fact) for place in self.places for fact in topic.facts if fact.aspect == place.aspect)
        found = (self._figure(place, fact) for place, fact in pairs if place.key in fact.values)
        return [figure for figure in found if figure is not None]

    def alike(self, topics: Sequence[Topic], today: date) -> list[Figure | None]:
        """A figure for each topic, all of one survey where the topics share one; an old one only where none is new."""
        each = [_fresh_first(self.figures(topic), today) for topic in topics]
        shared = next((s for s in _series(each) if all(_of(figures, s) for figures in each)), None)
        return [(_of(figures, shared) if shared else None) or next(iter(figures), None) for figures in each]

    def shows(self, number: float) -> str:
        """A number as the measure shows it: "1 year", "3 years", "$520,000"."""
        return _shown(self.places[0], _number(number), number)

    def _figure(self, place: Place, fact: Fact) -> Figure | None:
        value = fact.values[place.key]
        series = str(fact.values.get(self.series, ""))
        if value is None:
            return Figure(fact, value, self.none, series=series) if self.none else None
        if isinstance(value, bool):
            return Figure(fact, value, self.words["yes" if value else "no"], series=series)
        return _ranged(place, fact, series) if _STARTS.match(str(value)) else None


@dataclass(frozen=True)
class Noun:
    """What a list can be made of: the words for it in a message, and in the answer."""

    words: tuple[str, ...]
    kinds: frozenset[str]
    one: str
    many: str
    only_ranked: bool = False


@dataclass(frozen=True)
class Measures:
    """The measures with the words and texts around them."""

    all: tuple[Measure, ...]
    nouns: tuple[Noun, ...]
    never_listed: frozenset[str]
    lowered: frozenset[str]
    lists: Mapping[str, Any]
    comparisons: Mapping[str, Any]
    texts: Mapping[str, str]

    def cell(self, figure: Figure | None, text: str = "cell") -> str:
        """A figure with its survey, as the text of that name puts it: for a table "cell", for a sentence "survey"."""
        if figure is None:
            return self.texts["missing"]
        return self.texts[text].format(figure=figure.shown, series=figure.series) if figure.series else figure.shown

    def inline(self, topic: Topic, name: str) -> str:
        """The name of a topic within a sentence: "family medicine", but "Texas" and "USMLE"."""
        usual = topic.kind in self.lowered and name[1:2].islower()
        return name[0].lower() + name[1:] if usual else name

    def joined(self, names: Sequence[str]) -> str:
        """Names as a list in a sentence: "a, b and c"."""
        return self.texts["last"].join(part for part in (self.listed(names[:-1]), *names[-1:]) if part)

    def listed(self, names: Sequence[str]) -> str:
        """Names one after another, kept apart from the commas within them."""
        return self.texts["semicolon" if any("," in name for name in names) else "comma"].join(names)


def load_measures(path: Path) -> Measures:
    """Reads the file of measures."""
    content = read_yaml(path)
    words = content["texts"]
    return Measures(
        tuple(_measure(row, words) for row in content["measures"]),
        tuple(_noun(row) for row in content["nouns"]),
        frozenset(content["never_listed"]),
        frozenset(content["lowered"]),
        content["lists"],
        content["comparisons"],
        words,
    )


def short_names(topics: Iterable[Topic]) -> list[str]:
    """The names without what stands in parentheses, and without a beginning "…: " that all of them share."""
    names = [topic.short_name for topic in topics]
    heads = {name.partition(": ")[0] for name in names if ": " in name}
    shared = len(heads) == 1 and all(": " in name for name in names)
    return [name.partition(": ")[2] for name in names] if shared else names


def tokens(text: str) -> list[str]:
    """The words of a message in lower case, hyphens and apostrophes kept within."""
    return [word.lower().replace("’", "'").rstrip(".") for word in _TOKEN.findall(text)]


def positions(words: Sequence[str], phrases: Iterable[str]) -> list[tuple[int, int]]:
    """Where phrases stand in a message: start and end in words, the longest first, then by place."""
    return list(positions_in(tuple(words), tuple(phrases)))


# A message is searched for the same phrases once for each noun in it: with 375 nouns that took seconds.
@functools.lru_cache(maxsize=256)
def positions_in(words: tuple[str, ...], phrases: tuple[str, ...]) -> tuple[tuple[int, int], ...]:
    """The same, kept for the messages of the moment."""
    present = frozenset(words)
    wanted = [phrase for phrase in (tuple(text.lower().split()) for text in phrases) if present.issuperset(phrase)]
    found = {
        (start, start + len(phrase))
        for phrase in wanted
        for start in range(len(words) - len(phrase) + 1)
        if words[start : start + len(phrase)] == phrase
    }
    return tuple(sorted(found, key=lambda span: (span[0] - span[1], span[0])))


def _measure(row: Mapping[str, Any], words: Mapping[str, str]) -> Measure:
    extremes = {side: Extreme(e["two"], e["more"], tuple(e.get("words", ()))) for side, e in _sides(row)}
    return Measure(
        label=row["label"],
        aspects=tuple(row["aspects"]),
        kinds=frozenset(row["kinds"]),
        listed=frozenset(row.get("listed", row["kinds"])),
        places=tuple(_place(place, row) for place in row["reads"]),
        words=words,
        extremes=extremes,
        series=row.get("series", ""),
        none=row.get("none", ""),
        winner=row.get("winner", ""),
        units=tuple(row.get("units", ())),
        cues=tuple(row.get("cues", ())),
        found={key: row[key] for key in ("found", "yes", "no", "null") if key in row},
        not_of=tuple(row.get("not_of", ())),
    )


def _noun(row: Mapping[str, Any]) -> Noun:
    words, kinds = tuple(row["words"]), frozenset(row["kinds"])
    return Noun(words, kinds, row["one"], row["many"], row.get("only_ranked", False))


def _sides(row: Mapping[str, Any]) -> list[tuple[str, Mapping[str, Any]]]:
    return [(side, row[side]) for side in (LOW, HIGH) if side in row]


def _place(place: str | Mapping[str, Any], row: Mapping[str, Any]) -> Place:
    own: Mapping[str, Any] = {"at": place, "one": row.get("one", "")} if isinstance(place, str) else place
    aspect, _, key = own["at"].partition("/")
    shown = own.get("shown", row["shown"])
    return Place(aspect, key, shown, own.get("one", ""), own.get("over", ""), own.get("divide", 1.0))


def _ranged(place: Place, fact: Fact, series: str) -> Figure:
    """The figure of a number, of a range of numbers, or of a text that is shown as it stands."""
    value = fact.values[place.key]
    text = value if isinstance(value, str) else _number(value)
    match = _RANGE.fullmatch(str(value))
    if match is None:
        return Figure(fact, value, text, series=series)
    over = fact.values.get(place.over, 1) if place.over else 1
    low, high = float(match[1]), float(match[2] or match[1])
    shown = text if match[3] else _shown(place, text, low if low == high else high, over)
    return Figure(fact, value, shown, low / place.divide / over, high / place.divide / over, series)


def _shown(place: Place, text: str, number: float, over: float = 1) -> str:
    single = over == 1 if place.over else number == 1
    return (place.one if single and place.one else place.shown).format(n=text, over=_number(over))


def _number(value: float) -> str:
    return f"{int(value):,}" if float(value).is_integer() else f"{value:,}"


def _fresh_first(figures: Sequence[Figure], today: date) -> list[Figure]:
    """The figures in their order, but behind them those that are too old, the newest first."""
    old = {figure.fact.id for figure in figures if figure.fact.is_stale(today)}
    newest = sorted(figures, key=lambda figure: figure.fact.last_day() or date.min, reverse=True)
    return [figure for figure in figures if figure.fact.id not in old] + [f for f in newest if f.fact.id in old]


def _series(each: Iterable[Iterable[Figure]]) -> list[str]:
    return list(dict.fromkeys(figure.series for figures in each for figure in figures if figure.series))


def _of(figures: Iterable[Figure], series: str) -> Figure | None:
    return next((figure for figure in figures if figure.series == series), None)
