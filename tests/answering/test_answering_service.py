"""The answering of the project as it was trained: what it answers, and that nothing makes it fall over."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from medpath.answering.answerer import Answerer
from medpath.answering.conversation.memory import Memory
from medpath.answering.question import Question
from medpath.answering.service import KNOWLEDGE, adviser, answerer, load_answerer
from medpath.errors import SetupError
from medpath.knowledge.compiled import load_compiled
from medpath.knowledge.records import Knowledge
from medpath.project import Project
from medpath.training import compile_index

KINDS = {"answer", "clarify", "decline", "safety"}

ANSWERED = [
    ("When is Match Day 2027?", "match-day/when-it-is"),
    ("What does SOAP stand for in the Match?", "soap/what-it-is"),
    ("What is a rank order list?", "rank-order-list/what-it-is"),
    ("How much does ERAS charge for residency applications?", "eras-residency-application-fees/eras-price"),
    ("What is the weekly hour limit for residents?", "resident-duty-hours/the-limits"),
    ("What is moonlighting in residency?", "moonlighting/what-it-is"),
    ("How many program signals can I send in dermatology?", "program-signals-dermatology/number-of-signals"),
    ("How long is an internal medicine residency?", "internal-medicine/duration"),
    ("How long does neurosurgery residency take?", "neurological-surgery/duration"),
    ("How many years is emergency medicine residency?", "emergency-medicine/duration"),
    ("How long is medical school for an MD degree?", "md/duration"),
    ("How long does an MD-PhD program take?", "md-phd-and-mstp/duration"),
    ("What is the difference between an MD and a DO?", "md-vs-do/difference"),
    ("How much does AMCAS cost?", "amcas/fee"),
    ("How long is the MCAT exam?", "mcat/how-long-is-it"),
    ("How long is USMLE Step 1?", "usmle-step-1/format-and-length"),
    ("Is USMLE Step 1 pass fail?", "usmle-step-1/pass-fail-meaning"),
    ("How many days does Step 3 take?", "usmle-step-3/format-and-length"),
    ("Who regulates physicians in Texas?", "medical-license-texas/licensing-board"),
    ("Does Florida belong to the interstate compact?", "medical-license-florida/imlc-member"),
    ("What is the Interstate Medical Licensure Compact?", "interstate-medical-licensure-compact/what-it-is"),
    ("What is the NPI number?", "npi/what-and-how"),
    ("What does a hospitalist do?", "hospitalist-career/what-is-a-hospitalist"),
    ("What does a medical science liaison do?", "medical-science-liaison/what-it-is"),
    ("What does an expert witness physician do?", "medical-legal-careers/expert-witness"),
    ("How much is AMA membership for a medical student?", "american-medical-association/cost"),
    ("How do I introduce myself at a conference?", "networking-at-conferences/what-to-do-there"),
    ("How often should I meet my mentor?", "mentee-responsibilities/meeting-frequency"),
    ("What is speed mentoring?", "finding-a-mentor/at-conferences"),
    ("How does Public Service Loan Forgiveness work for doctors?", "public-service-loan-forgiveness/what-it-is"),
    ("How many years do I owe the military for HPSP?", "hpsp/what-you-owe"),
    ("How long can I stay on a J-1 physician visa?", "j-1-visa-for-physicians/how-long-and-renewal"),
    ("What is the two-year home residency requirement?", "two-year-home-residence-requirement/what-it-is"),
    ("What is the Conrad 30 waiver?", "conrad-30-waiver/what-it-is"),
    ("What is an attending physician in a hospital?", "attending-physician/what-is-an-attending"),
    ("What is a post-bacc program for premeds?", "post-baccalaureate-programs/what-it-is"),
    ("What is a nurse anesthetist (CRNA)?", "crna/crna-caa-or-anesthesiologist"),
    ("What is the Gold Humanism Honor Society?", "gold-humanism-honor-society/what-it-is"),
    ("What is COMLEX-USA?", "comlex-usa/what-it-is"),
    ("What is ECFMG certification for?", "ecfmg-certification/what-it-is"),
    ("How many years is a cardiology fellowship?", "cardiovascular-disease/duration"),
    ("What is the American Board of Medical Specialties?", "board-certification/abms-aoa-others"),
    ("How do I recognize a predatory journal?", "finding-a-journal-and-predatory-journals/what-is-predatory"),
]

# A fact of another topic that answers the same question at least as well.
ALSO_RIGHT = {
    "How many years is emergency medicine residency?": "residency/em-length",
    "What does a hospitalist do?": "hospitalist-career/a-normal-day",
}

ODD_TEXTS = {
    "nothing": "",
    "blanks": " \t\n ",
    "HTML": "<script>alert('Match Day')</script><img src=x onerror=alert(1)>",
    "SQL": "Robert'); DROP TABLE facts;-- when is Match Day?",
    "template": "{where} {0} %s ${HOME} {{7*7}}",
    "path": "../../etc/passwd",
    "emoji": "\U0001f469\u200d\u2695\ufe0f\U0001f914\U0001f1fa\U0001f1f8",
    "Spanish": "¿Cuánto dura la residencia de medicina interna?",
    "Japanese": "マッチング・デーはいつですか",
    "Arabic": "متى يوم المطابقة؟",
    "combining letters": "M\u0301a\u0300t\u0302c\u0308h\u0303 " * 20,
    "digits": "1234567890" * 30,
    "one long word": "residency" * 200,
    "many words": "step one match day " * 400,
    "zero bytes": "match\x00day\x1b[31m",
    "separators": "a\u2028b\u2029c\x85d",
}


@pytest.fixture(scope="module")
def compiled(project: Project) -> Knowledge:
    return load_compiled(project.index / KNOWLEDGE)


def test_a_case_of_ones_own_is_told_the_rule_in_a_conversation_too() -> None:
    """After an answer on the same thing, also where it is that very fact: with the sentence that it judges no case."""
    (definition,), after = adviser().reply(Question("what is a noncompete", {"ask_definition": 1.0}), Memory())
    (reply,), _ = adviser().reply(Question("can they enforce mine", {"legal_case": 0.95}), after)
    assert definition.kind == reply.kind == "answer"
    assert reply.body.startswith("Your own case is for a lawyer")
    assert reply.topics == definition.topics == ("non-compete-clause",)


@pytest.mark.parametrize(("text", "fact_id"), ANSWERED)
def test_a_plain_question_is_answered_with_the_right_fact(trained: Answerer, text: str, fact_id: str) -> None:
    """Clear questions from every hub get the fact that answers them, without help from the classifier."""
    answer = trained.answer(Question(text))
    assert answer.kind == "answer"
    assert answer.facts[0] in {fact_id, ALSO_RIGHT.get(text)}


def test_the_plain_questions_come_from_every_hub(compiled: Knowledge) -> None:
    """No hub of the knowledge file goes without a question above."""
    asked = {compiled.topic(compiled.fact(fact_id).topic).hub for _, fact_id in ANSWERED}
    assert asked == set(compiled.hubs)


def test_every_fact_can_be_shown_with_its_source(trained: Answerer, compiled: Knowledge) -> None:
    """Each compiled fact is stated with its own text, its links and their date, or as advice, and tells its origin."""
    flawed = []
    for fact in compiled.facts:
        shown, origin = trained.show(fact.id), trained.origin([fact.id])
        sound = shown.facts == (fact.id,) and shown.body.startswith(fact.text) and origin is not None and origin.body
        borne = len(shown.sources) == len(fact.sources) and bool(shown.sources or shown.check == "advice")
        if not (sound and borne and all(source.url.startswith("http") and source.as_of for source in shown.sources)):
            flawed.append(fact.id)
    assert flawed == []


def test_every_choice_offered_leads_to_a_fact(trained: Answerer, compiled: Knowledge) -> None:
    """The buttons under any fact pick facts that exist, never the fact itself."""
    for fact in compiled.facts:
        offered = [choice.payload.removeprefix("fact:") for choice in trained.show(fact.id).choices]
        assert all(compiled.fact(other) for other in offered)
        assert fact.id not in offered


@pytest.mark.parametrize("text", ODD_TEXTS.values(), ids=ODD_TEXTS)
def test_odd_texts_are_replied_to(trained: Answerer, text: str) -> None:
    """Markup, injections, other scripts and endless words get a reply of a known kind, and none of it comes back."""
    reply = trained.answer(Question(text))
    assert reply.kind in KINDS
    assert reply.body
    assert "<script>" not in reply.text()


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=300))
def test_any_text_is_replied_to(text: str) -> None:
    """Whatever a person types, the reply has a body, a known kind and a probability; an answer tells its origin."""
    reply = answerer().answer(Question(text))
    assert reply.kind in KINDS
    assert reply.body.strip()
    assert 0 <= reply.score <= 1
    assert bool(reply.sources or reply.check) == (reply.kind == "answer")


@settings(max_examples=60, deadline=None)
@given(
    st.text(alphabet="abcdeimst 123?-", max_size=60),
    st.dictionaries(
        st.sampled_from(["ask_cost", "ask_dates", "ask_unheard_of", "off_topic", "medical_advice", "chances", "plan"]),
        st.floats(0, 1),
    ),
    st.lists(st.sampled_from(["usmle-step-1", "medical-license-texas", "gone"]), max_size=2),
)
def test_any_understanding_is_replied_to(text: str, intents: dict[str, float], context: list[str]) -> None:
    """Unknown aspects, forgotten topics and probabilities that do not add up do no harm."""
    reply = answerer().answer(Question(text, intents, tuple(context)))
    assert reply.kind in KINDS
    assert reply.body


def test_a_question_is_answered_the_same_way_twice(trained: Answerer) -> None:
    """No answer depends on what was asked before it."""
    first = trained.answer(Question("How long is the MCAT exam?"))
    trained.answer(Question("Who regulates physicians in Texas?"))
    assert trained.answer(Question("How long is the MCAT exam?")) == first


def test_an_untrained_project_says_what_to_do(tmp_path: Path) -> None:
    """Without an index the answerer raises SetupError that names the command."""
    with pytest.raises(SetupError, match="make train"):
        load_answerer(Project(tmp_path))


@pytest.mark.parametrize("content", ["", "{", "[]", '{"topics": [{"id": "a"}], "sources": [], "ambiguous": {}}'])
def test_a_damaged_index_says_what_to_do(tmp_path: Path, content: str) -> None:
    """A compiled knowledge that is cut off or of another shape raises SetupError that names the command."""
    project = Project(tmp_path)
    project.index.mkdir(parents=True)
    (project.index / KNOWLEDGE).write_text(content, encoding="utf-8")
    with pytest.raises(SetupError, match="make train"):
        load_answerer(project)


@pytest.fixture(scope="module")
def small_project(
    project: Project, knowledge: Knowledge, tmp_path_factory: pytest.TempPathFactory
) -> Callable[[], Answerer]:
    """A project of the eight facts with the encoder and the texts of the real one, compiled."""
    small = Project(tmp_path_factory.mktemp("small"))
    for path in (*project.following.parent.glob("*.yml"), *project.ranking.parent.glob("*.yml")):
        copy = small.root / path.relative_to(project.root)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes(path.read_bytes())
    (small.ranking.parent / "premises.yml").write_text("[]", encoding="utf-8")
    small.models.mkdir()
    small.encoder.symlink_to(project.encoder)
    compile_index(small, knowledge)
    return lambda: load_answerer(small)


def test_a_compiled_project_is_searched_after_loading(small_project: Callable[[], Answerer]) -> None:
    """What training compiles from a knowledge of eight facts is found again by the answerer that loads it."""
    loaded = small_project()
    assert loaded.ranked("Who licenses doctors in Ohio?")[0][0].id == "license-ohio/board"
    assert loaded.ranked("On what day are the Match results out?")[0][0].id == "main-match/match-day"
    shown = loaded.show("main-match/day", date(2026, 1, 20))
    assert shown.facts == ("main-match/match-day",)
    assert shown.sources[0].as_of == "2025-09, 2026 Match"
