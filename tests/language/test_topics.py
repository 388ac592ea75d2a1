"""Which topics a message names."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from medpath.language.lexicon import build_lexicon
from medpath.language.topics import Mention, TopicMatcher
from medpath.language.wording import Wording

NAMES = [
    ("cardiology", "cardiology"),
    ("interventional cardiology", "interventional-cardiology"),
    ("cardiology fellowship", "cardiology"),
    ("Orthopedic surgery", "orthopedic-surgery"),
    ("surgery", "general-surgery"),
    ("residency", "residency"),
    ("H-1B visa", "h-1b"),
    ("DO", "doctor-of-osteopathy"),
    ("Oregon", "oregon"),
    ("OR", "oregon"),
    ("ME", "maine"),
    ("IN", "indiana"),
    ("TX", "texas"),
    ("ABMS", "abms"),
    ("ABMS", "board-certification"),
    ("boards", "board-certification"),
    ("board", "state-boards"),
]
QUESTIONS = ["how long is the residency", "how long is the fellowship", "or is it the same for me in surgery"]


@pytest.fixture(scope="module")
def matcher(own_wording: Wording) -> TopicMatcher:
    """A matcher over a few topics, with the project's own wording."""
    return build_lexicon(NAMES, [*QUESTIONS, *QUESTIONS], own_wording).matcher(own_wording)


def named(matcher: TopicMatcher, text: str) -> list[tuple[str, ...]]:
    return [mention.topics for mention in matcher.mentions(text)]


def test_a_mention(matcher: TopicMatcher) -> None:
    """A mention tells the topic, the name in normal form, and where the message holds it as it was written."""
    assert matcher.mentions("Is Orthopaedic-Surgery hard?") == [
        Mention("orthopedic surgery", ("orthopedic-surgery",), "Orthopaedic-Surgery", 3, 22, 2)
    ]


def test_the_longest_name_wins(matcher: TopicMatcher) -> None:
    """A name within a longer name does not count on its own."""
    assert named(matcher, "how hard is interventional cardiology") == [("interventional-cardiology",)]


def test_no_stretch_counts_twice(matcher: TopicMatcher) -> None:
    """Of two names that share a word the first one counts, if neither is longer."""
    assert named(matcher, "interventional cardiology fellowship") == [("interventional-cardiology",)]


def test_several_topics_in_the_order_of_the_message(matcher: TopicMatcher) -> None:
    """All topics of a message are given in the order in which it names them, not by length."""
    found = named(matcher, "residency in surgery or interventional cardiology in TX?")
    assert found == [("residency",), ("general-surgery",), ("interventional-cardiology",), ("texas",)]


def test_a_name_said_twice(matcher: TopicMatcher) -> None:
    """A topic that is named twice is mentioned at both places."""
    assert [mention.start for mention in matcher.mentions("surgery, just surgery")] == [0, 14]


@pytest.mark.parametrize(
    "text",
    [
        "cardiolgy",
        "CARDIOLOGY",
        "cardiology's",
        "Cardiologist",
        "how about crdiology?",
        "(cardiology)",
        "cardiologists",
    ],
)
def test_ways_to_write_a_name(matcher: TopicMatcher, text: str) -> None:
    """A name is found in any case and form, and with a typing error."""
    assert named(matcher, text) == [("cardiology",)]


@pytest.mark.parametrize("text", ["h-1b visa", "H 1B visas", "the H–1B visa’s cap"])
def test_hyphens(matcher: TopicMatcher, text: str) -> None:
    """A name is found with any hyphen or none."""
    assert named(matcher, text) == [("h-1b",)]


def test_an_ambiguous_name(matcher: TopicMatcher) -> None:
    """A name that topics share gives all of them."""
    assert named(matcher, "What does ABMS say?") == [("abms", "board-certification")]


def test_names_that_meet_in_their_normal_form(matcher: TopicMatcher) -> None:
    """Names that differ only by a plural are one ambiguous name."""
    assert named(matcher, "the boards") == named(matcher, "the board") == [("board-certification", "state-boards")]


@pytest.mark.parametrize(
    "text", ["do or die for me in here", "Or is it for me?", "Do it In 2026", "TELL ME IF IN OR OUT", "OR", "or"]
)
def test_everyday_words_are_no_names(matcher: TopicMatcher, text: str) -> None:
    """An everyday word is no state or degree in small letters, nor in a message that is all capitals."""
    assert named(matcher, text) == []


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("license in OR", "oregon"),
        ("moving to ME soon", "maine"),
        ("a board in IN or out", "indiana"),
        ("can a DO apply", "doctor-of-osteopathy"),
    ],
)
def test_everyday_words_in_capitals(matcher: TopicMatcher, text: str, topic: str) -> None:
    """An everyday word that alone stands in capitals is the name that it spells."""
    assert (topic,) in named(matcher, text)


@pytest.mark.parametrize("text", ["tx", "Oregon or bust", "OREGON"])
def test_names_that_are_no_everyday_words(matcher: TopicMatcher, text: str) -> None:
    """A name that is no everyday word counts in any case."""
    assert len(named(matcher, text)) == 1


@pytest.mark.parametrize("text", ["", "   ", "?!", "how long is the"])
def test_no_topic(matcher: TopicMatcher, text: str) -> None:
    """A message without a name mentions nothing."""
    assert matcher.mentions(text) == []


PIECES = ["interventional", "cardiology", "fellowship", "surgery", "OR", "or", "abms", "H-1B", "visa", "crdiology", "?"]


@given(pieces=st.lists(st.sampled_from(PIECES), max_size=9), gap=st.sampled_from([" ", "  ", "-", "/", ", "]))
@example(pieces=["interventional", "cardiology", "fellowship"], gap=" ")
@settings(deadline=None)
def test_mentions_of_any_message(matcher: TopicMatcher, pieces: list[str], gap: str) -> None:
    """Mentions stand in order, share no letter, and hold what the message holds there."""
    text = gap.join(pieces)
    mentions = matcher.mentions(text)
    assert all(text[mention.start : mention.end] == mention.text for mention in mentions)
    assert all(left.end <= right.start for left, right in itertools.pairwise(mentions))


@pytest.mark.parametrize(
    ("text", "mended"),
    [
        ("  How long is the resideny, for me??", "  How long is the residency, for me??"),
        ("Interventional crdiology!", "Interventional cardiology!"),
        ("in Oregon", "in Oregon"),
        ("", ""),
    ],
)
def test_mended_message(matcher: TopicMatcher, text: str, mended: str) -> None:
    """Mending a message changes the mistyped words and nothing else."""
    assert matcher.mend(text) == mended


def test_words_of_a_message(matcher: TopicMatcher) -> None:
    """The words of a message come in normal form with typing errors mended, but know how they were written."""
    words = matcher.words("the fellowshps")
    assert [(word.written, word.norm) for word in words] == [("the", "the"), ("fellowshps", "fellowship")]


@pytest.mark.parametrize(
    ("text", "who"),
    [
        ("I am an IMG", {"img"}),
        ("as a foreign graduate and PGY-2 resident", {"img", "resident"}),
        ("osteopathic students", {"do", "student"}),
        ("what does it cost", set()),
    ],
)
def test_audiences(matcher: TopicMatcher, text: str, who: set[str]) -> None:
    """A message tells by its words for whom a person asks."""
    assert matcher.audiences([word.norm for word in matcher.words(text)]) == who


def test_words_that_people_type_are_not_kept(matcher: TopicMatcher) -> None:
    """What stands in no name does not stay in spaCy's vocabulary, which forgets nothing."""
    matcher.mentions("is surgery hard")
    kept = len(matcher._vocab.strings)
    for number in range(50):
        matcher.mentions(f"is qwxz{number} surgery harder than vbnm{number}")
    assert len(matcher._vocab.strings) == kept
