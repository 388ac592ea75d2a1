"""What a person tells of himself: stage, degree, origin, visa, specialty, state, graduation and failed attempts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any, NamedTuple

from medpath.knowledge.records import Topic
from medpath.knowledge.yaml_lines import read_yaml
from medpath.language.topics import Mention

PLACE = "medical-license-"
# Of an endless message the beginning is read, as people speak of themselves there.
LONGEST, MOST_FILLERS, MOST_PHRASES = 1000, 6, 15
STUDYING = ("premed", "medical student")
_AUDIENCES = {
    "premed": "premed",
    "medical student": "student",
    "resident": "resident",
    "fellow": "resident",
    "DO": "do",
    "MD": "md",
    "IMG": "img",
    "military": "military",
    "Canadian": "canadian",
}
_ALONE = ("spoilers", "doctor", "no_place", "everyday", "everyday_after", "place_before", "no_place_after")
_CONDITIONS = ("unless", "only", "never")
# What a topic names is put between two characters that no message holds.
_OPEN, _CLOSE = "\ue000", "\ue001"
_TOPIC = {
    "specialty": rf"(?P<specialty>{_OPEN}[sb]\d+{_CLOSE})",
    "doctor": rf"(?P<doctor>{_OPEN}d\d+{_CLOSE})",
    "state": rf"(?P<state>{_OPEN}[pb]\d+{_CLOSE})",
    "another": rf"{_OPEN}[sdb]\d+{_CLOSE}",
}
_NAME = re.compile(r"\{([a-z_]+)\}")
_GAPS = re.compile(r"[ ,/&+()-]*")
_WRITTEN = re.compile(rf"[\w{_OPEN}]")
_CUT_OFF = r"(?![\w']|-\w)"


@dataclass(frozen=True)
class Profile:
    """What a person told of himself; None where he told nothing.

    `stage` is premed, medical student, resident, fellow or physician; `degree` MD or DO; `graduate` US or IMG; `group`
    military or Canadian (from a Canadian school); `visa` J-1, H-1B, green card, US citizen or needs visa; `specialty`
    and `state` are topic ids; `attempts` counts failed exam attempts.
    """

    stage: str | None = None
    degree: str | None = None
    graduate: str | None = None
    group: str | None = None
    visa: str | None = None
    specialty: str | None = None
    state: str | None = None
    graduation_year: int | None = None
    attempts: int | None = None


NUMBERS = frozenset({"graduation_year", "attempts"})


class Row(NamedTuple):
    """A pattern of a statement, what it means, and whether it is said of oneself even without a lead."""

    says: re.Pattern[str]
    means: Mapping[str, Any]
    sure: bool


class Phrase(NamedTuple):
    """A row that was found in a message."""

    row: Row
    match: re.Match[str]


class Lead(NamedTuple):
    """How a statement begins, which sections may open it, and what must or must not be around it."""

    says: re.Pattern[str]
    opens: tuple[str, ...]
    after: re.Pattern[str] | None
    unless: re.Pattern[str] | None
    only: re.Pattern[str] | None
    never: re.Pattern[str] | None
    sure: bool


class Statement(NamedTuple):
    """A stretch of a message, as characters of the text that stands for it, with its phrases."""

    start: int
    end: int
    phrases: tuple[Phrase, ...]


@dataclass(frozen=True)
class ProfileWording:
    """The patterns of data/language/profile.yml; `names` are those of the specialties and states by topic id."""

    leads: tuple[Lead, ...]
    sections: Mapping[str, tuple[Row, ...]]
    spoilers: re.Pattern[str]
    fillers: re.Pattern[str]
    around: re.Pattern[str]
    doctor: re.Pattern[str]
    no_place: re.Pattern[str]
    everyday: re.Pattern[str]
    everyday_after: re.Pattern[str]
    place_before: re.Pattern[str]
    no_place_after: re.Pattern[str]
    numbers: Mapping[str, int]
    told: Mapping[str, Any]
    specialties: Mapping[str, str]
    states: Mapping[str, str]


def load_profile_wording(path: Path, topics: Iterable[Topic]) -> ProfileWording:
    """Reads the patterns; `topics` are those of the knowledge file, which tell what is a specialty or a state.

    Raises KnowledgeError if the file cannot be read.
    """
    content = read_yaml(path)
    names, topics = {**content["names"], **_TOPIC}, tuple(topics)
    alone = {key: _pattern(content[key], names) for key in _ALONE}
    return ProfileWording(
        leads=tuple(_lead(row, content["conditions"], names) for row in content["leads"]),
        sections={
            section: tuple(_row(row, section, names) for row in content[section])
            for section in ("being", "having", "doing", "mine")
        },
        fillers=_pattern(content["fillers"] + _CUT_OFF, names),
        around=_pattern(rf"(?<![\w'])(?:{content['around']}|{content['fillers']}){_CUT_OFF}", names),
        numbers=content["numbers"],
        told=content["told"],
        specialties=_specialties(topics, _pattern(content["no_specialty"], names)),
        states={topic.id: topic.name.split(": ")[-1] for topic in topics if topic.id.startswith(PLACE)},
        **alone,
    )


def _specialties(topics: Iterable[Topic], other: re.Pattern[str]) -> dict[str, str]:
    kinds = ("specialty", "fellowship")
    return {topic.id: topic.short_name for topic in topics if topic.kind in kinds and not other.match(topic.id)}


def _pattern(says: str, names: Mapping[str, str]) -> re.Pattern[str]:
    return re.compile(_NAME.sub(lambda name: names[name[1]], says), re.IGNORECASE)


def _row(row: Mapping[str, Any], section: str, names: Mapping[str, str]) -> Row:
    means = {key: value for key, value in row.items() if key not in ("says", "sure")}
    return Row(_pattern(f"(?:{row['says']}){_CUT_OFF}", names), means, row.get("sure", section == "doing"))


def _lead(row: Mapping[str, Any], conditions: Mapping[str, str], names: Mapping[str, str]) -> Lead:
    unless, only, never = (_pattern(conditions[row[key]], names) if key in row else None for key in _CONDITIONS)
    return Lead(
        _pattern(rf"(?<![\w'])(?:{row['says']})", names),
        tuple(row["opens"]),
        _pattern(row["after"], names) if "after" in row else None,
        unless,
        only,
        never,
        row.get("sure", False),
    )


def read_profile(text: str, mentions: Sequence[Mention], wording: ProfileWording) -> Profile:
    """What a person says of himself in a message; nothing of what he asks in general or for others.

    `mentions` are the topics that the same text names (TopicMatcher.mentions), typing errors mended or not.
    """
    masked = _masked(text, mentions, wording)
    return _profile(_statements(masked.text, wording), masked, wording)


def only_profile(text: str, mentions: Sequence[Mention], wording: ProfileWording) -> bool:
    """Whether a message is nothing but what a person says of himself, without a question."""
    masked = _masked(text, mentions, wording)
    found = _statements(masked.text, wording)
    if "?" in text or len(text) > LONGEST or _profile(found, masked, wording) == Profile():
        return False
    rest = list(masked.text)
    for statement in found:
        rest[statement.start : statement.end] = " " * (statement.end - statement.start)
    return _WRITTEN.search(wording.around.sub(" ", "".join(rest))) is None


def merged(old: Profile, new: Profile) -> Profile:
    """What was told before, with what is told now in its place."""
    return Profile(**{**_given(old), **_given(new)})


def audiences(profile: Profile) -> frozenset[str]:
    """The audiences of facts that a person belongs to; a fellow belongs to those for residents."""
    values = (profile.stage, profile.degree, profile.graduate, profile.group)
    return frozenset(_AUDIENCES[value] for value in values if value in _AUDIENCES)


def as_dict(profile: Profile) -> dict[str, str | int]:
    """What is known of a person, as JSON can hold it."""
    return _given(profile)


def from_dict(content: Any) -> Profile:
    """The profile of as_dict; what is unknown or of another type is left out."""
    given = content if isinstance(content, Mapping) else {}
    types = {one.name: int if one.name in NUMBERS else str for one in fields(Profile)}
    # Not isinstance: True is an int as well.
    return Profile(**{name: given[name] for name, kind in types.items() if type(given.get(name)) is kind})


def told(profile: Profile, wording: ProfileWording) -> str:
    """What a person told, as a sentence; empty if he told nothing."""
    parts = [_part(name, value, profile, wording) for name, value in _given(profile).items()]
    return str(wording.told["all"]).format(parts=", ".join(parts)) if parts else ""


def _part(name: str, value: str | int, profile: Profile, wording: ProfileWording) -> str:
    key = "graduating" if name == "graduation_year" and profile.stage in STUDYING else name
    form = wording.told[key]
    if isinstance(form, Mapping):
        form = form.get(str(value), form.get("more", "{value}"))
    known = {**wording.specialties, **wording.states}
    return str(form).format(value=known.get(str(value), value))


def _given(profile: Profile) -> dict[str, Any]:
    return {name: value for name, value in asdict(profile).items() if value is not None}


class _Masked(NamedTuple):
    """A message in which a sign stands for each name of a specialty or state, and what the signs stand for."""

    text: str
    specialties: tuple[str, ...]
    states: tuple[str, ...]


def _masked(text: str, mentions: Sequence[Mention], wording: ProfileWording) -> _Masked:
    plain = text[:LONGEST].replace(_OPEN, " ").replace(_CLOSE, " ").replace("’", "'")
    parts, end = [], 0
    specialties, states = [], []
    for number, mention in enumerate(one for one in mentions if one.end <= LONGEST):
        specialty, state = _meant(plain, mention, wording)
        specialties.append(specialty)
        states.append(state)
        if specialty or state:
            parts += [plain[end : mention.start], f"{_OPEN}{_sign(mention, specialty, state, wording)}{number}{_CLOSE}"]
            end = mention.end
    whole = re.sub(r" *[\n\r]\s*", " . ", "".join([*parts, plain[end:]]))
    return _Masked(re.sub(r"\s+", " ", whole).strip(), tuple(specialties), tuple(states))


def _meant(text: str, mention: Mention, wording: ProfileWording) -> tuple[str, str]:
    """The specialty and the state that a mention may stand for, each empty if there is none or more than one."""
    specialties = [topic for topic in mention.topics if topic in wording.specialties]
    states = [topic for topic in mention.topics if topic in wording.states]
    if wording.no_place.search(mention.text):
        states = []
    if wording.everyday.search(mention.text) and not wording.everyday_after.match(text, mention.end):
        specialties = []
    if len(specialties) + len(states) < len(mention.topics):
        specialties = specialties if not states else []
        states = states if _is_place(text, mention, wording) else []
    return (specialties[0] if len(specialties) == 1 else "", states[0] if len(states) == 1 else "")


def _is_place(text: str, mention: Mention, wording: ProfileWording) -> bool:
    before, after = text[: mention.start], text[mention.end :]
    return bool(wording.place_before.search(before)) and not wording.no_place_after.match(after)


def _sign(mention: Mention, specialty: str, state: str, wording: ProfileWording) -> str:
    if specialty and state:
        return "b"
    if state:
        return "p"
    return "d" if wording.doctor.search(mention.text) else "s"


def _statements(text: str, wording: ProfileWording) -> list[Statement]:
    """All statements of a message in their order."""
    found = [statement for lead in wording.leads for statement in _led(text, lead, wording)]
    return sorted(found, key=lambda one: (one.start, -one.end))


def _led(text: str, lead: Lead, wording: ProfileWording) -> Iterator[Statement]:
    if (lead.only and not lead.only.search(text)) or (lead.never and lead.never.search(text)):
        return
    for begin in lead.says.finditer(text):
        if lead.unless and lead.unless.search(text[: begin.start()]):
            continue
        phrases = _phrases(text, begin.end(), lead.opens, wording)
        if phrases and (not lead.sure or any(phrase.row.sure for phrase in phrases)):
            end = phrases[-1].match.end()
            if lead.after is None or lead.after.match(text, end):
                yield Statement(begin.start(), end, phrases)


def _phrases(text: str, start: int, opens: Sequence[str], wording: ProfileWording) -> tuple[Phrase, ...]:
    """The phrases that follow one another, with nothing but fillers between them; only some sections open them."""
    found: list[Phrase] = []
    fillers = 0
    while fillers < MOST_FILLERS and len(found) < MOST_PHRASES:
        gap = _GAPS.match(text, start)
        start = gap.end() if gap else start
        phrase = _longest(text, start, [s for s in wording.sections if s != "mine"] if found else opens, wording)
        filler = None if phrase else wording.fillers.match(text, start)
        if phrase and not wording.spoilers.match(text, phrase.match.end()):
            found.append(phrase)
            start, fillers = phrase.match.end(), 0
        elif filler:
            start, fillers = filler.end(), fillers + 1
        else:
            break
    return tuple(found)


def _longest(text: str, start: int, sections: Sequence[str], wording: ProfileWording) -> Phrase | None:
    rows = (row for section in sections for row in wording.sections[section])
    found = [Phrase(row, match) for row in rows if (match := row.says.match(text, start))]
    return max(found, key=lambda phrase: (phrase.match.end(), phrase.row.sure, len(phrase.row.means)), default=None)


def _profile(statements: Sequence[Statement], masked: _Masked, wording: ProfileWording) -> Profile:
    """The fields of all phrases: of several values the first one said, of failed attempts the sum."""
    phrases = {phrase.match.span(): phrase for statement in statements for phrase in statement.phrases}
    values: dict[str, Any] = {}
    for phrase in phrases.values():
        for name, value in _values(phrase, masked, wording).items():
            if name == "attempts":
                values[name] = values.get(name, 0) + value
            values.setdefault(name, value)
    return Profile(**values)


def _values(phrase: Phrase, masked: _Masked, wording: ProfileWording) -> dict[str, Any]:
    said = {name: value for name, value in phrase.match.groupdict().items() if value}
    found = dict(phrase.row.means)
    if "graduation_year" in said:
        found["graduation_year"] = _year(said["graduation_year"])
    if "attempts" in said:
        found["attempts"] = _count(said["attempts"], wording)
    for name in ("specialty", "doctor"):
        if name in said:
            found["specialty"] = masked.specialties[_number(said[name])]
    if "state" in said:
        found["state"] = masked.states[_number(said["state"])]
    return found


def _number(sign: str) -> int:
    return int(sign.strip(_OPEN + _CLOSE)[1:])


def _year(written: str) -> int:
    """A year of four digits, or of two of them within 1950 and 2049."""
    year = int(written)
    return year if year > 99 else year + (2000 if year < 50 else 1900)


def _count(written: str, wording: ProfileWording) -> int:
    word = written.lower().split()[0]
    return int(word[0]) if word[0].isdecimal() else wording.numbers[word]
