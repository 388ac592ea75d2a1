"""The training data that the importer derives from the knowledge file."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import yaml
from rasa.shared.nlu.training_data.training_data import TrainingData

from medpath.knowledge.records import Fact, Knowledge, Source, Topic
from medpath.nlu.knowledge_importer import KnowledgeImporter, training_data_of
from medpath.project import Project


def _fact(topic: str, aspect: str, *questions: str) -> Fact:
    return Fact(
        f"{topic}/{aspect}", topic, aspect, aspect, "A text.", ("page",), "2026", "rarely", "official", questions
    )


@pytest.fixture(scope="module")
def derived() -> TrainingData:
    cost = _fact("step-1", "cost", "What does Step 1 cost?", "step 1 fee")
    length, last = _fact("step-1", "duration", "How long is Step 1?"), _fact("step-2", "score", "Passing score?")
    topics = (
        Topic("step-1", "USMLE Step 1", "exam", "usmle", ("Step 1", "the exam"), (cost, length)),
        Topic("step-2", "USMLE Step 2", "exam", "usmle", ("the exam",), (last,)),
    )
    return training_data_of(Knowledge({}, topics, {"page": Source("page", "P", "T", "https://p.org")}, {}))


def test_each_sample_question_is_an_example_of_its_aspect(derived: TrainingData) -> None:
    """No example is written by hand: every question of every fact stands for the aspect of the fact."""
    assert [(example.get("text"), example.get("intent")) for example in derived.intent_examples] == [
        ("What does Step 1 cost?", "ask_cost"),
        ("step 1 fee", "ask_cost"),
        ("How long is Step 1?", "ask_duration"),
        ("Passing score?", "ask_score"),
    ]


def test_a_fact_with_many_questions_does_not_outweigh_the_others() -> None:
    """Of many questions of one fact a few are taken, from the first to the last written."""
    many = _fact("step-1", "cost", *(f"question {number}" for number in range(40)))
    topic = Topic("step-1", "Step 1", "exam", "usmle", (), (many,))
    knowledge = Knowledge({}, (topic,), {"page": Source("page", "P", "T", "https://p.org")}, {})
    taken = [int(example.get("text").split()[1]) for example in training_data_of(knowledge).intent_examples]
    assert 1 < len(taken) < 10
    assert taken[0] < 10
    assert taken[-1] >= 30


def test_names_lead_to_their_topics(derived: TrainingData) -> None:
    """Name and aliases are synonyms of the topic's id, and a shared name stands for all its topics."""
    assert derived.entity_synonyms == {
        "USMLE Step 1": "step-1",
        "Step 1": "step-1",
        "USMLE Step 2": "step-2",
        "the exam": "step-1|step-2",
    }


def test_all_names_stand_in_one_lookup(derived: TrainingData) -> None:
    """The lookup holds each name once."""
    (lookup,) = derived.lookup_tables
    assert lookup["name"] == "topic"
    assert lookup["elements"] == ["Step 1", "USMLE Step 1", "USMLE Step 2", "the exam"]


@pytest.fixture
def home(project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project with one fact and one training message, as files."""
    small = Project(tmp_path)
    shutil.copytree(project.knowledge / "schema", small.knowledge / "schema")
    fact = {
        "id": "step-1/cost",
        "aspect": "cost",
        "label": "cost",
        "text": "Step 1 costs money.",
        "questions": ["What does Step 1 cost?", "step 1 fee", "price of it", "how much is it"],
        "sources": ["page"],
        "as_of": "2020",
        "changes": "rarely",
        "check": "official",
    }
    topic = {"id": "step-1", "name": "Step 1", "kind": "exam", "aliases": [], "facts": [fact]}
    source = {"page": {"publisher": "P", "title": "T", "url": "https://p.org"}}
    hubs = {"usmle": {"name": "USMLE", "topic": "step-1", "ask": "Ask the board."}}
    (small.knowledge / "topics" / "usmle").mkdir(parents=True)
    files = {"topics/usmle/step-1.yml": topic, "hubs.yml": hubs, "sources.yml": source, "ambiguous.yml": {}}
    for name, content in files.items():
        (small.knowledge / name).write_text(yaml.safe_dump(content), encoding="utf-8")
    small.messages.mkdir()
    (small.messages / "courtesy.yml").write_text(
        'version: "3.1"\nnlu:\n- intent: greet\n  examples: |\n    - hello\n', encoding="utf-8"
    )
    monkeypatch.setenv("MEDPATH_HOME", str(tmp_path))
    return tmp_path


def test_written_messages_and_knowledge_are_trained_together(home: Path) -> None:
    """Rasa gets the messages of data/nlu together with what the knowledge file adds."""
    found = KnowledgeImporter(training_data_paths=[str(home / "data" / "nlu")]).get_nlu_data()
    assert {(example.get("text"), example.get("intent")) for example in found.intent_examples} >= {
        ("hello", "greet"),
        ("step 1 fee", "ask_cost"),
    }
    assert found.entity_synonyms == {"Step 1": "step-1"}
