"""Sets two or three topics side by side: their figures in a table, and in words what has no figure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from medpath.answering.counting.measures import LOW, Figure, Measures, positions, tokens
from medpath.answering.replies.answer import Answer, Table
from medpath.answering.replies.comparison_rows import Row, RowBook, RowMaker
from medpath.answering.replies.composing import Composer
from medpath.answering.replies.sentences import first_sentences
from medpath.knowledge.records import Fact, Knowledge, Topic
from medpath.language.topics import Mention

DEFINITION, COMPARING = "definition", "comparison"


@dataclass(frozen=True)
class Operand:
    """A stretch of a message that names something to compare, from word `start` to `end`."""

    topics: tuple[str, ...]
    start: int
    end: int
    pair: bool = False


class Comparer:
    """Finds out what a message wants compared, and compares it."""

    def __init__(self, knowledge: Knowledge, composer: Composer, measures: Measures, book: RowBook) -> None:
        self._knowledge, self._composer, self._measures, self._book = knowledge, composer, measures, book
        self._rules, self._texts = measures.comparisons, measures.texts
        self._maker = RowMaker(knowledge, measures, book)

    def compare(
        self, topics: Sequence[Topic], aspects: Mapping[str, float], today: date, opening: Fact | None = None
    ) -> Answer | None:
        """A comparison of the first topics by the aspects asked for; None if there is nothing to compare.

        `opening` is a fact that itself compares them, whose text comes before the table.
        """
        chosen = list({topic.id: topic for topic in topics}.values())[: self._rules["topics"]]
        if len(chosen) < 2:
            return None
        rows, names = self._maker.rows(chosen, today), self._book.names_of(chosen)
        told = [row for row in self._told(rows, aspects) if self._winners(row, chosen, names)]
        lines = [line for row in told for line in self._winners(row, chosen, names)]
        shown = self._shown(rows, aspects)
        prose, facts = self._prose(chosen, names, aspects, bool(lines), bool(shown), opening)
        if not lines and not shown and not facts:
            return None
        intro = self._texts["compared"].format(names=self._measures.joined(self._inline(chosen, names)))
        lead = [intro[:1].upper() + intro[1:]] if shown and not opening else []
        body = "\n\n".join(part for part in (" ".join([*lead, *lines]), *prose) if part)
        cells = [cell.fact for row in (*told, *shown) for cell in row.cells if cell]
        answer = self._composer.compared(facts, cells, body, self._table(shown, names), today)
        return replace(answer, topics=tuple(dict.fromkeys((*(t.id for t in chosen), *(f.topic for f in facts)))))

    def compares(self, fact: Fact, topics: Sequence[str], mentions: Callable[[str], Sequence[Mention]]) -> bool:
        """Whether a fact itself compares topics, all of them: as one of a pair's topic, or by what it is asked."""

        def told(text: str) -> set[str]:
            return set(self.wanted(text, mentions(text), {COMPARING: 1.0}))

        if set(topics) <= set(self._rules["pairs"].get(fact.topic, ())):
            named = told(fact.label)
            return not named or set(topics) <= named
        asked = (fact.label, *fact.questions) if fact.aspect == COMPARING else ()
        return any(set(topics) <= told(text) for text in asked)

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

    def _shown(self, rows: Sequence[Row], aspects: Mapping[str, float]) -> list[Row]:
        """The rows of the table: those of the likeliest aspects first, those that decide nothing last; none if few."""
        known = sorted(rows, key=lambda row: (row.equal(), -self._asked(row, aspects)))
        few = len(known) < self._book.least or all(row.equal() for row in known)
        return [] if few else known[: self._book.most]

    def _asked(self, row: Row, aspects: Mapping[str, float]) -> float:
        """How likely a row is asked for; its further aspects count half, those not asked for not at all."""
        first, *further = (aspects.get(aspect, 0.0) for aspect in row.aspects)
        best = max([first, *(p / 2 for p in further)])
        return best if best >= self._rules["asked"] / 2 else 0.0

    def _told(self, rows: Sequence[Row], aspects: Mapping[str, float]) -> list[Row]:
        """The rows to put into words: the first ones of each aspect that is asked for."""
        asked = {a: p for a, p in aspects.items() if p >= self._rules["asked"] and a != COMPARING}
        best = sorted(asked, key=lambda aspect: -asked[aspect])[:2]
        found = [row for aspect in best for row in self._about(rows, aspect)]
        return list({row.label: row for row in found}.values())

    def _about(self, rows: Sequence[Row], aspect: str) -> Sequence[Row]:
        """The full rows of an aspect; those for which it is the main one, where there are such."""
        full = [row for row in rows if aspect in row.aspects and None not in row.figures]
        mainly = [row for row in full if row.aspects[0] == aspect]
        return (mainly or full)[: self._rules["told"]]

    def _winners(self, row: Row, topics: Sequence[Topic], names: Sequence[str]) -> list[str]:
        """The sentence that names the topics with the best figure, where the figures can be ranked."""
        figures = [figure for figure in row.figures if figure]
        if row.measure is None or not row.ranked() or len({figure.series.split(" ")[0] for figure in figures}) > 1:
            return []
        if len({(figure.low, figure.high) for figure in figures}) == 1:
            return [self._texts["same"].format(label=row.label, figure=figures[0].shown)]
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
        missing = self._texts["missing"]
        lines = [(row.label, *(cell.shown if cell else missing for cell in row.cells)) for row in rows]
        return Table(("", *names), tuple(lines)) if lines else None

    def _prose(
        self,
        topics: Sequence[Topic],
        names: Sequence[str],
        aspects: Mapping[str, float],
        told: bool,
        tabled: bool,
        opening: Fact | None,
    ) -> tuple[list[str], list[Fact]]:
        """What is known in words: the opening, else what is said of the pair where a topic is about it, or of each one.

        None if the answer is `told` by figures; only what is asked for, no definitions, if a table tells enough.
        """
        if opening or told:
            return ([opening.text], [opening]) if opening else ([], [])
        both = self._of_the_pair(topics, aspects)
        if both:
            return [both.text], [both]
        sure = {aspect: p for aspect, p in aspects.items() if p >= 2 * self._rules["asked"]}
        each = self._of_each(topics, sure if tabled else aspects) or ([] if tabled else self._first(topics))
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
        several = {**self._rules["pairs"], **self._rules["rows_of"]}
        members = [member for topic in mention.topics for member in several.get(topic, ())]
        found = ((member, self._place(member, mention.text)) for member in members)
        places = {member: place for member, place in found if place is not None}
        named = tuple(sorted(places, key=lambda member: places[member]))
        pair = len(named) > 1
        return Operand(named if pair else self._by_kind(mention.topics), start, end, pair)

    def _by_kind(self, topics: Sequence[str]) -> tuple[str, ...]:
        """The topics that share a name, those of the kinds that it seldom means last."""
        return tuple(sorted(topics, key=lambda topic: self._group(topic) in self._rules["last"]))

    def _place(self, topic_id: str, text: str) -> int | None:
        """Where a text first names a topic, in words; None if it does not."""
        topic = self._knowledge.topic(topic_id)
        called = [name for name, called in self._rules["called"].items() if called == topic_id]
        spots = positions(tokens(text), [topic.short_name, *topic.aliases, *called]) if topic else []
        return min((start for start, _ in spots), default=None)

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
        clear = {operand.topics[0] for operand in operands if len(operand.topics) == 1}
        kept = [(operand, [t for t in operand.topics if self._group(t) == best]) for operand in operands]
        return [
            Operand(
                tuple(ids if operand.pair else _fresh_first(ids, clear)[:1]), operand.start, operand.end, operand.pair
            )
            for operand, ids in kept
            if ids
        ]

    def _groups(self, operand: Operand) -> list[str]:
        return list(dict.fromkeys(self._group(topic) for topic in operand.topics))

    def _group(self, topic_id: str) -> str:
        topic = self._knowledge.topic(topic_id)
        kind = self._book.group_of(topic) or (topic.kind if topic else "")
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


def _fresh_first(topics: Sequence[str], named: Container[str]) -> list[str]:
    """The topics that a name may mean, last those that another name surely means."""
    return sorted(topics, key=lambda topic: len(topics) > 1 and topic in named)


def _of_aspect(facts: Iterable[Fact], aspect: str) -> Fact | None:
    return next((fact for fact in facts if fact.aspect == aspect), None)


def _end(figure: Figure, side: str) -> float:
    value = figure.low if side == LOW else figure.high
    return 0.0 if value is None else value
