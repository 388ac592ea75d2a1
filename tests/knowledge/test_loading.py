"""Loading the knowledge file: the records that come of it, and the faults of structure with file and line."""

from __future__ import annotations

import shutil

import pytest
from small_knowledge import SmallKnowledge

from medpath.errors import KnowledgeError
from medpath.knowledge.loading import read_files


def test_records(small: SmallKnowledge) -> None:
    """Topics and facts come with everything that stands in the files, in the order of the files."""
    knowledge = small.load()
    assert [topic.id for topic in knowledge.topics] == ["doctor-of-tests", "step-nine"]
    fact = knowledge.fact("step-nine/fee")
    assert fact is not None
    assert (fact.topic, fact.aspect, fact.as_of, fact.check) == ("step-nine", "cost", "2025-11", "official")
    assert fact.text == "Step Nine costs $985."
    assert fact.values == {"fee": 985, "blocks": [7, 9]}
    assert len(fact.questions) == 4
    assert knowledge.source_of(fact).url == "https://board.example/fees"


def test_what_is_left_out(small: SmallKnowledge) -> None:
    """What a fact may leave out is empty; what it gives is kept."""
    advice, length = small.load().fact("step-nine/advice"), small.load().fact("doctor-of-tests/length")
    assert advice is not None
    assert length is not None
    assert (advice.audience, advice.period, advice.note) == ("", "", "Rests on no page.")
    assert (length.audience, length.period, length.note) == ("premed", "class of 2028", "")


def test_empty_topic_file(small: SmallKnowledge) -> None:
    """An empty topic file is a fault at its first line."""
    (small.project.knowledge / "topics" / "empty.yml").write_text("", encoding="utf-8")
    assert small.structure_fault().startswith("empty.yml:1: None is not of type 'array'")


def test_binary_topic_file(small: SmallKnowledge) -> None:
    """A binary file among the topics is named."""
    (small.project.knowledge / "topics" / "picture.yml").write_bytes(bytes(range(256)))
    assert "picture.yml:1: is not UTF-8 text" in small.structure_fault()


def test_broken_yaml_among_sound_files(small: SmallKnowledge) -> None:
    """One broken file is named with its line, and the sound ones are not."""
    small.edit("topics/exams.yml", "    label: fee\n", "    label: fee: of the board\n")
    assert f"{small.place('topics/exams.yml', 'of the board')}: broken YAML" in small.structure_fault()


def test_duplicate_key_of_a_fact(small: SmallKnowledge) -> None:
    """A fact with two texts is a fault at the second one."""
    small.edit("topics/exams.yml", "    check: official\n", "    check: official\n    text: Another text.\n")
    place = small.place("topics/exams.yml", "Another text")
    assert f"{place}: broken YAML: the key 'text' stands twice" in small.structure_fault()


@pytest.mark.parametrize(
    ("name", "old", "new", "marked", "said"),
    [
        ("topics/exams.yml", "as_of: '2025-11'", "as_of: 2025", "as_of: 2025", "as_of: 2025 is not of type 'string'"),
        ("topics/exams.yml", "as_of: '2025-11'", "as_of: '2025-13'", "2025-13", "as_of: '2025-13' does not match"),
        ("topics/exams.yml", "  - Big Exam", "  - 9", "  - 9", "aliases: 9 is not of type 'string'"),
        ("topics/exams.yml", "label: fee", "label: [fee]", "label: [fee]", "label: ['fee'] is not of type 'string'"),
        ("topics/exams.yml", "aspect: advice", "aspect: advise", "aspect: advise", "aspect: 'advise' is not one of"),
        ("topics/exams.yml", "- id: step-nine\n", "- id: Step Nine\n", "- id: Step Nine", "id: 'Step Nine' does not"),
        (
            "topics/exams.yml",
            "    - step-ninth/price",
            "    - price",
            "    - price",
            "formerly: 'price' does not match",
        ),
        ("topics/degrees.yml", "audience: premed", "audience: ''", "audience", "audience: '' is not one of"),
        ("sources.yml", "https://board.example/fees", "board.example", "board.example", "url: 'board.example' does"),
        ("ambiguous.yml", "[step-nine, doctor-of-tests]", "step-nine", "big exam", "big exam: 'step-nine' is not of"),
        ("ambiguous.yml", "[step-nine, doctor-of-tests]", "[step-nine]", "big exam", "big exam: ['step-nine'] is too"),
    ],
)
def test_wrong_type_or_value(small: SmallKnowledge, name: str, old: str, new: str, marked: str, said: str) -> None:
    """A value of the wrong type or form is told with its key at its own line."""
    small.edit(name, old, new)
    assert small.structure_fault().startswith(f"{small.place(name, marked)}: {said}")


@pytest.mark.parametrize(
    ("removed", "fault"),
    [
        ("  kind: exam\n", "exams.yml:2: 'kind' is a required property"),
        ("    label: fee\n", "exams.yml:12: facts: 'label' is a required property"),
        ("    changes: yearly\n", "exams.yml:12: facts: 'changes' is a required property"),
    ],
)
def test_missing_key(small: SmallKnowledge, removed: str, fault: str) -> None:
    """A missing key is told at the line where its topic or fact begins."""
    small.edit("topics/exams.yml", removed, "")
    assert small.structure_fault() == fault


def test_missing_key_of_a_source(small: SmallKnowledge) -> None:
    """A source without an address is told at its id."""
    small.edit("sources.yml", "  url: https://advice.example/\n", "")
    place = small.place("sources.yml", "common-advice")
    assert small.structure_fault() == f"{place}: common-advice: 'url' is a required property"


def test_unknown_key(small: SmallKnowledge) -> None:
    """A mistyped key is told by name in its fact."""
    small.edit("topics/degrees.yml", "    period: class", "    peroid: class")
    place = small.place("topics/degrees.yml", "id: doctor-of-tests/length")
    fault = small.structure_fault()
    assert fault.startswith(place)
    assert "'peroid' was unexpected" in fault


def test_fewer_than_four_questions(small: SmallKnowledge) -> None:
    """A fact with three sample questions is told at its questions, shortened however long they are."""
    small.edit("topics/degrees.yml", "    - DT length\n", "")
    small.edit("topics/degrees.yml", "How long is a Doctor of Tests?", "How long is it, " + "really " * 40 + "?")
    fault = small.structure_fault()
    assert fault.startswith(f"{small.place('topics/degrees.yml', 'questions:')}: questions: ")
    assert fault.endswith("is too short")
    assert len(fault) < 250


def test_faults_of_all_files(small: SmallKnowledge) -> None:
    """All faults of all files are told at once."""
    small.edit("topics/exams.yml", "kind: exam", "kind: test")
    small.edit("topics/degrees.yml", "kind: degree", "kind: title")
    small.edit("sources.yml", "title: Fees", "title: ''")
    (small.project.knowledge / "ambiguous.yml").write_text("a: [}\n", encoding="utf-8")
    faults = "\n".join(small.faults())
    for name in ("exams.yml:4: ", "degrees.yml:3: ", "sources.yml:3: ", "ambiguous.yml:1: "):
        assert name in faults


def test_bad_id_of_a_source(small: SmallKnowledge) -> None:
    """An id that a source cannot have is told at its own line."""
    small.edit("sources.yml", "common-advice:", "Common Advice:")
    assert small.structure_fault().startswith(f"{small.place('sources.yml', 'Common Advice')}: ")


def test_no_topics(small: SmallKnowledge) -> None:
    """A folder without topic files is told with its path."""
    folder = small.project.knowledge / "topics"
    shutil.rmtree(folder)
    assert small.structure_fault().startswith(f"{folder}: holds no *.yml file")


@pytest.mark.parametrize("name", ["sources.yml", "ambiguous.yml"])
def test_missing_file_beside_the_topics(small: SmallKnowledge, name: str) -> None:
    """A missing file beside the topics is told with its path."""
    path = small.project.knowledge / name
    path.unlink()
    assert small.structure_fault().startswith(f"{path}:1: cannot be read (No such file")


def test_many_faults_are_counted() -> None:
    """A message of very many faults shows the first fifty and counts the others."""
    error = KnowledgeError([f"a.yml:{number}: fault" for number in range(60)])
    assert len(error.faults) == 60
    assert "60 fault(s)" in str(error)
    assert "a.yml:49: " in str(error)
    assert "a.yml:50: " not in str(error)
    assert "10 more" in str(error)


def test_sound_files(small: SmallKnowledge) -> None:
    """Each fact of sound files comes with the file and line that it begins at."""
    places = {fact["id"]: place for place, fact in read_files(small.project.knowledge).fact_rows()}
    assert places["step-nine/advice"] == small.place("topics/exams.yml", "id: step-nine/advice")
    assert places["doctor-of-tests/length"] == "degrees.yml:7"
