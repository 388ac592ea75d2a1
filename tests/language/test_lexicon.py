"""The words and names that messages are read with."""

from __future__ import annotations

from pathlib import Path

from medpath.knowledge.records import Knowledge, Topic
from medpath.language.lexicon import build_lexicon, load_lexicon, names_of
from medpath.language.spelling import Spelling
from medpath.language.wording import Wording

NAMES = (("Critical care", "critical-care"), ("ICU medicine", "critical-care"))


def test_known_words(own_wording: Wording) -> None:
    """Words of names and words used twice are known; a word used once may be a typing error and is not."""
    texts = ["Salary in critical care", "salary of an intensivist?", "slary of the ICU"]
    known = build_lexicon(NAMES, texts, own_wording).frequencies
    assert {"critical", "care", "icu", "medicine", "salary", "of"} == set(known)
    assert known["salary"] == 2


def test_typing_errors_of_the_sample_questions_are_mended(own_wording: Wording) -> None:
    """A typing error in a single sample question does not make the error a known word."""
    lexicon = build_lexicon(NAMES, ["what salary", "the salary", "what slaary"], own_wording)
    assert Spelling(lexicon.frequencies).mended("slaary") == "salary"


def test_all_names_of_all_topics() -> None:
    """A topic goes by its name and by every alias."""
    topics = (
        Topic("critical-care", "Critical care", "specialty", "specialties", ("ICU medicine",), ()),
        Topic("ohio", "Ohio", "state", "licensing-by-state", (), ()),
    )
    assert names_of(Knowledge({}, topics, {}, {})) == (*NAMES, ("Ohio", "ohio"))


def test_saved_lexicon(own_wording: Wording, tmp_path: Path) -> None:
    """A lexicon comes back from its file and finds the same topics."""
    path = tmp_path / "lexicon.json"
    lexicon = build_lexicon((*NAMES, ("Résumé", "cv")), ["a résumé", "my résumé"], own_wording)
    lexicon.save(path)
    found = load_lexicon(path)
    assert found == lexicon
    mentions = found.matcher(own_wording).mentions("a résumé for critcal care")
    assert [mention.topics for mention in mentions] == [("cv",), ("critical-care",)]
