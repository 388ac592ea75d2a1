"""Loading the knowledge file: the records that come of it, and the faults of structure with file and line."""

from __future__ import annotations

import shutil

import pytest
from small_knowledge import DEGREE, EXAM, SmallKnowledge

from medpath.errors import KnowledgeError
from medpath.knowledge.loading import read_files


def test_records(small: SmallKnowledge) -> None:
    """Topics and facts come with everything that stands in the files, in the order of the hubs."""
    knowledge = small.load()
    assert [topic.id for topic in knowledge.topics] == ["step-nine", "doctor-of-tests"]
    fact = knowledge.fact("step-nine/fee")
    assert fact is not None
    assert (fact.topic, fact.aspect, fact.as_of, fact.check) == ("step-nine", "cost", "2025-11", "official")
    assert fact.text == "Step Nine costs $985."
    assert fact.values == {"fee": 985, "blocks": [7, 9]}
    assert len(fact.questions) == 4
    assert [source.title for source in knowledge.sources_of(fact)] == ["Fees", "Rules"]
    assert (fact.more, fact.group) == ("The fee comes back if you cancel a month before.", "fees")
    assert fact.expires == "2099-08-01"


def test_hubs(small: SmallKnowledge) -> None:
    """The hub of a topic is the folder that it lies in, and the topic may be a part of one in another hub."""
    knowledge = small.load()
    exam = knowledge.topic("step-nine")
    assert exam is not None
    assert (exam.hub, exam.part_of) == ("exams", "doctor-of-tests")
    hub = knowledge.hubs[exam.hub]
    assert (hub.name, hub.topic, hub.ask) == ("examinations", "step-nine", "Ask https://board.example.")


def test_what_is_left_out(small: SmallKnowledge) -> None:
    """What a fact may leave out is empty; what it gives is kept."""
    advice, length = small.load().fact("step-nine/advice"), small.load().fact("doctor-of-tests/length")
    assert advice is not None
    assert length is not None
    assert (advice.audience, advice.period, advice.note) == ("", "", "Rests on no page.")
    assert (advice.more, advice.sources, advice.group, advice.expires) == ("", (), "", "")
    assert (advice.setting, length.setting) == ({"level": "residency", "phase": "before"}, {})
    assert (length.audience, length.period, length.note) == ("premed", "class of 2028", "")


def test_empty_topic_file(small: SmallKnowledge) -> None:
    """An empty topic file is a fault at its first line."""
    (small.project.knowledge / "topics" / "exams" / "empty.yml").write_text("", encoding="utf-8")
    assert small.structure_fault().startswith("empty.yml:1: None is not of type 'object'")


def test_binary_topic_file(small: SmallKnowledge) -> None:
    """A binary file among the topics is named."""
    (small.project.knowledge / "topics" / "exams" / "picture.yml").write_bytes(bytes(range(256)))
    assert "picture.yml:1: is not UTF-8 text" in small.structure_fault()


def test_broken_yaml_among_sound_files(small: SmallKnowledge) -> None:
    """One broken file is named with its line, and the sound ones are not."""
    small.edit(EXAM, "  label: fee\n", "  label: fee: of the board\n")
    assert f"{small.place(EXAM, 'of the board')}: broken YAML" in small.structure_fault()


def test_duplicate_key_of_a_fact(small: SmallKnowledge) -> None:
    """A fact with two texts is a fault at the second one."""
    small.edit(EXAM, "  check: official\n", "  check: official\n  text: Another text.\n")
    place = small.place(EXAM, "Another text")
    assert f"{place}: broken YAML: the key 'text' stands twice" in small.structure_fault()


@pytest.mark.parametrize(
    ("name", "old", "new", "marked", "said"),
    [
        (EXAM, "as_of: '2025-11'", "as_of: 2025", "as_of: 2025", "as_of: 2025 is not of type 'string'"),
        (EXAM, "as_of: '2025-11'", "as_of: '2025-13'", "2025-13", "as_of: '2025-13' does not match"),
        (EXAM, "- Big Exam", "- 9", "- 9", "aliases: 9 is not of type 'string'"),
        (EXAM, "label: fee", "label: [fee]", "label: [fee]", "label: ['fee'] is not of type 'string'"),
        (EXAM, "aspect: advice", "aspect: advise", "aspect: advise", "aspect: 'advise' is not one of"),
        (EXAM, "\nid: step-nine\n", "\nid: Step Nine\n", "id: Step Nine", "id: 'Step Nine' does not"),
        (EXAM, "  - step-ninth/price", "  - price", "  - price", "formerly: 'price' does not match"),
        (EXAM, "part_of: doctor-of-tests", "part_of: DT", "part_of", "part_of: 'DT' does not match"),
        (
            EXAM,
            "[board-fees, board-rules]",
            "board-fees",
            "sources: board",
            "sources: 'board-fees' is not of type 'array'",
        ),
        (EXAM, "[board-fees, board-rules]", "[x, x]", "sources: [x", "sources: ['x', 'x'] has non-unique elements"),
        (EXAM, "level: residency", "level: intern", "setting", "level: 'intern' is not one of"),
        (EXAM, "{level: residency, phase: before}", "{}", "setting: {}", "setting: {} "),
        (EXAM, "'2099-08-01'", "'2099-08'", "expires", "expires: '2099-08' does not match"),
        ("hubs.yml", "ask: Ask the schools.", "ask: 5", "ask: 5", "ask: 5 is not of type 'string'"),
        (DEGREE, "audience: premed", "audience: ''", "audience", "audience: '' is not one of"),
        (
            "sources.yml",
            "https://board.example/fees",
            "board.example",
            "url: board.example",
            "url: 'board.example' does",
        ),
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
        ("kind: exam\n", "step-nine.yml:1: 'kind' is a required property"),
        ("  label: fee\n", "step-nine.yml:12: facts: 'label' is a required property"),
        ("  changes: yearly\n", "step-nine.yml:12: facts: 'changes' is a required property"),
        ("  sources: [board-fees, board-rules]\n", "step-nine.yml:12: facts: 'sources' is a required property"),
    ],
)
def test_missing_key(small: SmallKnowledge, removed: str, fault: str) -> None:
    """A missing key is told at the line where its topic or fact begins."""
    small.edit(EXAM, removed, "")
    assert small.structure_fault() == fault


def test_missing_key_of_a_source(small: SmallKnowledge) -> None:
    """A source without an address is told at its id."""
    small.edit("sources.yml", "  url: https://board.example/rules\n", "")
    place = small.place("sources.yml", "board-rules")
    assert small.structure_fault() == f"{place}: board-rules: 'url' is a required property"


def test_unknown_key(small: SmallKnowledge) -> None:
    """A mistyped key is told by name in its fact."""
    small.edit(DEGREE, "  period: class", "  peroid: class")
    place = small.place(DEGREE, "id: doctor-of-tests/length")
    fault = small.structure_fault()
    assert fault.startswith(place)
    assert "'peroid' was unexpected" in fault


def test_fewer_than_four_questions(small: SmallKnowledge) -> None:
    """A fact with three sample questions is told at its questions, shortened however long they are."""
    small.edit(DEGREE, "  - DT length\n", "")
    small.edit(DEGREE, "How long is a Doctor of Tests?", "How long is it, " + "really " * 40 + "?")
    fault = small.structure_fault()
    assert fault.startswith(f"{small.place(DEGREE, 'questions:')}: questions: ")
    assert fault.endswith("is too short")
    assert len(fault) < 250


def test_faults_of_all_files(small: SmallKnowledge) -> None:
    """All faults of all files are told at once."""
    small.edit(EXAM, "kind: exam", "kind: test")
    small.edit(DEGREE, "kind: degree", "kind: title")
    small.edit("sources.yml", "title: Fees", "title: ''")
    (small.project.knowledge / "ambiguous.yml").write_text("a: [}\n", encoding="utf-8")
    faults = "\n".join(small.faults())
    for name in ("step-nine.yml:4: ", "doctor-of-tests.yml:3: ", "sources.yml:3: ", "ambiguous.yml:1: "):
        assert name in faults


def test_bad_id_of_a_source(small: SmallKnowledge) -> None:
    """An id that a source cannot have is told at its own line."""
    small.edit("sources.yml", "board-rules:", "Board Rules:")
    assert small.structure_fault().startswith(f"{small.place('sources.yml', 'Board Rules')}: ")


def test_no_topics(small: SmallKnowledge) -> None:
    """A folder without topic files is told with its path."""
    folder = small.project.knowledge / "topics"
    shutil.rmtree(folder)
    assert small.structure_fault().startswith(f"{folder}: holds no */*.yml file")


@pytest.mark.parametrize("name", ["hubs.yml", "sources.yml", "ambiguous.yml"])
def test_missing_file_beside_the_topics(small: SmallKnowledge, name: str) -> None:
    """A missing file beside the topics is told with its path."""
    path = small.project.knowledge / name
    path.unlink()
    assert small.structure_fault().startswith(f"{path}:1: cannot be read (No such file")


def test_topic_beside_the_hubs(small: SmallKnowledge) -> None:
    """A file that lies in no hub is no topic: nothing is read from it."""
    small.move(EXAM, "topics/step-nine.yml")
    topics = read_files(small.project.knowledge).topics
    assert [document.content["id"] for document in topics] == ["doctor-of-tests"]


def test_many_faults() -> None:
    """A message of very many faults counts and shows them all, so that they can be mended in one go."""
    error = KnowledgeError([f"a.yml:{number}: fault" for number in range(60)])
    assert "60 fault(s)" in str(error)
    assert all(fault in str(error) for fault in error.faults)


def test_sound_files(small: SmallKnowledge) -> None:
    """Each fact of sound files comes with the file and line that it begins at."""
    places = {fact["id"]: place for place, fact in read_files(small.project.knowledge).fact_rows()}
    assert places["step-nine/advice"] == small.place(EXAM, "id: step-nine/advice")
    assert places["doctor-of-tests/length"] == small.place(DEGREE, "id: doctor-of-tests/length")
