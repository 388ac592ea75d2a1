"""Checking the knowledge file as a whole, on a small one with one fault at a time and on the project's own."""

from __future__ import annotations

import pytest
from small_knowledge import SmallKnowledge

from medpath.knowledge.records import Knowledge

EXAMS = "topics/exams.yml"
DEGREES = "topics/degrees.yml"


def test_sound_file(small: SmallKnowledge) -> None:
    """A file without faults is loaded, with its shared names."""
    assert small.load().ambiguous == {"big exam": ("step-nine", "doctor-of-tests")}


def test_own_file_is_sound_and_large(own_knowledge: Knowledge) -> None:
    """The project's own file has no fault and covers its field."""
    assert len(own_knowledge.facts) >= 3900


def test_own_facts_have_questions_and_sources(own_knowledge: Knowledge) -> None:
    """Each own fact can be asked for in at least four ways and names the page that it rests on."""
    assert [fact.id for fact in own_knowledge.facts if len({q.lower() for q in fact.questions}) < 4] == []
    assert all(own_knowledge.source_of(fact).url.startswith("http") for fact in own_knowledge.facts)


@pytest.mark.parametrize("former", ["board-certification-2/common-misconception", "vascular-surgery-2/duration"])
def test_own_former_ids(own_knowledge: Knowledge, former: str) -> None:
    """An id from before topics were merged still leads to its fact."""
    fact = own_knowledge.fact(former)
    assert fact is not None
    assert former in fact.formerly


def test_own_former_ids_lead_to_one_record_each(own_knowledge: Knowledge) -> None:
    """No former id of the own file is taken by another topic or fact."""
    assert all(own_knowledge.fact(former) is fact for fact in own_knowledge.facts for former in fact.formerly)
    assert all(own_knowledge.topic(former) is topic for topic in own_knowledge.topics for former in topic.formerly)


def test_repeated_fact_id(small: SmallKnowledge) -> None:
    """A fact id that stands twice is told at the second place with the first one."""
    small.edit(EXAMS, "id: step-nine/advice", "id: doctor-of-tests/length")
    first = small.place(DEGREES, "id: doctor-of-tests/length")
    second = small.place(EXAMS, "id: doctor-of-tests/length")
    assert small.fault().startswith(f"{second}: the id doctor-of-tests/length stands already at {first}.")


def test_repeated_topic_id(small: SmallKnowledge) -> None:
    """A topic id that stands twice is told at the second place with the first one."""
    small.edit(EXAMS, "- id: step-nine\n", "- id: doctor-of-tests\n")
    (small.project.knowledge / "ambiguous.yml").write_text("{}\n", encoding="utf-8")
    assert small.faults()[0].startswith("exams.yml:2: the id doctor-of-tests stands already at degrees.yml:1.")


def test_former_id_that_is_taken(small: SmallKnowledge) -> None:
    """A former id that another fact has now is a fault, for it could lead to either."""
    small.edit(EXAMS, "step-ninth/price", "doctor-of-tests/length")
    assert small.fault().startswith("exams.yml:12: the id doctor-of-tests/length stands already at degrees.yml:7.")


def test_unknown_source(small: SmallKnowledge) -> None:
    """A fact whose source is not declared is told at the fact with both ids."""
    small.edit(DEGREES, "source: board-fees", "source: bord-fees")
    place = small.place(DEGREES, "id: doctor-of-tests/length")
    assert small.fault().startswith(f"{place}: the source bord-fees of doctor-of-tests/length is not in sources.yml")


def test_unused_source(small: SmallKnowledge) -> None:
    """A source that no fact rests on is told at its line in the file of sources."""
    small.add("sources.yml", "old-page:\n  publisher: P\n  title: T\n  url: http://old.example\n")
    place = small.place("sources.yml", "old-page")
    assert small.fault().startswith(f"{place}: no fact uses the source old-page")


@pytest.mark.parametrize("name", ["DT", "dt", "Doctor of Tests"])
def test_undeclared_shared_name(small: SmallKnowledge, name: str) -> None:
    """A name that two topics share undeclared, in whatever case, is told with both topics and their places."""
    small.edit(EXAMS, "  - the Nine\n", f"  - {name}\n")
    place = small.place(EXAMS, f"  - {name}")
    fault = small.fault()
    assert f"step-nine ({place})" in fault
    assert "doctor-of-tests (degrees.yml:" in fault
    assert f"share the name {name.lower()!r}" in fault


def test_shared_name_declared_for_others(small: SmallKnowledge) -> None:
    """A declaration that names other topics than those that share the name does not count."""
    small.edit("ambiguous.yml", "doctor-of-tests", "doctor-of-quests")
    assert "share the name 'big exam'" in small.fault()


def test_stale_declaration(small: SmallKnowledge) -> None:
    """A declared name that only one topic still has is told at its declaration."""
    small.edit(EXAMS, "  - Big Exam\n", "")
    assert small.fault().startswith("ambiguous.yml:2: 'big exam' is not shared by topics any more")


@pytest.mark.parametrize("name", ["Step Nine", "step nine", "THE NINE"])
def test_name_that_a_topic_has_already(small: SmallKnowledge, name: str) -> None:
    """A name that its topic has already, in whatever case, is told at its own line."""
    small.edit(EXAMS, "  - Big Exam\n", f"  - Big Exam\n  - {name}\n")
    assert small.fault().startswith(f"exams.yml:9: step-nine has the name {name.lower()!r} already")


def test_repeated_question(small: SmallKnowledge) -> None:
    """A question of two facts, in whatever case and spacing, is told with both facts and their places."""
    small.edit(EXAMS, "- best time for step nine", "- how LONG  is a doctor of tests?")
    place = small.place(EXAMS, "id: step-nine/advice")
    fault = small.fault()
    assert fault.startswith(f"{place}: step-nine/advice and doctor-of-tests/length (degrees.yml:7) share the question")


def test_repeated_question_of_one_fact(small: SmallKnowledge) -> None:
    """A question that a fact has twice does not count as two ways to ask."""
    small.edit(DEGREES, "- years of dt school", "- dt length")
    assert "doctor-of-tests/length and doctor-of-tests/length" in small.fault()


@pytest.mark.parametrize("as_of", ["2027", "2026-02", "2026-01-16"])
def test_future_date(small: SmallKnowledge, as_of: str) -> None:
    """A date after today is told at its fact."""
    small.edit(EXAMS, "'2025-11'", f"'{as_of}'")
    assert small.fault().startswith(f"exams.yml:12: as_of of step-nine/fee ({as_of}) lies in the future")


@pytest.mark.parametrize("as_of", ["2026", "2026-01", "2026-01-15"])
def test_date_of_today(small: SmallKnowledge, as_of: str) -> None:
    """This year, this month and today are no future."""
    small.edit(EXAMS, "'2025-11'", f"'{as_of}'")
    fact = small.load().fact("step-nine/fee")
    assert fact is not None
    assert fact.as_of == as_of


@pytest.mark.parametrize("as_of", ["2025-02-30", "2023-02-29", "2025-06-31"])
def test_impossible_date(small: SmallKnowledge, as_of: str) -> None:
    """A day that its month does not have is told at its fact."""
    small.edit(DEGREES, "'2024'", f"'{as_of}'")
    assert small.fault().startswith("degrees.yml:7: as_of of doctor-of-tests/length: day is out of range for month")


@pytest.mark.parametrize(
    "text", ["Take Step Nine after 200 hours of study.", "Take Step Nine for $985.", "Take it at 85% of your tests."]
)
def test_general_fact_with_a_changing_figure(small: SmallKnowledge, text: str) -> None:
    """Advice that rests on no page may not hold a figure that changes."""
    small.edit(EXAMS, "Take Step Nine when your practice tests are steady.", text)
    small.edit(EXAMS, "changes: rarely", "changes: yearly")
    place = small.place(EXAMS, "id: step-nine/advice")
    assert small.fault().startswith(f"{place}: step-nine/advice rests on no page but has a figure that changes")


def test_general_fact_with_a_changing_value(small: SmallKnowledge) -> None:
    """A figure among the values of advice counts like one in the text."""
    small.edit(EXAMS, "changes: rarely", "changes: yearly\n    values: {hours: 200}")
    assert "has a figure that changes" in small.fault()


@pytest.mark.parametrize(
    "text",
    ["Take Step 2 in your PGY-3 year.", "Ask for an H-1B or a J-1 after COMLEX Level 3.", "The law of 1987 helps you."],
)
def test_general_fact_with_names_that_have_digits(small: SmallKnowledge, text: str) -> None:
    """The digits of an exam, a visa, a year of training or a law are names, not figures."""
    small.edit(EXAMS, "Take Step Nine when your practice tests are steady.", text)
    small.edit(EXAMS, "changes: rarely", "changes: yearly")
    small.load()


def test_general_fact_with_a_lasting_figure(small: SmallKnowledge) -> None:
    """Advice may hold a figure that hardly ever changes."""
    small.edit(EXAMS, "Take Step Nine when", "Take Step Nine of 200 questions when")
    small.load()


def test_all_faults_at_once(small: SmallKnowledge) -> None:
    """Faults of different kinds are told together, so that a keeper mends them in one go."""
    small.edit(EXAMS, "'2025-11'", "'2031'")
    small.edit(DEGREES, "source: board-fees", "source: nowhere")
    small.edit(EXAMS, "  - Big Exam\n", "")
    assert len(small.faults()) == 3
