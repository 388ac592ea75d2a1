"""The patterns and tables of data/planning by which people are read."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from medpath.knowledge.yaml_lines import read_yaml

# A sign that counts as a letter and that no message holds; what a name stands for is written between two of them.
MARK = "ǀ"
IT = f"{MARK}i{MARK}"
_MARKED = {
    "specialty": rf"{MARK}[sq]\d+{MARK}",
    "preliminary": rf"{MARK}q\d+{MARK}",
    "country": rf"{MARK}c\d+{MARK}",
    "people": rf"{MARK}p\d+{MARK}",
    "city": rf"{MARK}t\d+{MARK}",
    "state": rf"{MARK}u\d+{MARK}",
    "it": IT,
}
_NAME = re.compile(r"\{([a-z_]+)\}")
_NUMBER = re.compile(r"_\d$")
_OTHER_LETTER = re.compile(r"\(\?[a-z]\)")
_PLURAL = re.compile(r"(?<=[a-z]{4})s\?")
_LISTS = (
    "stage",
    "school",
    "citizenship",
    "status",
    "visa",
    "needs_visa",
    "years",
    "wishes",
    "steps",
    "country",
    "residency_years",
    "undone",
    "failed",
)

Pattern = re.Pattern[str]


def numbered(match: re.Match[str]) -> dict[str, str]:
    """The groups that matched; where a pattern has alternatives the name of a group is numbered in the later ones."""
    return {_NUMBER.sub("", name): value for name, value in match.groupdict().items() if value}


class Row(NamedTuple):
    """A pattern, what it means, and what must not stand right before it."""

    says: Pattern
    means: Mapping[str, Any]
    unless: Pattern | None

    def found(self, text: str) -> re.Match[str] | None:
        """Where the pattern first stands as a statement."""
        return next((one for one in self.says.finditer(text) if not self.denied(text, one)), None)

    def denied(self, text: str, match: re.Match[str]) -> bool:
        """Whether what stands before a match makes it no statement."""
        return self.unless is not None and self.unless.search(text[: match.start()]) is not None


class Following(NamedTuple):
    """Steps that are done by whoever has done one of `after`, if need be only at one kind of school."""

    after: frozenset[str]
    school: str | None
    steps: frozenset[str]


@dataclass(frozen=True)
class ReadingWording:
    """The patterns of data/planning/reading.yml, compiled; `lists` are its lists of rows by name, `asks` the
    questions of questions.yml beside it."""

    longest: int
    written: tuple[tuple[Pattern, str], ...]
    plain: tuple[tuple[Pattern, str], ...]
    lists: Mapping[str, tuple[Row, ...]]
    patterns: Mapping[str, Pattern]
    roles: Mapping[str, tuple[Pattern, ...]]
    ages: tuple[Pattern, ...]
    age_range: tuple[int, int]
    school_age: int
    exams: tuple[tuple[Pattern, tuple[str, ...]], ...]
    exam_verbs: Mapping[str, Pattern]
    exam_after: Mapping[str, Pattern]
    answers: Mapping[str, Pattern]
    behind: Mapping[str, frozenset[str]]
    behind_in_training: Mapping[str, frozenset[str]]
    behind_in_fellowship: Mapping[str, frozenset[str]]
    follows: tuple[Following, ...]
    asks: tuple[Row, ...]
    no_visa_with: frozenset[str]
    early_match_fields: frozenset[str]
    shared_wishes: frozenset[str]
    shared_asks: frozenset[str]
    contraries: Mapping[str, str]
    words: frozenset[str]


def load_reading_wording(path: Path) -> ReadingWording:
    """Reads the patterns; raises KnowledgeError if the file cannot be read."""
    content = read_yaml(path)
    names = _names(content)
    return ReadingWording(
        longest=content["longest"],
        written=tuple((re.compile(says), becomes) for says, becomes in content["written"]),
        plain=tuple((_pattern(says, names), becomes) for says, becomes in content["plain"]),
        lists={key: tuple(_row(row, content, names) for row in content[key]) for key in _LISTS},
        patterns={key: _pattern(content[key], names) for key in _ALONE},
        roles={role: tuple(_pattern(one, names) for one in rows) for role, rows in content["roles"].items()},
        ages=tuple(_pattern(one, names) for one in content["age"]),
        age_range=(content["ages"][0], content["ages"][1]),
        school_age=content["school_age"],
        exams=tuple((_pattern(says, names), tuple(steps)) for says, steps in content["exams"]),
        exam_verbs=_before_exam(content, names),
        exam_after={key: _pattern(says, names) for key, says in content["exam_after"].items()},
        answers={key: _pattern(says, names) for key, says in content["answers"].items()},
        behind=_sets(content["behind"]),
        behind_in_training=_sets(content["behind_in_training"]),
        behind_in_fellowship=_sets(content["behind_in_fellowship"]),
        follows=tuple(
            Following(frozenset(row["after"]), row.get("school"), frozenset(row["steps"])) for row in content["follows"]
        ),
        asks=tuple(_row(row, content, names) for row in read_yaml(path.with_name("questions.yml"))["asks"]),
        no_visa_with=frozenset(content["no_visa_with"]),
        early_match_fields=frozenset(content["early_match_fields"]),
        shared_wishes=frozenset(content["shared_wishes"]),
        shared_asks=frozenset(content["shared_asks"]),
        contraries=content["contraries"],
        words=_words(content),
    )


_ALONE = (
    "not_done_after",
    "exam_score",
    "second_try",
    "no_home",
    "no_home_after",
    "place_wished",
    "grade_told",
    "college_year",
    "medical_year",
    "others",
    "writer",
    "children",
    "not_done",
    "passed_later",
    "failed_all",
    "torn",
    "conditions",
    "general",
    "way_asked",
    "open_questions",
    "clueless",
    "supposing",
    "change_words",
    "earlier_cycle",
    "applied_again",
    "applied_not",
    "retaken",
    "score_told",
    "child_aims",
    "clause",
    "us_degree",
    "planned_later",
    "other_interviews",
    "other_ages",
    "college_told",
    "high_school_told",
    "premed_told",
    "bs_md_year",
    "in_bs_md",
    "advanced_entry",
    "advanced_words",
    "transfer_wished",
    "basic_sciences_done",
    "later_counted",
)


def _sets(rows: Mapping[str, Iterable[str]]) -> dict[str, frozenset[str]]:
    return {key: frozenset(steps) for key, steps in rows.items()}


def _names(content: Mapping[str, Any]) -> dict[str, str]:
    own = {name: content[name] for name in ("clueless", "denied", "supposed")}
    return {**_MARKED, **content["names"], **own}


def _row(row: Mapping[str, Any], content: Mapping[str, Any], names: Mapping[str, str]) -> Row:
    means = {key: value for key, value in row.items() if key not in ("says", "unless")}
    conditions = {**content["unless"], "not_citizen": content["not_citizen"]}
    unless = _pattern(conditions[row["unless"]], names) if "unless" in row else None
    return Row(_pattern(row["says"], names), means, unless)


def _before_exam(content: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Pattern]:
    """The verbs, each with at most so many words after it as may stand between it and the exam."""
    reach = rf"(?:[ ,]+[\w']+){{0,{content['exam_reach']}}}[ ,]*$"
    return {key: _pattern(f"(?P<verb>{says}){reach}", names) for key, says in content["exam_verbs"].items()}


def compiled(says: str, names: Mapping[str, str]) -> Pattern:
    """A pattern on a message as it is read, with names of its own beside those of specialties, countries and places."""
    return _pattern(says, {**_MARKED, **names})


def _pattern(says: str, names: Mapping[str, str]) -> Pattern:
    while _NAME.search(says):
        says = _NAME.sub(lambda match: f"(?:{names[match[1]]})", says)
    return re.compile(says)


def _words(content: Mapping[str, Any]) -> frozenset[str]:
    """The words that the patterns name: a mistyped one is mended to them."""
    texts = [row["says"] for key in _LISTS for row in content[key]]
    texts += [*content["names"].values(), content["others"], content["children"], *content["exam_verbs"].values()]
    return frozenset(word for text in texts for word in _whole_words(text))


def _whole_words(pattern: str) -> Iterable[str]:
    """Words of five letters and more that a pattern holds whole, neither with optional letters nor as a beginning."""
    pattern = _PLURAL.sub("", _OTHER_LETTER.sub("", pattern))
    return re.findall(r"(?<![\w\\{?<])[a-z]{5,}(?![\w?*+}>\\\[(.])", pattern)
