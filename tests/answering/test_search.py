"""The candidates for a question and the signals they carry, over eight hand-made facts and the real encoder."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from medpath.answering.answerer import Answerer
from medpath.answering.question import Question
from medpath.answering.search.searching import CANDIDATES, FEATURES, LEADING, SHORTLIST, Candidates, Search
from medpath.knowledge.records import Knowledge
from medpath.language.encoder import SentenceEncoder

Signal = Callable[[Candidates, str, str], float]


@pytest.fixture(scope="module")
def signal(knowledge: Knowledge) -> Signal:
    """Reads one signal of one fact."""

    def read(candidates: Candidates, fact_id: str, name: str) -> float:
        ids = [knowledge.facts[number].id for number in candidates.facts]
        return float(candidates.features[ids.index(fact_id), FEATURES.index(name)])

    return read


def test_a_small_knowledge_is_searched_whole(search: Search, knowledge: Knowledge) -> None:
    """With fewer facts than candidates wanted each fact is a candidate once."""
    candidates = search.candidates(Question("When is Match Day?"))
    assert sorted(candidates.facts) == list(range(len(knowledge.facts)))
    assert candidates.features.shape == (len(knowledge.facts), len(FEATURES))


@pytest.mark.parametrize(
    ("text", "fact_id"),
    [
        ("On what day do applicants learn where they matched?", "main-match/match-day"),
        ("Is the first Step exam over within a day?", "step-1/duration"),
        ("which office gives out medical licenses in Ohio", "license-ohio/board"),
        ("registration price of the residency match", "main-match/registration-fee"),
    ],
)
def test_a_question_in_other_words_finds_its_fact(
    search: Search, knowledge: Knowledge, text: str, fact_id: str
) -> None:
    """The rough order already puts the fact that answers a reworded question first."""
    assert knowledge.facts[search.candidates(Question(text)).facts[0]].id == fact_id


def test_typing_errors_are_mended_before_the_search(search: Search, knowledge: Knowledge) -> None:
    """A mistyped question gets the signals of the question as it was meant."""
    meant, typed = (
        search.candidates(Question(text))
        for text in ("Who issues the license in Texas?", "Who issues the lisense in Texsa?")
    )
    assert [mention.topics for mention in typed.mentions] == [("license-texas",)]
    assert typed.facts.tolist() == meant.facts.tolist()
    assert np.allclose(typed.features, meant.features, atol=1e-4)


def test_naming_a_topic_marks_its_facts_and_the_others(search: Search, signal: Signal) -> None:
    """Facts of the named topic are named, all others belong to another one."""
    found = search.candidates(Question("Who licenses doctors in Texas?"))
    assert signal(found, "license-texas/board", "named") > 0
    assert signal(found, "license-texas/board", "other_named") == 0
    assert signal(found, "step-1/duration", "named") == 0
    assert signal(found, "step-1/duration", "other_named") > 0


def test_a_name_of_two_topics_counts_less_than_an_own_name(search: Search, signal: Signal) -> None:
    """A shared name points to both topics, to each less surely than a name of its own that is as seldom used."""
    shared = search.candidates(Question("Who sits on the board?"))
    own = search.candidates(Question("Who sits on the Lone Star board?"))
    assert signal(shared, "license-ohio/board", "named") == signal(shared, "license-texas/board", "named")
    assert 0 < signal(shared, "license-texas/board", "named") < signal(own, "license-texas/board", "named")


def test_facts_of_a_state_that_nobody_named_stand_back(search: Search, signal: Signal) -> None:
    """A fact of one state is marked unless the question names the state; facts of an exam never are."""
    silent, named = (search.candidates(Question(text)) for text in ("Who licenses doctors?", "Who does in Texas?"))
    assert signal(silent, "license-texas/board", "narrow_unnamed") == 1
    assert signal(named, "license-texas/board", "narrow_unnamed") == 0
    assert signal(silent, "step-1/duration", "narrow_unnamed") == 0


def test_the_topic_of_the_last_answer_counts_where_none_is_named(search: Search, signal: Signal) -> None:
    """In a follow-up without a name the remembered topic is meant, and its narrowness is no objection."""
    found = search.candidates(Question("Who licenses doctors?", context=("license-texas",)))
    assert signal(found, "license-texas/board", "context") == 1
    assert signal(found, "license-texas/board", "narrow_unnamed") == 0
    assert signal(found, "license-ohio/board", "context") == 0
    assert signal(found, "license-ohio/board", "narrow_unnamed") == 1


def test_a_named_topic_replaces_the_remembered_one(search: Search, signal: Signal) -> None:
    """Who names a new topic leaves the old one."""
    found = search.candidates(Question("And step 1?", context=("license-texas",)))
    assert signal(found, "license-texas/board", "context") == 0
    assert signal(found, "step-1/duration", "named") > 0


def test_facts_of_the_asked_aspect_stand_out(search: Search, signal: Signal) -> None:
    """The likelier its aspect, the higher a fact's signal; the likeliest has no gap."""
    found = search.candidates(Question("What about the Match?", {"ask_cost": 0.7, "ask_dates": 0.2}))
    fee, day, length = "main-match/registration-fee", "main-match/match-day", "step-1/duration"
    assert signal(found, fee, "aspect") > signal(found, day, "aspect") > signal(found, length, "aspect")
    assert signal(found, fee, "aspect_gap") == pytest.approx(0)


@pytest.mark.parametrize(
    ("question", "marked"),
    [
        (Question("How much training does Texas want?"), 1),
        (Question("How much training does Texas want of IMGs?"), 0),
        (Question("How much training does Texas want?", audience=frozenset({"img"})), 0),
        (Question("How much training does Texas want?", audience=frozenset({"do"})), 1),
    ],
)
def test_a_fact_for_others_is_marked(search: Search, signal: Signal, question: Question, marked: int) -> None:
    """A fact that holds for one audience is marked unless the question or the person tells that he belongs to it."""
    found = search.candidates(question)
    assert signal(found, "license-texas/img-training", "audience_other") == marked
    assert signal(found, "step-1/duration", "audience_other") == 0


def test_a_known_vector_is_used_instead_of_encoding(search: Search, encoder: SentenceEncoder) -> None:
    """A question that brings its vector along gets the same candidates."""
    question = Question("When is Match Day?")
    encoded = search.candidates(question)
    given = search.candidates(replace(question, vector=encoder.encode([question.text])[0]))
    assert encoded.facts.tolist() == given.facts.tolist()
    assert np.allclose(encoded.features, given.features, atol=1e-5)


def test_the_shortlist_loses_no_candidate(trained: Answerer) -> None:
    """Looking closely at the facts that the leading columns choose finds what looking at all facts finds.

    The three nearest are always among them, and of the ten nearest at least 199 of 200.
    """
    search = trained._search
    index = search._index
    lost, rows = 0, range(0, len(index.questions), 2000)
    for row in rows:
        mapped = index.questions[row]
        everywhere = np.maximum.reduceat(index.questions @ mapped, index.starts[:-1])
        best, _, _ = search._question_columns(mapped, np.arange(len(index.starts) - 1))
        assert np.allclose(best, everywhere, atol=1e-5)
        roughly = np.maximum.reduceat(search._leading @ mapped[:LEADING], index.starts[:-1])
        nearest, chosen = np.argsort(-everywhere)[:10], set(np.argsort(-roughly)[:SHORTLIST].tolist())
        assert chosen.issuperset(nearest[:3].tolist())
        lost += len(set(nearest.tolist()) - chosen)
    assert lost <= 0.005 * 10 * len(rows)


@pytest.mark.parametrize("text", ["", "?!", "qwertz asdfgh", "試験はいつですか"])
def test_any_text_gives_finite_signals(search: Search, text: str) -> None:
    """A text without a known word still gets candidates with usable numbers."""
    assert np.isfinite(search.candidates(Question(text)).features).all()


def test_the_trained_search_hands_over_no_more_than_it_should(trained: Answerer) -> None:
    """Of the thousands of facts of the project each question gets a short list without repetitions."""
    found = trained.ranked("How long is the residency?")
    assert len({fact.id for fact, _ in found}) == len(found) == CANDIDATES
