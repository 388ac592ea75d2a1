"""Sets two or three topics side by side: their figures in a table, and in words what has no figure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from medpath.answering.answer import COMPARISON, Answer, Table
from medpath.answering.composing import Composer
from medpath.answering.measures import LOW, Figure, Measure, Measures, positions, short_names, tokens
from medpath.answering.sentences import first_sentences
from medpath.knowledge.records import Fact, Knowledge, Topic
from medpath.language.topics import Mention

DEFINITION, COMPARING = "definition", "comparison"


@dataclass(frozen=True)
class Row:
    """A measure with the figure of each topic, None where a topic has none."""

    measure: Measure
    figures: tuple[Figure | None, ...]

    def full(self) -> bool:
        """Whether every topic has a figure."""
        return None not in self.figures

    def ranked(self) -> bool:
        """Whether every topic has a number, so that a winner can be named."""
        return bool(self.measure.winner) and all(figure and figure.low is not None for figure in self.figures)


@dataclass(frozen=True)
class Operand:
    """A stretch of a message that names something to compare, from word `start` to `end`."""

    topics: tuple[str, ...]
    start: int
    end: int
    pair: bool = False


class Comparer:
    """Finds out what a message wants compared, and compares it."""

    def __init__(self, knowledge: Knowledge, composer: Composer, measures: Measures) -> None:
        self._knowledge, self._composer, self._measures = knowledge, composer, measures
        self._rules, self._texts = measures.comparisons, measures.texts

    def compare(self, topics: Sequence[Topic], aspects: Mapping[str, float], today: date) -> Answer | None:
        """A comparison of the first three topics by the aspects asked for; None if there is nothing to compare."""
        chosen = list({topic.id: topic for topic in topics}.values())[: self._rules["topics"]]
        if len(chosen) < 2:
            return None
        rows, names = self._rows(chosen, aspects), short_names(chosen)
        told = [line for row in self._told(rows, aspects) for line in self._winners(row, chosen, names)]
        brief = len(rows) >= self._rules["enough"] and aspects.get(DEFINITION, 0.0) < self._rules["asked"]
        prose, facts = ([], []) if told else self._prose(chosen, names, aspects, brief)
        if not rows and not facts:
            return None
        intro = self._texts["compared"].format(names=self._measures.joined(self._inline(chosen, names)))
        body = "\n\n".join([" ".join([intro[:1].upper() + intro[1:], *told]), *prose])
        used = [*facts, *(figure.fact for row in rows for figure in row.figures if figure)]
        return self._composer.joined(COMPARISON, body, used, today, table=self._table(rows, names))

    def wanted(self, text: str, mentions: Sequence[Mention], aspects: Mapping[str, float]) -> list[str]:
        """The ids of the topics that a message wants compared; empty if it is no comparison."""
        words = tokens(text)
        operands = self._operands(text, words, mentions)
        if len(operands) == 1 and operands[0].pair:
            return list(operands[0].topics) if self._pair_compared(words, operands[0]) else []
        kept = self._of_one_kind(operands)
        asked = aspects.get(COMPARING, 0.0) >= self._rules["asked"]
        found = self._compared(words, kept, asked)
        found = [] if self._is_route(words, found) else found
        ids = list(dict.fromkeys(topic for operand in found for topic in operand.topics))
        return ids if len(ids) > 1 else []

    def _rows(self, topics: Sequence[Topic], aspects: Mapping[str, float]) -> list[Row]:
        """The shared measures, those of the likeliest aspects first."""
        rows = [Row(measure, tuple(measure.alike(topics))) for measure in self._measures.all]
        shared = [row for row in rows if sum(figure is not None for figure in row.figures) >= 2]
        shared.sort(key=lambda row: -self._asked(row.measure, aspects))
        return shared[: self._rules["rows"]]

    def _asked(self, measure: Measure, aspects: Mapping[str, float]) -> float:
        """How likely a measure is asked for; its further aspects count half, those not asked for not at all."""
        first, *further = (aspects.get(aspect, 0.0) for aspect in measure.aspects)
        best = max([first, *(p / 2 for p in further)])
        return best if best >= self._rules["asked"] / 2 else 0.0

    def _told(self, rows: Sequence[Row], aspects: Mapping[str, float]) -> list[Row]:
        """The rows to put into words: the first ones of each aspect that is asked for."""
        asked = {a: p for a, p in aspects.items() if p >= self._rules["asked"] and a != COMPARING}
        best = sorted(asked, key=lambda aspect: -asked[aspect])[:2]
        found = [row for aspect in best for row in self._about(rows, aspect)]
        return list({row.measure.label: row for row in found}.values())

    def _about(self, rows: Sequence[Row], aspect: str) -> Sequence[Row]:
        """The full rows of an aspect; those for which it is the main one, where there are such."""
        full = [row for row in rows if aspect in row.measure.aspects and row.full()]
        mainly = [row for row in full if row.measure.aspects[0] == aspect]
        return (mainly or full)[: self._rules["told"]]

    def _winners(self, row: Row, topics: Sequence[Topic], names: Sequence[str]) -> list[str]:
        """The sentence that names the topics with the best figure, where the figures can be ranked."""
        figures = [figure for figure in row.figures if figure]
        if not row.ranked() or len({figure.series.split(" ")[0] for figure in figures}) > 1:
            return []
        if len({(figure.low, figure.high) for figure in figures}) == 1:
            return [self._texts["same"].format(label=row.measure.label, figure=figures[0].shown)]
        side = row.measure.winner
        ends = [_end(figure, side) for figure in figures]
        best = [i for i, end in enumerate(ends) if end == (min(ends) if side == LOW else max(ends))]
        if len(best) == len(topics):
            return []
        extreme = row.measure.extremes[side]
        name = self._measures.joined([self._inline(topics, names)[i] for i in best])
        word = extreme.two if len(topics) == 2 else extreme.more
        shown = self._measures.cell(figures[best[0]], "survey")
        return [self._texts["winner"].format(word=word, name=name, figure=shown)]

    def _inline(self, topics: Sequence[Topic], names: Sequence[str]) -> list[str]:
        return [self._measures.inline(topic, name) for topic, name in zip(topics, names, strict=True)]

    def _table(self, rows: Sequence[Row], names: Sequence[str]) -> Table | None:
        lines = [(row.measure.label, *map(self._measures.cell, row.figures)) for row in rows]
        return Table(("", *names), tuple(lines)) if lines else None

    def _prose(
        self, topics: Sequence[Topic], names: Sequence[str], aspects: Mapping[str, float], brief: bool
    ) -> tuple[list[str], list[Fact]]:
        """What is known in words: of the pair where a topic is about it, else of each one.

        If `brief`, only what is asked for: no definitions where the table tells enough.
        """
        both = self._of_the_pair(topics, aspects)
        if both:
            return [both.text], [both]
        each = self._of_each(topics, aspects) or ([] if brief else self._first(topics))
        lines = [
            self._texts["prose"].format(name=name, text=first_sentences(fact.text))
            if fact
            else self._texts["unknown"].format(name=name)
            for name, fact in zip(names if each else [], each, strict=True)
        ]
        found = [fact for fact in each if fact]
        return (["\n".join(lines)], found) if found else ([], [])

    def _of_the_pair(self, topics: Sequence[Topic], aspects: Mapping[str, float]) -> Fact | None:
        """The fact about these topics together that fits best; None where there is none, or none of a sure aspect."""
        ids = {topic.id for topic in topics}
        pair = next((p for p, members in self._rules["pairs"].items() if ids <= set(members)), "")
        topic = self._knowledge.topic(pair)
        facts = topic.facts if topic else ()
        for aspect in [*self._likeliest(aspects), COMPARING, DEFINITION]:
            # What two things are is told by how they differ.
            fact = _of_aspect(facts, aspect) or _of_aspect(facts, COMPARING if aspect == DEFINITION else "")
            if fact:
                return fact
            if aspects.get(aspect, 0.0) >= 2 * self._rules["asked"] and any(self._of_each(topics, {aspect: 1.0})):
                return None
        return None

    def _of_each(self, topics: Sequence[Topic], aspects: Mapping[str, float]) -> list[Fact | None]:
        """A fact for each topic, of the likeliest aspect that all have, or that is surely asked for and one has."""
        for aspect in self._likeliest(aspects):
            found = [self._fact(topic, aspect) for topic in topics]
            if all(found) or (any(found) and aspects[aspect] >= 2 * self._rules["asked"]):
                return found
        return []

    def _first(self, topics: Sequence[Topic]) -> list[Fact | None]:
        """The definition of each topic if all have one, else the first fact of each."""
        defined = [self._fact(topic, DEFINITION) for topic in topics]
        return defined if all(defined) else [next(iter(topic.facts), None) for topic in topics]

    def _likeliest(self, aspects: Mapping[str, float]) -> list[str]:
        likely = [a for a, p in aspects.items() if p >= self._rules["asked"] / 2 and a != COMPARING]
        return sorted(likely, key=lambda aspect: -aspects[aspect])

    def _fact(self, topic: Topic, aspect: str) -> Fact | None:
        """The first fact of an aspect, of the topic itself or of those that say it in its place."""
        beside = [self._knowledge.topic(name) for name in self._rules["beside"].get(topic.id, ())]
        found = (_of_aspect(one.facts, aspect) for one in [topic, *beside] if one)
        return next((fact for fact in found if fact), None)

    def _operands(self, text: str, words: Sequence[str], mentions: Sequence[Mention]) -> list[Operand]:
        """What the message names, by words: pairs taken apart, and short names that count only beside a sign."""
        found = []
        for mention in mentions:
            start, size = len(tokens(text[: mention.start])), len(tokens(mention.text))
            found.append(self._operand(mention, start, start + size))
        taken = {place for one in found for place in range(one.start, one.end)}
        for name, topic in self._rules["called"].items():
            spots = positions(words, [name]) if self._knowledge.topic(topic) else []
            found += [Operand((topic,), *spot) for spot in spots if spot[0] not in taken and self._beside(words, spot)]
        return sorted(found, key=lambda operand: operand.start)

    def _operand(self, mention: Mention, start: int, end: int) -> Operand:
        """A name; that of a pair ("MD vs DO") stands for the members that it names, if it names two."""
        members = [m for topic in mention.topics for m in self._rules["pairs"].get(topic, ())]
        named = tuple(member for member in members if self._is_named(member, mention.text))
        pair = len(named) > 1
        return Operand(named if pair else self._by_kind(mention.topics), start, end, pair)

    def _by_kind(self, topics: Sequence[str]) -> tuple[str, ...]:
        """The topics that share a name, those of the kinds that it seldom means last."""
        return tuple(sorted(topics, key=lambda topic: self._group(topic) in self._rules["last"]))

    def _is_named(self, topic_id: str, text: str) -> bool:
        topic = self._knowledge.topic(topic_id)
        called = [name for name, called in self._rules["called"].items() if called == topic_id]
        return topic is not None and bool(positions(tokens(text), [*topic.aliases, *called]))

    def _beside(self, words: Sequence[str], spot: tuple[int, int]) -> bool:
        """Whether a sign stands right before or after a stretch, but for a small word."""
        signs = {word for key in ("between", "than", "weak", "whole") for word in self._rules[key]}
        if positions(words, self._rules["whole"]):
            signs |= set(self._rules["joins"])
        near = {*words[max(spot[0] - 2, 0) : spot[0]], *words[spot[1] : spot[1] + 1]}
        return bool(near & signs) and not set(words[spot[1] : spot[1] + 1]) & set(self._rules["persons"])

    def _pair_compared(self, words: Sequence[str], pair: Operand) -> bool:
        """Whether the name of a pair is put as a question between both, and not as a rule about both."""
        inside = words[pair.start : pair.end]
        named = bool(positions(inside, [*self._rules["between"], *self._rules["whole"]]))
        return named or self._weakly(words, [pair])

    def _is_route(self, words: Sequence[str], operands: Sequence[Operand]) -> bool:
        """Whether a name is only a way to something ("spine from ortho vs neuro"), or tells whose it is."""
        before = {words[operand.start - 1] for operand in operands if operand.start}
        starts = {operand.start for operand in operands}
        after = {words[operand.end] for operand in operands if operand.end < len(words) and operand.end not in starts}
        return bool(before & set(self._rules["routes"]) or after & set(self._rules["people"]))

    def _of_one_kind(self, operands: Sequence[Operand]) -> list[Operand]:
        """The operands of the kind that most share, ambiguous names read as that kind; all if no two share one."""
        count = Counter(group for operand in operands for group in self._groups(operand))
        best, most = next(iter(count.most_common(1)), ("", 0))
        if most < 2 and not any(operand.pair for operand in operands):
            return [Operand(operand.topics[:1], operand.start, operand.end) for operand in operands]
        kept = [(operand, [t for t in operand.topics if self._group(t) == best]) for operand in operands]
        return [
            Operand(tuple(ids if operand.pair else ids[:1]), operand.start, operand.end, operand.pair)
            for operand, ids in kept
            if ids
        ]

    def _groups(self, operand: Operand) -> list[str]:
        return list(dict.fromkeys(self._group(topic) for topic in operand.topics))

    def _group(self, topic_id: str) -> str:
        topic = self._knowledge.topic(topic_id)
        kind = topic.kind if topic else ""
        return next((group[0] for group in self._rules["groups"] if kind in group), kind)

    def _compared(self, words: Sequence[str], operands: Sequence[Operand], asked: bool) -> list[Operand]:
        """The operands that a sign of comparison joins; things of different kinds only right beside a "vs"."""
        kinds = {self._group(topic) for operand in operands for topic in operand.topics}
        pair = next((i for i, o in enumerate(operands) if o.pair and self._pair_compared(words, o)), None)
        if pair is not None:
            return self._run(words, operands, pair, pair)
        same = len(kinds) == 1
        around = self._around(words, operands, self._rules["between"], self._rules["near"] if same else 0)
        around = around or self._around(words, operands, self._rules["than"], self._rules["near_than"] if same else 0)
        if around or not same:
            return around
        runs = [run for run in self._runs(words, operands) if len(run) > 1]
        if runs and positions(words, self._rules["whole"]):
            return runs[0]
        return self._weakly_joined(words, operands, kinds <= set(self._rules["measured"]), asked) or (
            runs[0] if runs and self._which(words, kinds) else []
        )

    def _weakly_joined(
        self, words: Sequence[str], operands: Sequence[Operand], measured: bool, asked: bool
    ) -> list[Operand]:
        """The operands on both sides of an "or" that asks to choose; where there are no figures it must say so."""
        around = self._around(words, operands, self._rules["weak"], self._rules["near"])
        certain = asked or measured or self._chosen(words)
        return around if certain and (asked or self._weakly(words, operands)) else []

    def _which(self, words: Sequence[str], kinds: set[str]) -> bool:
        """Whether a short message asks which of the things named has more of something."""
        which = any(word in words for word in self._rules["choosing"]) and self._chooses(words)
        measured = kinds <= set(self._rules["measured"])
        return which and measured and len(words) <= self._rules["most_words"] and not self._closed(words)

    def _around(
        self, words: Sequence[str], operands: Sequence[Operand], signs: Sequence[str], near: int
    ) -> list[Operand]:
        """The operand shortly before a sign and the one shortly after it, with those that are joined to them."""
        for start, end in positions(words, signs):
            before = [o for o in operands if o.end <= start and self._gap(words, o.end, start) <= near]
            after = [o for o in operands if end <= o.start and self._gap(words, end, o.start) <= near]
            if before and after and before[-1].topics != after[0].topics:
                return self._run(words, operands, operands.index(before[-1]), operands.index(after[0]))
        return []

    def _gap(self, words: Sequence[str], start: int, end: int) -> int:
        """How many words stand between two places, small words not counted."""
        return sum(word not in self._rules["joins"] for word in words[start:end])

    def _run(self, words: Sequence[str], operands: Sequence[Operand], first: int, last: int) -> list[Operand]:
        while first > 0 and self._joined(words, operands[first - 1], operands[first]):
            first -= 1
        while last + 1 < len(operands) and self._joined(words, operands[last], operands[last + 1]):
            last += 1
        return list(operands[first : last + 1])

    def _joined(self, words: Sequence[str], one: Operand, other: Operand) -> bool:
        return set(words[one.end : other.start]) <= set(self._rules["joins"])

    def _runs(self, words: Sequence[str], operands: Sequence[Operand]) -> list[list[Operand]]:
        """The operands in groups that stand near to each other."""
        runs: list[list[Operand]] = []
        for operand in operands:
            if runs and operand.start - runs[-1][-1].end <= self._rules["near"]:
                runs[-1].append(operand)
            else:
                runs.append([operand])
        return runs

    def _weakly(self, words: Sequence[str], operands: Sequence[Operand]) -> bool:
        """Whether an "or" asks to choose: by a comparative, or in a short message that asks for no rule."""
        if self._closed(words) or self._chosen(words):
            return not self._closed(words)
        rest = len(words) - sum(operand.end - operand.start for operand in operands)
        asserts = words[0] in self._rules["asserting"] and operands[0].start > 0
        rule = asserts or bool(positions(words, self._rules["rules"]))
        return len(operands) <= 3 and rest <= self._rules["short"] and not rule

    def _chosen(self, words: Sequence[str]) -> bool:
        return self._chooses(words) or any(word in self._rules["choices"] for word in words)

    def _chooses(self, words: Sequence[str]) -> bool:
        return bool(positions(words, self._rules["comparatives"]))

    def _closed(self, words: Sequence[str]) -> bool:
        return any(start == 0 for start, _ in positions(words, self._rules["closed"]))


def _of_aspect(facts: Iterable[Fact], aspect: str) -> Fact | None:
    return next((fact for fact in facts if fact.aspect == aspect), None)


def _end(figure: Figure, side: str) -> float:
    value = figure.low if side == LOW else figure.high
    return 0.0 if value is None else value
