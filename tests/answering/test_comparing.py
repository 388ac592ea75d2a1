"""Comparisons: what a message wants compared, and the table and sentences that answer it."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping
from datetime import date

import pytest

from medpath.answering.counting.measures import Measures
from medpath.answering.replies.answer import COMPARISON, Answer
from medpath.answering.replies.comparing import Comparer
from medpath.answering.replies.comparison_rows import RowBook
from medpath.answering.replies.composing import Composer, Texts
from medpath.answering.service import LEXICON
from medpath.knowledge.records import Knowledge
from medpath.language.lexicon import load_lexicon
from medpath.language.topics import TopicMatcher
from medpath.language.wording import load_wording
from medpath.project import Project

TODAY = date(2026, 9, 1)
Wanted = Callable[..., list[str]]
Compare = Callable[..., Answer | None]


@pytest.fixture(scope="module")
def names(project: Project) -> TopicMatcher:
    return load_lexicon(project.index / LEXICON).matcher(load_wording(project.wording))


@pytest.fixture(scope="module")
def comparer(whole: Knowledge, texts: Texts, measures: Measures, book: RowBook) -> Comparer:
    return Comparer(whole, Composer(whole, texts), measures, book)


@pytest.fixture(scope="module")
def wanted(comparer: Comparer, names: TopicMatcher) -> Wanted:
    return lambda text, aspects=None: comparer.wanted(text, names.mentions(text), aspects or {})


@pytest.fixture(scope="module")
def compare(comparer: Comparer, whole: Knowledge) -> Compare:
    def run(*ids: str, **aspects: float) -> Answer | None:
        return comparer.compare([topic for topic in map(whole.topic, ids) if topic], aspects, TODAY)

    return run


def _value(knowledge: Knowledge, fact_id: str, key: str) -> object:
    fact = knowledge.fact(fact_id)
    assert fact is not None
    return fact.values[key]


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("MD vs DO", ["md", "do"]),
        ("whats cheaper md or do", ["md", "do"]),
        ("whats the diff between a DO and an MD", ["do", "md"]),
        ("im vs fm", ["internal-medicine", "family-medicine"]),
        ("IM or FM with a J-1", ["internal-medicine", "family-medicine"]),
        ("is IM or FM better with a J-1", ["internal-medicine", "family-medicine"]),
        ("is family medicine shorter than internal medicine", ["family-medicine", "internal-medicine"]),
        ("cardiology or gi pays more", ["cardiovascular-disease", "gastroenterology"]),
        ("derm and plastics which pays more", ["dermatology", "plastic-surgery"]),
        ("surgery vs anesthesia lifestyle", ["general-surgery", "anesthesiology"]),
        ("Texas or Florida cme hours", ["medical-license-texas", "medical-license-florida"]),
        ("texas vs california license", ["medical-license-texas", "medical-license-california"]),
        ("j1 vs h1b", ["j-1-visa-for-physicians", "h-1b-visa-for-residency"]),
        ("difference between amcas and aacomas", ["amcas", "aacomas"]),
        ("should i take usmle or comlex", ["usmle", "comlex-usa"]),
        ("diff between step 1, step 2 and step 3?", ["usmle-step-1", "usmle-step-2-ck", "usmle-step-3"]),
        ("is derm harder to get into than psych or neuro", ["dermatology", "psychiatry", "neurology"]),
        ("pa vs np vs md", ["pa", "np", "md"]),
        ("NP or PA", ["np", "pa"]),
        ("academics vs private practice", ["academic-medicine-career", "private-practice"]),
        ("categorical vs prelim", ["categorical-residency-position", "preliminary-residency-position"]),
        ("intern vs resident vs fellow vs attending", ["intern-year", "resident", "fellow", "attending-physician"]),
    ],
)
def test_things_set_against_each_other_are_compared(wanted: Wanted, text: str, ids: list[str]) -> None:
    """Two or more topics with a sign of comparison between or over them, in the order of the message."""
    assert wanted(text) == ids


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("should i be a pa or an md", ["pa", "md"]),
        ("md or do or pa which is longest", ["md", "do", "pa"]),
        ("md license in maryland or virginia", ["medical-license-maryland", "medical-license-virginia"]),
    ],
)
def test_an_ambiguous_name_is_read_as_the_kind_of_the_others(wanted: Wanted, text: str, ids: list[str]) -> None:
    """PA beside MD is the degree and not Pennsylvania; MD beside Maryland and Virginia is no degree."""
    assert wanted(text) == ids


@pytest.mark.parametrize(
    "text",
    [
        "do i need step 3 before residency",
        "can a DO match into dermatology",
        "how long is cardiology fellowship after IM",
        "do i need step 1 or step 2 for observership",
        "do i need usmle and comlex for residency",
        "can i do residency in texas or florida",
        "do DOs take usmle or comlex",
        "how do i apply to IM or FM",
        "what if i fail step 1 or step 2",
        "how much for 40 IM and 10 neuro programs",
        "spine fellowship from ortho vs neurosurgery",
        "do surgery residents make more than pediatrics residents",
        "can PM&R or neurology residents do a pain fellowship",
        "how long is step 1",
        "vs",
        "",
    ],
)
def test_other_questions_about_two_things_are_no_comparison(wanted: Wanted, text: str) -> None:
    """Rules that hold for both, ways from one to the other, and groups of people are not compared."""
    assert wanted(text) == []


def test_the_classifier_can_tell_that_an_or_asks_to_choose(wanted: Wanted) -> None:
    """Where the words leave it open, a likely aspect "comparison" decides."""
    text = "so for me with my scores and my family and everything ortho or derm at the end of it all"
    assert wanted(text) == []
    assert wanted(text, {"comparison": 0.6}) == ["orthopaedic-surgery", "dermatology"]


def test_the_asked_aspect_comes_first_and_names_the_winner(compare: Compare, whole: Knowledge) -> None:
    """The shorter training stands in the sentence and in the first row, as the facts have it."""
    answer = compare("internal-medicine", "general-surgery", duration=0.9)
    assert answer is not None
    assert answer.table is not None
    years = [_value(whole, f"{topic}/duration", "years") for topic in ("internal-medicine", "general-surgery")]
    assert answer.kind == COMPARISON
    assert answer.table.columns == ("", "Internal medicine", "General surgery")
    assert answer.table.rows[0][1:] == (f"{years[0]} years", f"{years[1]} years")
    assert f"Shorter: internal medicine ({years[0]} years)." in answer.body
    assert answer.facts[0] == "internal-medicine/duration"


def test_every_cell_has_its_source(compare: Compare, whole: Knowledge) -> None:
    """Each topic of the table is among the topics cited, and each cited fact has a source line of its own."""
    answer = compare("dermatology", "plastic-surgery", "psychiatry", pay=0.8)
    assert answer is not None
    assert set(answer.topics) == {"dermatology", "plastic-surgery", "psychiatry"}
    shown = {source.url for source in answer.sources}
    cited = [{source.url for source in whole.sources_of(fact)} for fact in map(whole.fact, answer.facts) if fact]
    assert all(urls & shown for urls in cited)


def test_a_table_has_three_to_six_rows_with_two_cells_each(compare: Compare) -> None:
    """A row that one topic alone could fill is left out; a missing cell is a dash."""
    answer = compare("internal-medicine", "family-medicine", "dermatology")
    assert answer is not None
    assert answer.table is not None
    assert 3 <= len(answer.table.rows) <= 6
    assert all(sum(cell != "–" for cell in row[1:]) >= 2 for row in answer.table.rows)
    assert any("–" in row for row in answer.table.rows)


def test_equal_figures_have_no_winner(compare: Compare) -> None:
    """Two trainings of the same length are said to be the same."""
    answer = compare("internal-medicine", "family-medicine", duration=0.9)
    assert answer is not None
    assert "the same" in answer.body
    assert "Shorter" not in answer.body


def test_what_is_equal_does_not_open_the_table(compare: Compare) -> None:
    """Three years each decides nothing between two fields: it stands behind what differs."""
    answer = compare("internal-medicine", "family-medicine")
    assert answer is not None
    assert answer.table is not None
    equal = [len(set(row[1:])) == 1 for row in answer.table.rows]
    assert equal == sorted(equal)
    assert not equal[0]


def test_a_fact_that_compares_opens_the_reply(compare: Compare, comparer: Comparer, whole: Knowledge) -> None:
    """Its text comes first, the table under it."""
    fact = whole.fact("specialties-compared/internal-or-family-medicine")
    topics = [topic for name in ("internal-medicine", "family-medicine") if (topic := whole.topic(name))]
    assert fact is not None
    answer = comparer.compare(topics, {}, TODAY, fact)
    assert answer is not None
    assert answer.body == fact.text
    assert answer.facts[0] == fact.id
    assert answer.table is not None


def test_which_facts_compare_two_things(comparer: Comparer, names: TopicMatcher, whole: Knowledge) -> None:
    """A fact that is asked by "IM vs FM" compares these two, and neither of them with a third."""
    fact = whole.fact("specialties-compared/internal-or-family-medicine")
    assert fact is not None
    assert comparer.compares(fact, ("family-medicine", "internal-medicine"), names.mentions)
    assert not comparer.compares(fact, ("family-medicine", "general-surgery"), names.mentions)


def test_figures_of_different_surveys_name_no_winner(compare: Compare) -> None:
    """Medscape and Doximity ask different doctors: the figures stand side by side, none is called higher."""
    answer = compare("vascular-surgery", "psychiatry", pay=0.9)
    assert answer is not None
    assert answer.table is not None
    assert "Medscape" in answer.table.rows[0][2]
    assert "Doximity" in answer.table.rows[0][1]
    assert "igher" not in answer.body


def test_a_pair_with_its_own_topic_is_told_by_it(compare: Compare, whole: Knowledge) -> None:
    """The difference of MD and DO stands in the facts of their common topic."""
    answer = compare("md", "do", comparison=0.5, definition=0.3)
    fact = whole.fact("md-vs-do/definition")
    assert answer is not None
    assert fact is not None
    assert fact.text in answer.body
    assert answer.facts[0] == fact.id


def test_an_aspect_without_figures_is_told_in_words(compare: Compare, whole: Knowledge) -> None:
    """What MD and DO cost stands in sentences: one topic says it, another says it for the MD."""
    answer = compare("md", "do", cost=0.9)
    assert answer is not None
    assert "\nMD: " in answer.body
    assert "\nDO: " in answer.body
    assert answer.facts[1] == "do/cost"
    assert {fact.aspect for fact in map(whole.fact, answer.facts[:2]) if fact} == {"cost"}


def test_topics_that_share_no_figure_are_told_by_their_definitions(compare: Compare, whole: Knowledge) -> None:
    """Without a common measure there is no table, but a line on each."""
    answer = compare("eras", "soap")
    assert answer is not None
    assert answer.table is None
    facts = [whole.fact("eras/definition"), whole.fact("soap/definition")]
    assert answer.facts == tuple(fact.id for fact in facts if fact)
    assert "ERAS: " in answer.body


def test_no_more_than_four_are_compared_and_one_is_not(compare: Compare) -> None:
    """The first four count; a topic alone, or named twice, is no comparison."""
    answer = compare("neurology", "psychiatry", "pediatrics", "family-medicine", "dermatology")
    assert answer is not None
    assert answer.table is not None
    assert answer.table.columns == ("", "Neurology", "Psychiatry", "Pediatrics", "Family medicine")
    assert compare("neurology", "neurology") is None
    assert compare() is None


@pytest.mark.parametrize("aspects", [{}, {"duration": 0.9}, {"rules": 0.9}, {"pay": 0.4, "lifestyle": 0.4}])
@pytest.mark.parametrize("kind", ["specialty", "fellowship", "state", "degree", "exam", "visa"])
def test_any_two_topics_give_a_rectangular_table(
    compare: Compare, whole: Knowledge, kind: str, aspects: Mapping[str, float]
) -> None:
    """Whatever two neighbours of a kind are compared, the answer is whole and cites facts."""
    ids = [topic.id for topic in whole.topics if topic.kind == kind][:12]
    for one, other in itertools.pairwise(ids):
        answer = compare(one, other, **aspects)
        assert answer is not None
        assert answer.body
        assert answer.facts
        assert answer.table is None or {len(row) for row in answer.table.rows} == {3}
