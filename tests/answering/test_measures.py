"""Measures: figures read from the values of facts."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from made_facts import STEP_1_LENGTH, eight_facts

from medpath.answering.counting.measures import (
    Measure,
    Measures,
    load_measures,
    positions,
    positions_in,
    short_names,
    tokens,
)
from medpath.errors import KnowledgeError
from medpath.knowledge.records import Fact, Knowledge, Topic
from medpath.project import find_project

TODAY = date(2026, 9, 1)
PATH = find_project().ranking.parent / "measures.yml"


@pytest.fixture(scope="module")
def measures() -> Measures:
    return load_measures(PATH)


def _measure(measures: Measures, label: str) -> Measure:
    return next(measure for measure in measures.all if measure.label == label)


def _topic(kind: str, *facts: Fact) -> Topic:
    return Topic("made", "Made topic", kind, "specialties", (), facts)


def _fact(aspect: str, as_of: str = "2026", **values: object) -> Fact:
    return replace(STEP_1_LENGTH, id=f"made/{as_of}-{len(values)}", aspect=aspect, values=values, as_of=as_of)


@pytest.mark.parametrize(
    ("value", "shown", "low", "high"),
    [
        (1, "1 year", 1, 1),
        (3, "3 years", 3, 3),
        ("3 or 4", "3 or 4 years", 3, 4),
        ("7-9", "7-9 years", 7, 9),
        ("3 to 4 years", "3 to 4 years", 3, 4),
        ("3 after PGY-1", "3 after PGY-1", None, None),
    ],
)
def test_numbers_and_ranges_are_shown_and_ranked(
    measures: Measures, value: object, shown: str, low: float | None, high: float | None
) -> None:
    """A range has two ends, a remark after a number is shown but cannot be ranked."""
    figure = _measure(measures, "Training after medical school").read(
        _topic("specialty", _fact("duration", years=value))
    )
    assert figure is not None
    assert (figure.shown, figure.low, figure.high) == (shown, low, high)


@pytest.mark.parametrize("value", ["check", ["a", "b"], None])
def test_a_value_that_is_no_figure_is_left_out(measures: Measures, value: object) -> None:
    """A note in place of a number gives no figure, nor does an empty value that means nothing."""
    topic = _topic("specialty", _fact("duration", years=value))
    assert _measure(measures, "Training after medical school").read(topic) is None


def test_a_figure_belongs_to_its_aspect_and_kind(measures: Measures) -> None:
    """The same key in a fact about something else, or of a topic of another kind, is not taken for it."""
    measure = _measure(measures, "Training after medical school")
    assert measure.read(_topic("specialty", _fact("requirements", years=3))) is None
    assert measure.read(_topic("state", _fact("duration", years=3))) is None


def test_months_are_ranked_in_years(measures: Measures) -> None:
    """A figure that one state gives in months stands in months, and is ranked with the years of the others."""
    figure = _measure(measures, "Training years for international graduates").read(
        _topic("state", _fact("requirements", img_months=24))
    )
    assert figure is not None
    assert (figure.shown, figure.low) == ("24 months", 2)


def test_hours_over_some_years_are_ranked_by_the_year(measures: Measures) -> None:
    """Fifty hours in two years are fewer than thirty in one."""
    cme = _measure(measures, "CME")
    two = cme.read(_topic("state", _fact("requirements", hours=50, years=2)))
    one = cme.read(_topic("state", _fact("requirements", hours=30, years=1)))
    assert two is not None
    assert one is not None
    assert (two.shown, two.low, one.shown, one.low) == ("50 h in 2 years", 25, "30 h a year", 30)


def test_no_limit_and_yes_and_no_are_words(measures: Measures) -> None:
    """An empty limit means that there is none; membership is a yes or a no."""
    limit = _measure(measures, "USMLE attempts for each Step").read(_topic("state", _fact("limit", limit=None)))
    member = _measure(measures, "Interstate Compact (IMLC) member").read(_topic("state", _fact("rules", imlc=False)))
    assert limit is not None
    assert member is not None
    assert (limit.shown, member.shown) == ("no limit", "no")


def test_pay_is_compared_within_one_survey(measures: Measures) -> None:
    """Where two topics share a survey, its figures are taken; else each one's first."""
    pay = _measure(measures, "Average pay a year")
    medscape = _fact("pay", "2025", survey="Medscape 2025", average_usd=500000)
    doximity = _fact("pay", "2024", survey="Doximity 2024", average_usd=600000)
    both, one = _topic("specialty", medscape, doximity), _topic("specialty", doximity)
    assert [figure and figure.series for figure in pay.alike([both, one], TODAY)] == ["Doximity 2024", "Doximity 2024"]
    assert [figure and figure.shown for figure in pay.alike([both, both], TODAY)] == ["$500,000", "$500,000"]
    assert pay.alike([both, _topic("specialty")], TODAY)[1] is None


def test_an_old_figure_stands_back_behind_a_newer_one(measures: Measures) -> None:
    """What is older than it should be is taken only where nothing newer is known."""
    hours = _measure(measures, "Working week")
    old = _fact("lifestyle", "2014", hours_per_week=60)
    new = _fact("lifestyle", "2026", hours_per_week=50)
    (found, alone) = hours.alike([_topic("specialty", old, new), _topic("specialty", old)], TODAY)
    assert found is not None
    assert alone is not None
    assert (found.value, alone.value) == (50, 60)


def test_names_are_short_and_drop_what_they_share(whole: Knowledge) -> None:
    """No parentheses, and no beginning that all names have."""
    states = [whole.topic("medical-license-texas"), whole.topic("medical-license-ohio")]
    assert short_names(topic for topic in states if topic) == ["Texas", "Ohio"]
    assert short_names([topic for topic in eight_facts().topics if topic.kind == "process"]) == ["Main Residency Match"]


def test_names_within_a_sentence_keep_their_capitals_where_they_are_names(measures: Measures, whole: Knowledge) -> None:
    """A specialty is written small, a state, an exam and an abbreviation are not."""
    texas, family, step = (whole.topic(i) for i in ("medical-license-texas", "family-medicine", "usmle-step-1"))
    assert texas is not None
    assert family is not None
    assert step is not None
    assert measures.inline(texas, "Texas") == "Texas"
    assert measures.inline(family, "Family medicine") == "family medicine"
    assert measures.inline(step, "USMLE Step 1") == "USMLE Step 1"


def test_a_list_keeps_names_with_commas_apart(measures: Measures) -> None:
    """A semicolon separates names as soon as one of them holds a comma."""
    assert measures.joined(["a", "b", "c"]) == "a, b and c"
    assert measures.joined(["a", "b, c", "d"]) == "a; b, c and d"
    assert measures.joined(["a"]) == "a"


def test_phrases_are_found_as_whole_words() -> None:
    """A phrase does not count inside of a longer word, and the longest phrase comes first."""
    words = tokens("Highest-paid? The HIGHEST paid specialty")
    assert positions(words, ["paid", "highest paid", "special"]) == [(2, 4), (3, 4)]


def test_every_measure_of_the_project_is_there_for_two_topics(measures: Measures, whole: Knowledge) -> None:
    """Each row of measures.yml finds its figures in the knowledge file, so that no key is misspelt."""
    counts = {m.label: sum(m.read(topic) is not None for topic in whole.topics) for m in measures.all}
    assert [label for label, count in counts.items() if count < 2] == []


def test_every_topic_that_the_file_names_exists(measures: Measures, whole: Knowledge) -> None:
    """Pairs, their members, short names and exceptions lead to topics of the knowledge file."""
    rules = measures.comparisons
    groups = [*rules["pairs"].values(), *rules["beside"].values(), rules["called"].values(), measures.never_listed]
    named = {name for group in groups for name in group} | set(rules["pairs"]) | set(rules["beside"])
    assert [name for name in sorted(named) if whole.topic(name) is None] == []


def test_the_words_of_the_file_are_text(measures: Measures) -> None:
    """YAML reads a bare "no" or "on" as false and true; the word lists must hold words."""

    def texts(node: object) -> list[object]:
        if isinstance(node, dict):
            return [found for part in node.values() for found in texts(part)]
        return [found for part in node for found in texts(part)] if isinstance(node, list) else [node]

    assert [word for word in texts([measures.lists, measures.comparisons]) if isinstance(word, bool)] == []


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    """The error names the file."""
    with pytest.raises(KnowledgeError, match=r"measures\.yml"):
        load_measures(tmp_path / "measures.yml")


def test_a_message_is_searched_once_for_the_same_phrases() -> None:
    """However many nouns it has, for each of which they are looked for."""
    words, phrases = tokens("residency match " * 375), ["highest paid", "residency match"]
    positions_in.cache_clear()
    assert all(len(positions(words, phrases)) == 375 for _ in range(375))
    assert positions_in.cache_info().misses == 1
