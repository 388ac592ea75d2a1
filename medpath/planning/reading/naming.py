"""Names in a message: specialties, countries, people, cities, states; each is replaced by a sign for it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from medpath.knowledge.yaml_lines import read_yaml
from medpath.language.spelling import Spelling
from medpath.language.topics import TopicMatcher
from medpath.language.wording import Wording
from medpath.planning.reading.wording import MARK, Pattern, ReadingWording

# One letter for each kind of name, in the order in which an ambiguous name is taken.
SPECIALTY, PRELIMINARY, STATE, COUNTRY, PEOPLE, CITY = "s", "q", "u", "c", "p", "t"
_KINDS = (SPECIALTY, PRELIMINARY, STATE, COUNTRY, PEOPLE, CITY)
_PRELIMINARY_IDS = ("preliminary_medicine", "preliminary_surgery", "transitional_year")
_SIGN = re.compile(rf"{MARK}([a-z])(\d+){MARK}")
# A period ends a sentence, but for those of short forms ("U.S.", "St. Kitts").
_STOPS = re.compile(r"([,;!?():]|(?<=\w\w)(?i:(?<!\bst|\bdr|\bft|\bmt))\.(?= |$))")
# Where a sentence or a part of it begins and ends.
_ENDED, _ENDING = re.compile(r"(?:^|[.;,!?] *)$"), re.compile(r" *(?:[.;,!?]|$)")
_IN_CITY = rf"{MARK}t\d+{MARK}"
_STATE_SHORT = (
    rf"\b(?!(?:of|to|resident|school|{_IN_CITY}) ?,? MD\b)"
    rf"(?:in|from|of|to|near|live|based|resident|school|{_IN_CITY}) ?,? ({{shorts}})\b"
    r"(?! (?:school|student|degree|program))"
)
# A city of another country's name that lies in a state ("Medina, Ohio"), and a college or county called like it.
_US_PLACE = re.compile(
    rf"{_IN_CITY} (?={MARK}u\d+{MARK})|{_IN_CITY} ?, ?(?={MARK}u\d+{MARK} ?(?:[,.;!?)]|$))"
    rf"|{_IN_CITY}(?= (?:(?:community|state|city) )?(?:college|county)\b)"
)


@dataclass(frozen=True)
class Saying:
    """A message ready for the patterns: plain small letters with a sign for each name, and what the signs stand for."""

    text: str
    meanings: tuple[str, ...]
    written: tuple[str, ...] = ()

    def as_written(self, sign: str) -> str:
        """The name that a sign stands for as the message has it; empty for a short form, which no reader would know."""
        found = _SIGN.fullmatch(sign)
        return self.written[int(found[2])] if found and int(found[2]) < len(self.written) else ""

    def meaning(self, sign: str) -> str:
        """What a sign stands for, such as an id of a specialty or the name of a country."""
        found = _SIGN.fullmatch(sign)
        return self.meanings[int(found[2])] if found else ""

    def signs(self, kinds: str) -> list[str]:
        """The signs of some kinds, in the order of the message."""
        return [one[0] for one in _SIGN.finditer(self.text) if one[1] in kinds]


class StrictNames(NamedTuple):
    """Short names that are ordinary words: what must come after them, unless something stands before them."""

    names: Pattern
    after: Pattern
    unless: Pattern


@dataclass(frozen=True)
class ShortNames:
    """Names that count only in context: `spots` finds one with what it may stand for."""

    ids: Mapping[str, str]
    spots: Pattern
    capitals: frozenset[str]
    no_name_after: Pattern
    before: Pattern
    after: Pattern
    strict: tuple[StrictNames, ...]
    alone: Pattern

    def counts(self, text: str, match: re.Match[str], mixed: bool) -> bool:
        """Whether a short name stands where it can only be one."""
        before, after = text[: match.start()].lower(), text[match.end() :].lower()
        if self.no_name_after.match(after):
            return False
        if (mixed and match[0] in self.capitals) or text.strip(" .!?") == match[0]:
            return True
        if self.alone.match(match[0].lower()) and _ENDED.search(before) and _ENDING.match(after):
            return True
        for names in self.strict:
            if names.names.match(match[0].lower()) and not names.unless.search(before):
                return names.after.match(after) is not None
        return bool(self.before.search(before)) and bool(self.after.match(after))


class Naming:
    """Brings a message to the form that the patterns read."""

    def __init__(self, folder: Path, frequencies: Mapping[str, int], words: Wording, reading: ReadingWording) -> None:
        """`frequencies` are the words that messages use; `folder` holds names.yml, lay_words.yml and the names
        of countries and states."""
        specialties = read_yaml(folder / "names.yml")
        self._reading = reading
        self._short = _short_names(specialties["short"])
        states = read_yaml(folder / "state_names.yml")["names"]
        called = {key: _shortened(names, specialties["shortened"]) for key, names in specialties["names"].items()}
        for specialty, phrases in _lay_phrases(read_yaml(folder / "lay_words.yml")):
            called[specialty] = [*called[specialty], *phrases]
        pairs = list(_pairs(called, read_yaml(folder / "country_names.yml")["names"], states))
        pairs = [(without_accents(name), meaning) for name, meaning in pairs]
        known = {word.written.lower() for name, _ in pairs for word in words.words(name)}
        known |= reading.words
        spelling = Spelling({**dict.fromkeys(known, 1), **frequencies})
        self._matcher = TopicMatcher(pairs, words, spelling)
        self._states = {str(one["short"]): state for state, one in states.items()}
        self._state = re.compile(_STATE_SHORT.format(shorts="|".join(self._states)))

    def read(self, text: str) -> Saying:
        """The message with its names marked, typing errors mended."""
        text = without_accents(text)
        for says, becomes in self._reading.written:
            text = says.sub(becomes, text)
        text = self._matcher.mend(" ".join(text.replace(MARK, " ").split())[: self._reading.longest])
        meanings: list[tuple[str, str]] = []
        marked = self._short_states(self._short_specialties(self._long(text, meanings), meanings), meanings)
        plain = _US_PLACE.sub("", marked.lower())
        for says, becomes in self._reading.plain:
            plain = says.sub(becomes, plain)
        return Saying(
            " ".join(plain.split()), tuple(one for one, _ in meanings), tuple(written for _, written in meanings)
        )

    def _long(self, text: str, meanings: list[tuple[str, str]]) -> str:
        """The text with signs for the names; no name goes on after a comma or a sentence."""
        return "".join(self._marked(piece, meanings) for piece in _STOPS.split(text))

    def _marked(self, text: str, meanings: list[tuple[str, str]]) -> str:
        parts, end = [], 0
        for mention in self._matcher.mentions(text):
            kind, meaning = min((one.split(":", 1) for one in mention.topics), key=lambda one: _KINDS.index(one[0]))
            parts += [text[end : mention.start], _sign(kind, meaning, meanings, text[mention.start : mention.end])]
            end = mention.end
        return "".join([*parts, text[end:]])

    def _short_specialties(self, text: str, meanings: list[tuple[str, str]]) -> str:
        mixed = any(letter.islower() for letter in _SIGN.sub("", text))

        def marked(match: re.Match[str]) -> str:
            if not self._short.counts(text, match, mixed):
                return match[0]
            meaning = self._short.ids[match[0].lower()]
            return _sign(PRELIMINARY if meaning in _PRELIMINARY_IDS else SPECIALTY, meaning, meanings)

        return self._short.spots.sub(marked, text)

    def _short_states(self, text: str, meanings: list[tuple[str, str]]) -> str:
        def marked(match: re.Match[str]) -> str:
            return match[0][: -len(match[1])] + _sign(STATE, self._states[match[1]], meanings)

        return self._state.sub(marked, text)


def without_accents(text: str) -> str:
    """A text in plain letters: people write São Paulo with and without."""
    return "".join(letter for letter in unicodedata.normalize("NFD", text) if unicodedata.category(letter) != "Mn")


def _sign(kind: str, meaning: str, meanings: list[tuple[str, str]], written: str = "") -> str:
    meanings.append((meaning, written))
    return f"{MARK}{kind}{len(meanings) - 1}{MARK}"


def _pairs(
    specialties: Mapping[str, list[str]], countries: Mapping[str, Any], states: Mapping[str, Any]
) -> Iterable[tuple[str, str]]:
    """Each name with its kind and meaning, as the matcher takes them."""
    for specialty, names in specialties.items():
        kind = PRELIMINARY if specialty in _PRELIMINARY_IDS else SPECIALTY
        yield from ((str(name), f"{kind}:{specialty}") for name in names)
    for state, row in states.items():
        called = (state.replace("_", " "), *row.get("names", ()), *row.get("cities", ()))
        yield from ((name, f"{STATE}:{state}") for name in called)
    for country, row in countries.items():
        yield from ((name, f"{COUNTRY}:{country}") for name in (country, *row.get("names", ())))
        yield from ((name, f"{PEOPLE}:{country}") for name in row.get("people", ()))
        yield from ((name, f"{CITY}:{country}") for name in (*row.get("cities", ()), *row.get("schools", ())))


def _lay_phrases(content: Mapping[str, Any]) -> Iterable[tuple[str, list[str]]]:
    """Each field with what people who know no names of fields say for it: "fix hands", "end of life care"."""
    for row in content["things"]:
        verbs = [verb for kind in row["verbs"] for verb in content["verbs"][kind]]
        yield row["field"], [f"{verb} {thing}" for verb in verbs for thing in row["of"]]
    yield from content["phrases"].items()


def _shortened(names: list[str], forms: Mapping[str, str]) -> list[str]:
    """The names, and those of several words with one of them shortened as people do."""
    ways = ((name, long, short) for name in map(str, names) if " " in name for long, short in forms.items())
    return [*names, *(name.replace(long, short) for name, long, short in ways if long in name and name != long)]


def _short_names(content: Mapping[str, Any]) -> ShortNames:
    ids = {str(name): specialty for specialty, names in content["names"].items() for name in names}
    spots = re.compile(rf"(?<![\w'{MARK}])(?:{'|'.join(sorted(ids, key=len, reverse=True))})(?![\w'{MARK}])", re.I)
    return ShortNames(
        ids,
        spots,
        frozenset(content["capitals"]),
        re.compile(content["no_name_after"]),
        re.compile(content["before"]),
        re.compile(content["after"]),
        tuple(StrictNames(*(re.compile(row[key]) for key in StrictNames._fields)) for row in content["strict"]),
        re.compile(content["alone"]),
    )
