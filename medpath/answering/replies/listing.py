"""Lists topics of a kind by their figures: the shortest residencies, the states that ask for one year of training."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date

from medpath.answering.counting.measures import (
    LOW,
    Figure,
    Measure,
    Measures,
    Noun,
    positions,
    short_names,
    tokens,
)
from medpath.answering.replies.answer import COMPARISON, Answer
from medpath.answering.replies.composing import Composer
from medpath.knowledge.records import Knowledge, Topic
from medpath.language.topics import Mention

PREREQUISITE = "prerequisite"
FIELD_KINDS = ("specialty", "fellowship")
_BRACKETED = re.compile(r"\([^)]*\)")
_BETWEEN_FIELDS = re.compile(r", | or ")
_TRAINING = re.compile(r"\s+(?:residency|fellowship).*$")
_TESTS: Mapping[str, Callable[[float, float, float], bool]] = {
    "": lambda low, high, n: low == high == n,
    "at least": lambda low, high, n: low >= n,
    "at most": lambda low, high, n: high <= n,
    "less than": lambda low, high, n: high < n,
    "more than": lambda low, high, n: low > n,
}

Span = tuple[int, int]


@dataclass(frozen=True)
class Wish:
    """What is to be listed: topics of a noun by a measure, from one side (`side`) or with one figure.

    `number` and `operator` stand for a figure, `answer` for yes, no or null; `spans` are the words that said it.
    """

    noun: Noun
    measure: Measure
    spans: tuple[Span, ...]
    side: str = ""
    number: float | None = None
    operator: str = ""
    answer: str = ""


@dataclass(frozen=True)
class Entry:
    """A topic of a list with its short name within a sentence and its figure."""

    topic: Topic
    name: str
    figure: Figure


@dataclass(frozen=True)
class Listed:
    """A list with the ids of all topics in it, also of those that the answer only counts."""

    answer: Answer
    topics: tuple[str, ...]


class Lister:
    """Answers questions for the extremes and for all of a kind with a certain figure."""

    def __init__(self, knowledge: Knowledge, composer: Composer, measures: Measures) -> None:
        self._knowledge, self._composer, self._measures = knowledge, composer, measures
        self._rules, self._texts = measures.lists, measures.texts
        fields = (topic for topic in knowledge.topics if topic.kind in FIELD_KINDS)
        # Names that a list may be narrowed by; whether they are meant so, the mentions tell.
        self._fields = {name for topic in fields for name in _names(topic)}

    def list(self, text: str, mentions: Sequence[Mention], today: date, among: Sequence[str] = ()) -> Listed | None:
        """The list that a message asks for; None if it asks for none, or nothing is known of it.

        Where topics are given by their ids, it is made `among` them.
        """
        words = _words(text)
        named = {place for mention in mentions for place in range(*_span(text, mention))}
        wish = None if self._starts(words, "closed") else self._ranking(words) or self._selection(words, named)
        if wish is None:
            return None
        base, clear = self._base(text, words, mentions, wish)
        entries = self._entries(wish, base, among) if clear else []
        body, cited = self._ranked(wish, entries, base) if wish.side else self._selected(wish, entries, base)
        facts = [entry.figure.fact for entry in cited[: self._rules["most_facts"]]]
        if not facts:
            return None
        return Listed(self._composer.joined(COMPARISON, body, facts, today), tuple(e.topic.id for e in cited))

    def asked_of(self, text: str, topics: Sequence[str]) -> str:
        """A message that points to a list of topics, with the noun for them in its place; empty if it does not.

        "which of those are 2 years" becomes "which fellowships are 2 years".
        """
        kinds = {topic.kind for name in topics if (topic := self._knowledge.topic(name))}
        noun = next((one for one in self._measures.nouns if kinds <= one.kinds and not one.only_ranked), None)
        words = _words(text)
        spans = sorted(positions(words, self._rules["pointing"]), key=lambda span: span[0] - span[1])
        if noun is None or not spans:
            return ""
        start, end = spans[0]
        said = [] if positions(words, noun.words) else [noun.many]
        return " ".join([*words[:start], *said, *words[end:]])

    def _ranking(self, words: Sequence[str]) -> Wish | None:
        """The wish for the extremes, the longest wording first."""
        extremes = [(m, side, e.words) for m in self._measures.all for side, e in m.extremes.items()]
        hits = [(span, m, side) for m, side, said in extremes for span in positions(words, said)]
        for span, measure, side in sorted(hits, key=lambda hit: hit[0][0] - hit[0][1]):
            for noun, place in self._nouns(words):
                wish = Wish(noun, measure, (span, place), side=side)
                if _has(noun, measure) and self._belongs(words, span, place) and self._is_meant(words, wish):
                    return wish
        return None

    def _is_meant(self, words: Sequence[str], wish: Wish) -> bool:
        """Whether the message begins with the wish, and asks for nothing that the measure does not tell."""
        (start, end), noun = wish.spans
        own = {*words[start:end], *wish.measure.cues}
        told = all(word in own for word in words if word in self._rules["audiences"])
        tail = words[end : end + 1] if end - start == 1 and noun[0] < start else []
        return told and self._opens(words, *wish.spans) and set(tail) <= set(self._rules["tails"])

    def _selection(self, words: Sequence[str], named: AbstractSet[int]) -> Wish | None:
        """The wish for all with one figure, of the measure with the longest cue; `named` are the places of names."""
        for noun, place in self._nouns(words):
            fitting = [m for m in self._measures.all if m.found and _has(noun, m) and not noun.only_ranked]
            cued = [(measure, positions(words, measure.cues)) for measure in fitting]
            said = [(measure, cues) for measure, cues in cued if cues or not measure.cues]
            for measure, cues in sorted(said, key=lambda pair: -max((b - a for a, b in pair[1]), default=0)):
                wish = self._asked(words, Wish(noun, measure, (place, *cues)))
                if wish and self._leads(words, wish, named) and self._is_short(words, wish, named):
                    return wish
        return None

    def _asked(self, words: Sequence[str], wish: Wish) -> Wish | None:
        """The wish with the figure that is asked for: a number with its unit, no limit, or yes or no."""
        found = wish.measure.found
        limitless = positions(words, self._rules["limitless"])
        if "null" in found and limitless:
            return Wish(wish.noun, wish.measure, (*wish.spans, *limitless), answer="null")
        if "yes" in found:
            denied = positions(words, self._rules["denials"])
            return Wish(wish.noun, wish.measure, (*wish.spans, *denied), answer="no" if denied else "yes")
        spans = [(a - 1, b) for a, b in positions(words, wish.measure.units) if a and self._number(words[a - 1])]
        if len(spans) != 1 or "found" not in found:
            return None
        operator, span = self._operator(words, spans[0])
        number = self._number(words[spans[0][0]])
        return Wish(wish.noun, wish.measure, (*wish.spans, span), number=number, operator=operator)

    def _number(self, word: str) -> float | None:
        return float(word) if word.isdigit() else self._rules["numbers"].get(word)

    def _operator(self, words: Sequence[str], figure: Span) -> tuple[str, Span]:
        """The operator right before or after a number with its unit, and the stretch that both take."""
        for name, phrases in self._rules["operators"].items():
            for start, end in positions(words, phrases["before"]):
                if end == figure[0]:
                    return name, (start, figure[1])
            for start, end in positions(words, phrases["after"]):
                if start == figure[1]:
                    return name, (figure[0], end)
        return "", figure

    def _nouns(self, words: Sequence[str]) -> Sequence[tuple[Noun, Span]]:
        return [(noun, span) for noun in self._measures.nouns for span in positions(words, noun.words)]

    def _starts(self, words: Sequence[str], key: str) -> bool:
        return any(start == 0 for start, _ in positions(words, self._rules[key]))

    def _belongs(self, words: Sequence[str], extreme: Span, noun: Span) -> bool:
        """Whether an extreme is said of a noun: "shortest residency", "which residency is the shortest"."""
        if extreme[0] <= noun[0] and noun[1] <= extreme[1]:
            return True
        if extreme[1] <= noun[0]:
            return set(words[extreme[1] : noun[0]]) <= {*self._rules["describing"], *self._fields}
        return noun[1] <= extreme[0] and set(words[noun[1] : extreme[0]]) <= {*self._rules["linking"], *self._fields}

    def _opens(self, words: Sequence[str], *spans: Span) -> bool:
        """Whether the message begins with the wish, or with a word that asks for a list shortly before it."""
        start = min(span[0] for span in spans)
        openers = [end for _, end in positions(words, self._rules["openers"]) if end <= start + 1]
        return start <= 1 or any(start - end < self._rules["near_start"] for end in openers)

    def _leads(self, words: Sequence[str], wish: Wish, named: AbstractSet[int]) -> bool:
        """Whether the noun stands at the beginning or right after a word that asks for a list."""
        own = named | {place for span in wish.spans for place in range(*span)}
        lead = [word for place, word in enumerate(words[: wish.spans[0][0]]) if place not in own]
        asking = {word for phrase in self._rules["openers"] for word in phrase.split()}
        return set(lead) <= {*asking, *self._rules["small"], *self._fields}

    def _is_short(self, words: Sequence[str], wish: Wish, named: AbstractSet[int]) -> bool:
        own = named | {place for span in wish.spans for place in range(*span)}
        small = {*self._rules["small"], *self._fields, *self._rules["after"]}
        other = [word for place, word in enumerate(words) if place not in own and word not in small]
        return len(other) <= self._rules["most_other"]

    def _base(
        self, text: str, words: Sequence[str], mentions: Sequence[Mention], wish: Wish
    ) -> tuple[Topic | None, bool]:
        """The training that the list is narrowed to, and whether each topic named is part of the wish."""
        base = None
        for mention in mentions:
            span = _span(text, mention)
            if self._is_part(words, span, wish):
                continue
            base = self._narrowing(words, span, mention, wish) if base is None else None
            if base is None:
                return None, False
        return base, True

    def _is_part(self, words: Sequence[str], span: Span, wish: Wish) -> bool:
        """Whether a name says no more than the wish does."""
        own = {place for part in wish.spans for place in range(*part)}
        plain = {*tokens(wish.measure.label), *self._rules["small"], *self._rules["describing"]}
        return all(place in own or words[place] in plain for place in range(*span))

    def _narrowing(self, words: Sequence[str], span: Span, mention: Mention, wish: Wish) -> Topic | None:
        """The residency or fellowship after which the listed fellowships come."""
        noun = wish.spans[1] if wish.side else wish.spans[0]
        before = words[span[0] - 1] if span[0] else ""
        if wish.noun.kinds != {"fellowship"} or not (before in self._rules["after"] or span[1] == noun[0]):
            return None
        topics = [topic for topic in map(self._knowledge.topic, mention.topics) if topic]
        return next((topic for topic in topics if topic.kind in FIELD_KINDS), None)

    def _entries(self, wish: Wish, base: Topic | None, among: Sequence[str]) -> Sequence[Entry]:
        """All topics of the kind, or those among the given ones, with a figure of the measure."""
        kinds, never = wish.noun.kinds & wish.measure.listed, self._measures.never_listed
        topics = [topic for topic in self._knowledge.topics if topic.kind in kinds and topic.id not in never]
        topics = [topic for topic in topics if topic.id in among] if among else topics
        read = [(t, wish.measure.figures(t)) for t in topics if base is None or _comes_after(t, base)]
        newest = _newest(figures for _, figures in read) if wish.side else ""
        pairs = [(t, next((f for f in figures if f.series == newest or not newest), None)) for t, figures in read]
        named = [(topic, figure) for topic, figure in pairs if figure]
        names = short_names(topic for topic, _ in named)
        return [
            Entry(topic, self._measures.inline(topic, name), figure)
            for (topic, figure), name in zip(named, names, strict=True)
        ]

    def _ranked(self, wish: Wish, entries: Sequence[Entry], base: Topic | None) -> tuple[str, Sequence[Entry]]:
        """The sentence with the first ones, and all that share the first place."""
        order = sorted((e for e in entries if e.figure.low is not None), key=lambda entry: _rank(entry, wish.side))
        if len(order) < 2:
            return "", []
        ties = sum(_rank(entry, wish.side)[0] == _rank(order[0], wish.side)[0] for entry in order)
        first = order[: min(max(ties, self._rules["most_ranked"]), self._rules["most_named"])]
        names = [self._texts["entry"].format(name=e.name, figure=e.figure.shown) for e in first]
        series = first[0].figure.series
        body = self._texts["ranked"].format(
            word=wish.measure.extremes[wish.side].more,
            series=self._texts["series"].format(series=series) if series else "",
            after=self._after(base),
            all=_counted(wish.noun, len(order)),
            names=self._measures.listed(names) + self._more(max(ties - len(first), 0)),
        )
        return body, first

    def _selected(self, wish: Wish, entries: Sequence[Entry], base: Topic | None) -> tuple[str, Sequence[Entry]]:
        """The sentence with all that have the figure, and what has it in some cases only."""
        order = sorted(entries, key=lambda entry: entry.name)
        found = [entry for entry in order if _fits(entry.figure, wish)]
        partly = [entry for entry in order if entry not in found and _may_fit(entry.figure, wish)]
        if not found:
            return "", []
        body = self._texts["found"].format(
            found=self._found(wish, len(found)),
            after=self._after(base),
            all=len(order),
            names=self._named([entry.name for entry in found]),
        )
        cases = [self._texts["entry"].format(name=e.name, figure=e.figure.shown) for e in partly]
        more = self._texts["partly"].format(names=self._measures.joined(cases)) if cases else ""
        return body + more, [*partly[:2], *found]

    def _found(self, wish: Wish, count: int) -> str:
        text = wish.measure.found[wish.answer or "found"]
        figure = wish.measure.shows(wish.number) if wish.number is not None else ""
        return text.format(count=_counted(wish.noun, count), figure=f"{wish.operator} {figure}".strip())

    def _named(self, names: Sequence[str]) -> str:
        most = self._rules["most_named"] if len(names) > self._rules["most_in_one_line"] else len(names)
        left = len(names) - most
        return self._measures.joined(names) if not left else self._measures.listed(names[:most]) + self._more(left)

    def _more(self, count: int) -> str:
        return self._texts["more"].format(count=count) if count else ""

    def _after(self, base: Topic | None) -> str:
        return self._texts["after"].format(name=self._measures.inline(base, short_names([base])[0])) if base else ""


def _words(text: str) -> Sequence[str]:
    """The words of a message, "2-year" as two."""
    return tokens(re.sub(r"(?<=\w)-(?=\w)", " ", text))


def _span(text: str, mention: Mention) -> Span:
    """The places of the words that name a topic."""
    start = len(_words(text[: mention.start]))
    return start, start + len(_words(mention.text))


def _has(noun: Noun, measure: Measure) -> bool:
    return bool(measure.listed & noun.kinds) and noun.many not in measure.not_of


def _names(topic: Topic) -> Sequence[str]:
    """The name and the aliases of one word, as a prerequisite or a person says them."""
    names = [topic.short_name, *(alias for alias in topic.aliases if " " not in alias)]
    return [" ".join(tokens(name)) for name in names]


def _comes_after(topic: Topic, base: Topic) -> bool:
    """Whether a fellowship follows on a training, by its prerequisite or, where none is given, its text."""
    said = [str(fact.values[PREREQUISITE]) for fact in topic.facts if PREREQUISITE in fact.values]
    if said:
        return bool(set(_names(base)) & {field for text in said for field in _fields_in(text)})
    texts = " ".join(fact.text.lower() for fact in topic.facts)
    return any(f"{name} residency" in texts for name in _names(base))


def _fields_in(prerequisite: str) -> Sequence[str]:
    """The fields of "internal medicine or pediatrics residency (3 years)"."""
    plain = _BRACKETED.sub("", prerequisite)
    parts = (_TRAINING.sub("", f"{part.strip()} ").strip() for part in _BETWEEN_FIELDS.split(plain))
    return [" ".join(tokens(part)) for part in parts]


def _newest(each: Iterable[Sequence[Figure]]) -> str:
    """The survey of the newest figures; of several from one year the one that has most."""
    figures = [figure for figures in each for figure in figures if figure.series]
    counts = {figure.series: sum(f.series == figure.series for f in figures) for figure in figures}
    dated = {figure.series: figure.fact.as_of[:4] for figure in figures if figure.fact.as_of[:4].isdigit()}
    return max(counts, key=lambda series: (dated.get(series, ""), counts[series]), default="")


def _rank(entry: Entry, side: str) -> tuple[float, float, str]:
    low, high = entry.figure.low or 0.0, entry.figure.high or 0.0
    return (low, high, entry.name) if side == LOW else (-high, -low, entry.name)


def _fits(figure: Figure, wish: Wish) -> bool:
    if wish.number is None:
        return figure.value is {"yes": True, "no": False}.get(wish.answer)
    return (
        figure.low is not None
        and figure.high is not None
        and _TESTS[wish.operator](figure.low, figure.high, wish.number)
    )


def _may_fit(figure: Figure, wish: Wish) -> bool:
    """Whether a range like "1 or 3 years" holds the number asked for."""
    if wish.number is None or wish.operator or figure.low is None or figure.high is None:
        return False
    return figure.low != figure.high and wish.number in (figure.low, figure.high)


def _counted(noun: Noun, count: int) -> str:
    return f"{count} {noun.one if count == 1 else noun.many}"
