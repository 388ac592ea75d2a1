"""Application fees for a number of residency or fellowship programs, or of medical schools."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from medpath.answering.counting.sums_counts import Count, Counting
from medpath.answering.counting.sums_terms import Missing, Named, Reckoning, Rules, listed, money, plain_name, says
from medpath.knowledge.records import Fact, Knowledge

# How the values of a fee fact are named: a flat price for the first so many, a price each from one number to another.
_FLAT = re.compile(r"first_(\d+)")
_FLAT_ONE = frozenset({"first", "first_school"})
_EACH = re.compile(r"(?:programs_|p)(\d+)_(\d+|plus)")
_EACH_FURTHER = "additional"
_ANY_NUMBER = "flat_fee"


@dataclass(frozen=True)
class Tier:
    """What applications from number `first` to `last` (None: all further) cost, each or, if `flat`, together."""

    first: int
    last: int | None
    price: int
    flat: bool = False

    def holds(self, count: int) -> int:
        """How many of so many applications fall into this tier."""
        return max(0, min(count, self.last or count) - self.first + 1)

    def cost(self, count: int) -> int:
        """What so many applications cost in this tier, in dollars."""
        held = self.holds(count)
        return self.price * (min(held, 1) if self.flat else held)


@dataclass(frozen=True)
class Line:
    """A term of the sum: its words, its amount in dollars and the fact that has the prices."""

    words: str
    amount: int
    fact: Fact


def tiers(values: Mapping[str, Any]) -> list[Tier]:
    """The tiers that the values of a fee fact give, the first applications first."""
    found = [_tier(name, price) for name, price in values.items() if isinstance(price, int)]
    return sorted((tier for tier in found if tier), key=lambda tier: tier.first)


def _tier(name: str, price: int) -> Tier | None:
    flat, each = _FLAT.fullmatch(name), _EACH.fullmatch(name)
    if name in _FLAT_ONE or flat:
        return Tier(1, int(flat[1]) if flat else 1, price, flat=True)
    if each:
        return Tier(int(each[1]), None if each[2] == "plus" else int(each[2]), price)
    if name == _EACH_FURTHER:
        return Tier(2, None, price)
    return Tier(1, None, price, flat=True) if name == _ANY_NUMBER else None


class _Fees:
    """What program and school fees share: when they are asked for, and how a price is made up."""

    def __init__(self, knowledge: Knowledge, rules: Rules, part: str) -> None:
        self._knowledge, self._counting = knowledge, Counting(rules["counts"])
        self._common, self._own = rules["fees"], rules["fees"][part]

    def _asked(self, text: str) -> bool:
        return bool(says(self._common["asks"], text)) and not says(self._common["never"], text)

    def _counted(self, text: str, names: Sequence[Named]) -> list[Count] | Missing | None:
        """The counts that a message gives; Missing where a sum is wanted without them, None where it is not."""
        counts = self._counting.counts(text, names, self._own["after"], self._own.get("before", ""))
        applies = bool(says(self._own["apply"], text))
        if counts is None or (not self._counting.numbers(text) and self._wanted(text)):
            return Missing(self._own["missing"])
        told = applies or any(one.key for one in counts)
        return _merged(counts) if told and sum(one.value for one in counts) > 1 else None

    def _wanted(self, text: str) -> bool:
        return bool(says(self._common["reckons"], text) and says(self._own["wanted"], text))

    def _line(self, count: Count, service: str, name: str) -> Line | None:
        known = self._own["services"][service]
        fact = self._knowledge.fact(known["fact"])
        prices = tiers(fact.values) if fact else []
        if fact is None or not _cover(prices, count.value):
            return None
        amount = sum(tier.cost(count.value) for tier in prices)
        words = self._own["flat_line"] if _any_number(prices) else self._own["line"]
        line = words.format(
            count=count.value,
            name=name,
            programs=self._own["one" if count.value == 1 else "several"],
            service=known["name"],
            amount=money(amount),
            terms=self._terms(prices, count.value),
        )
        return Line(line, amount, fact)

    def _terms(self, prices: Sequence[Tier], count: int) -> str:
        return ", ".join(self._term(tier, count) for tier in prices if tier.holds(count))

    def _term(self, tier: Tier, count: int) -> str:
        texts, held = self._common["terms"], tier.holds(count)
        if tier.first > 1:
            key = "further"
        elif tier.flat:
            key = "first_one" if tier.last == 1 else ("first" if count > held else "within")
        else:
            key = "opening" if count > held else "all"
        return str(texts[key].format(size=tier.last if key == "within" else held, price=money(tier.price)))

    def _sum(self, lines: Sequence[Line | None]) -> Reckoning | None:
        known = [line for line in lines if line is not None]
        if not known or len(known) < len(lines):
            return None
        total = self._common["total"].format(amount=money(sum(line.amount for line in known)))
        lead = self._own["lead" if len(known) == 1 else "lead_several"]
        body = listed(lead, [*(line.words for line in known), total])
        return Reckoning(body, tuple(line.fact for line in known))


class ProgramFees(_Fees):
    """Fees of ERAS, or of the service that a specialty uses instead, for so many programs."""

    def __init__(self, knowledge: Knowledge, rules: Rules) -> None:
        super().__init__(knowledge, rules, "programs")
        self._uses = {topic: service for service, topics in self._own["uses"].items() for topic in topics}

    def reckoned(self, text: str, names: Sequence[Named]) -> Reckoning | Missing | None:
        """The fees for the programs that a message speaks of."""
        if not self._asked(text) or says(r"\bschools?\b", text):
            return None
        counts = self._counted(text, names)
        if counts is None or isinstance(counts, Missing):
            return counts
        services = [self._service(count.key, text) for count in counts]
        if None in services or self._unclear(services):
            return None
        return self._sum([self._priced(one, service) for one, service in zip(counts, services, strict=True)])

    def _service(self, key: str, text: str) -> str | None:
        """The service that takes the applications; None if the facts do not tell its fee."""
        topic = self._knowledge.topic(key)
        if topic is None:
            told = (service for service, words in self._own["unnamed_services"].items() if says(words, text))
            return str(next(told, self._own["assumed"]))
        if key in self._own["unknown"]:
            return None
        return self._uses.get(key) or {"specialty": "eras", "fellowship": "fellowship"}.get(topic.kind)

    def _unclear(self, services: Sequence[str | None]) -> bool:
        """Whether two specialties share a service of which nothing tells that its fee counts anew for each."""
        once = [service for service in services if service not in self._own["anew"]]
        return len(set(once)) < len(once)

    def _priced(self, count: Count, service: str | None) -> Line | None:
        topic = self._knowledge.topic(count.key)
        return self._line(count, service or "", plain_name(topic) if topic else self._own["unnamed"])


class SchoolFees(_Fees):
    """Primary fees of AMCAS, AACOMAS and TMDSAS for so many medical schools."""

    def __init__(self, knowledge: Knowledge, rules: Rules) -> None:
        super().__init__(knowledge, rules, "schools")

    def reckoned(self, text: str, names: Sequence[Named]) -> Reckoning | Missing | None:
        """The fees for the schools that a message speaks of; `names` of specialties count for nothing here."""
        if not self._asked(text) or not self._about_schools(text):
            return None
        kinds = list(self._kinds(text))
        priced = [kind for kind in kinds if not self._flat(kind.key)]
        counts = self._counted(text, priced) or self._counted(text, kinds)
        if counts is None or isinstance(counts, Missing):
            return counts
        flat = dict.fromkeys(kind.key for kind in kinds if self._flat(kind.key))
        services = {count.key: count for count in counts}
        services.update({key: Count(1, key) for key in flat})
        return self._sum([self._priced(count) for count in services.values()])

    def _about_schools(self, text: str) -> bool:
        return all(says(self._own[key], text) for key in ("noun", "apply")) and not says(self._own["never"], text)

    def _kinds(self, text: str) -> Iterable[Named]:
        """The services that a message names; words side by side for the same one ("MD med") are one name."""
        found = [
            Named(key, match.start(), match.end())
            for key, service in self._own["services"].items()
            for match in re.finditer(service["says"], text, re.IGNORECASE)
        ]
        last: Named | None = None
        for one in sorted(found, key=lambda name: name.start):
            if last is None or one.key != last.key or text[last.end : one.start].strip(" ."):
                yield one
            last = one

    def _flat(self, service: str) -> bool:
        fact = self._knowledge.fact(self._own["services"][service]["fact"])
        return fact is not None and _any_number(tiers(fact.values))

    def _priced(self, count: Count) -> Line | None:
        service = count.key or self._own["assumed"]
        ending = self._own["several"] if count.value > 1 or self._flat(service) else self._own["one"]
        return self._line(count, service, self._own["services"][service]["counted"] + ending)


def _merged(counts: Sequence[Count]) -> list[Count]:
    """The counts with those of the same name added up."""
    found: defaultdict[str, int] = defaultdict(int)
    for one in counts:
        found[one.key] += one.value
    return [Count(value, key) for key, value in found.items()]


def _cover(prices: Sequence[Tier], count: int) -> bool:
    """Whether each of so many applications has a price."""
    return bool(prices) and sum(tier.holds(count) for tier in prices) == count


def _any_number(prices: Sequence[Tier]) -> bool:
    return any(tier.flat and tier.last is None for tier in prices)
