"""Checking the knowledge file as a whole, on a small one with one fault at a time and on the project's own."""

from __future__ import annotations

from pathlib import Path

import pytest
from small_knowledge import DEGREE, EXAM, TODAY, SmallKnowledge

from medpath.knowledge.checking import overdue
from medpath.knowledge.loading import read_files
from medpath.knowledge.records import GENERAL, Knowledge

# A line a topic with its facts, former ids included, as they were before each topic got a file of its own.
FORMER_IDS = Path(__file__).with_name("former_ids.txt")


def test_sound_file(small: SmallKnowledge) -> None:
    """A file without faults is loaded, with its shared names."""
    assert small.load().ambiguous == {"big exam": ("step-nine", "doctor-of-tests")}


def test_own_file_is_sound_and_large(own_knowledge: Knowledge) -> None:
    """The project's own file has no fault and covers its field."""
    assert len(own_knowledge.facts) >= 6900


def test_own_facts_open_with_their_claim(own_knowledge: Knowledge) -> None:
    """Hardly one begins with a yes or no, which is wrong for all who ask the opposite."""
    opened = [fact.id for fact in own_knowledge.facts if fact.text.lower().startswith(("yes,", "no,", "yes.", "no."))]
    assert len(opened) <= len(own_knowledge.facts) / 200


def test_own_facts_have_questions(own_knowledge: Knowledge) -> None:
    """Each own fact can be asked for in at least four ways."""
    assert [fact.id for fact in own_knowledge.facts if len({q.lower() for q in fact.questions}) < 4] == []


def test_own_facts_have_sources(own_knowledge: Knowledge) -> None:
    """Each own fact but advice names at least one page that it rests on."""
    assert [fact.id for fact in own_knowledge.facts if fact.check != GENERAL and not fact.sources] == []


@pytest.mark.parametrize("former", ["board-certification-2/common-misconception", "vascular-surgery-2/duration"])
def test_own_former_ids(own_knowledge: Knowledge, former: str) -> None:
    """An id from before topics were merged still leads to its fact."""
    fact = own_knowledge.fact(former)
    assert fact is not None
    assert former in fact.formerly


def test_every_id_that_ever_was_leads_somewhere(own_knowledge: Knowledge) -> None:
    """No topic or fact that an old link, conversation or measurement names is lost."""
    rows = [line.split() for line in FORMER_IDS.read_text(encoding="utf-8").splitlines()]
    assert [topic for topic, *_ in rows if own_knowledge.topic(topic) is None] == []
    ids = [f"{topic}/{name}" for topic, *names in rows for name in names]
    assert [key for key in ids if own_knowledge.fact(key) is None] == []


def test_own_former_ids_lead_to_one_record_each(own_knowledge: Knowledge) -> None:
    """No former id of the own file is taken by another topic or fact."""
    assert all(own_knowledge.fact(former) is fact for fact in own_knowledge.facts for former in fact.formerly)
    assert all(own_knowledge.topic(former) is topic for topic in own_knowledge.topics for former in topic.formerly)


def test_topic_in_a_folder_that_is_no_hub(small: SmallKnowledge) -> None:
    """A folder of topics that hubs.yml does not name is told at its topic."""
    small.move(EXAM, "topics/tests/step-nine.yml")
    faults = small.faults()
    assert faults[0].startswith("step-nine.yml:1: the folder tests is no hub.")
    assert faults[1].startswith("hubs.yml:1: the topic step-nine is not in exams.")
    assert len(faults) == 2


def test_file_that_bears_another_name_than_its_topic(small: SmallKnowledge) -> None:
    """A topic is found by the name of its file, so both have to agree."""
    small.move(EXAM, "topics/exams/step-9.yml")
    assert small.fault().startswith("step-9.yml:2: the file of step-nine must be named step-nine.yml.")


@pytest.mark.parametrize("topic", ["doctor-of-tests", "step-ten"])
def test_overview_that_the_hub_does_not_hold(small: SmallKnowledge, topic: str) -> None:
    """The topic that gives the overview of a hub lies in it: one of another hub, or none at all, is told."""
    small.edit("hubs.yml", "topic: step-nine", f"topic: {topic}")
    assert small.fault().startswith(f"hubs.yml:1: the topic {topic} is not in exams. Name one of its topics.")


def test_part_of_what_is_no_topic(small: SmallKnowledge) -> None:
    """A topic may be a part of a topic only, not of a hub or of nothing."""
    small.edit(EXAM, "part_of: doctor-of-tests", "part_of: degrees")
    place = small.place(EXAM, "part_of:")
    assert small.fault().startswith(f"{place}: step-nine is part of degrees, which is no topic.")


def test_part_of_itself(small: SmallKnowledge) -> None:
    """A topic that names itself as its whole is told at the line."""
    small.edit(EXAM, "part_of: doctor-of-tests", "part_of: step-nine")
    assert small.fault().startswith(f"{small.place(EXAM, 'part_of:')}: step-nine is a part of itself.")


def test_two_topics_that_are_parts_of_each_other(small: SmallKnowledge) -> None:
    """A circle of parts is told at each topic of it."""
    small.edit(DEGREE, "kind: degree", "kind: degree\npart_of: step-nine")
    assert sorted(fault.partition(".")[0] for fault in small.faults()) == ["doctor-of-tests", "step-nine"]
    assert all("is a part of itself" in fault for fault in small.faults())


def test_part_of_a_circle_outside_of_it(small: SmallKnowledge) -> None:
    """A topic whose whole lies in a circle is not blamed for it."""
    small.edit(DEGREE, "kind: degree", "kind: degree\npart_of: doctor-of-tests")
    assert small.fault().startswith(f"{small.place(DEGREE, 'part_of:')}: doctor-of-tests is a part of itself.")


def test_repeated_fact_id(small: SmallKnowledge) -> None:
    """A fact id that stands twice is told at the second place with the first one."""
    small.edit(EXAM, "id: step-nine/advice", "id: doctor-of-tests/length")
    first = small.place(EXAM, "id: doctor-of-tests/length")
    second = small.place(DEGREE, "id: doctor-of-tests/length")
    assert small.fault().startswith(f"{second}: the id doctor-of-tests/length stands already at {first}.")


def test_repeated_topic_id(small: SmallKnowledge) -> None:
    """A topic id that stands twice is told at the second place with the first one."""
    small.edit(EXAM, "\nid: step-nine\n", "\nid: doctor-of-tests\n")
    (small.project.knowledge / "ambiguous.yml").write_text("{}\n", encoding="utf-8")
    repeated = (
        "doctor-of-tests.yml:1: the id doctor-of-tests stands already at step-nine.yml:1. Give one of them another."
    )
    assert repeated in small.faults()


def test_former_id_that_is_taken(small: SmallKnowledge) -> None:
    """A former id that another fact has now is a fault, for it could lead to either."""
    small.edit(EXAM, "step-ninth/price", "doctor-of-tests/length")
    first, place = small.place(EXAM, "id: step-nine/fee"), small.place(DEGREE, "id: doctor-of-tests/length")
    assert small.fault().startswith(f"{place}: the id doctor-of-tests/length stands already at {first}.")


def test_unknown_source(small: SmallKnowledge) -> None:
    """A fact whose source is not declared is told at the fact with both ids."""
    small.edit(DEGREE, "sources: [board-fees]", "sources: [bord-fees]")
    place = small.place(DEGREE, "id: doctor-of-tests/length")
    assert small.fault().startswith(f"{place}: the source bord-fees of doctor-of-tests/length is not in sources.yml")


def test_second_source_that_is_unknown(small: SmallKnowledge) -> None:
    """Each of several sources has to be declared, not the first one alone."""
    small.edit(DEGREE, "[board-fees]", "[board-fees, board-tales]")
    assert "the source board-tales of doctor-of-tests/length is not in sources.yml" in small.fault()


@pytest.mark.parametrize("check", ["official", "secondary"])
def test_checked_fact_without_a_source(small: SmallKnowledge, check: str) -> None:
    """What is said to be read on a page has to name the page."""
    small.edit(EXAM, "check: general", f"check: {check}")
    place = small.place(EXAM, "id: step-nine/advice")
    assert small.fault().startswith(f"{place}: step-nine/advice is checked against a page but names none")


def test_advice_with_a_source(small: SmallKnowledge) -> None:
    """Advice may name a page to read on."""
    small.edit(EXAM, "sources: []", "sources: [board-fees]")
    advice = small.load().fact("step-nine/advice")
    assert advice is not None
    assert advice.sources == ("board-fees",)


def test_unused_source(small: SmallKnowledge) -> None:
    """A source that no fact rests on is told at its line in the file of sources."""
    small.add("sources.yml", "old-page:\n  publisher: P\n  title: T\n  url: http://old.example\n")
    place = small.place("sources.yml", "old-page")
    assert small.fault().startswith(f"{place}: no fact uses the source old-page")


@pytest.mark.parametrize("name", ["DT", "dt", "Doctor of Tests"])
def test_undeclared_shared_name(small: SmallKnowledge, name: str) -> None:
    """A name that two topics share undeclared, in whatever case, is told with both topics and their places."""
    small.edit(EXAM, "\n- the Nine\n", f"\n- {name}\n")
    place = small.place(EXAM, f"- {name}")
    fault = small.fault()
    assert f"step-nine ({place})" in fault
    assert "doctor-of-tests (doctor-of-tests.yml:" in fault
    assert f"share the name {name.lower()!r}" in fault


def test_shared_name_declared_for_others(small: SmallKnowledge) -> None:
    """A declaration that names other topics than those that share the name does not count."""
    small.edit("ambiguous.yml", "doctor-of-tests", "doctor-of-quests")
    assert "share the name 'big exam'" in small.fault()


def test_stale_declaration(small: SmallKnowledge) -> None:
    """A declared name that only one topic still has is told at its declaration."""
    small.edit(EXAM, "- Big Exam\n", "")
    assert small.fault().startswith("ambiguous.yml:2: 'big exam' is not shared by topics any more")


@pytest.mark.parametrize("name", ["Step Nine", "step nine", "THE NINE"])
def test_name_that_a_topic_has_already(small: SmallKnowledge, name: str) -> None:
    """A name that its topic has already, in whatever case, is told at its own line."""
    small.edit(EXAM, "- Big Exam\n", f"- Big Exam\n- {name}\n")
    assert small.fault().startswith(f"step-nine.yml:9: step-nine has the name {name.lower()!r} already")


def test_repeated_question(small: SmallKnowledge) -> None:
    """A question of two facts, in whatever case and spacing, is told with both facts and their places."""
    small.edit(EXAM, "- best time for step nine", "- how LONG  is a doctor of tests?")
    other, place = small.place(EXAM, "id: step-nine/advice"), small.place(DEGREE, "id: doctor-of-tests/length")
    said = f"{place}: doctor-of-tests/length and step-nine/advice ({other}) share the question"
    assert small.fault().startswith(said)


def test_repeated_question_of_one_fact(small: SmallKnowledge) -> None:
    """A question that a fact has twice does not count as two ways to ask."""
    small.edit(DEGREE, "- years of dt school", "- dt length")
    assert "doctor-of-tests/length and doctor-of-tests/length" in small.fault()


@pytest.mark.parametrize("as_of", ["2027", "2026-02", "2026-01-16"])
def test_future_date(small: SmallKnowledge, as_of: str) -> None:
    """A date after today is told at its fact."""
    small.edit(EXAM, "'2025-11'", f"'{as_of}'")
    place = small.place(EXAM, "id: step-nine/fee")
    assert small.fault().startswith(f"{place}: as_of of step-nine/fee ({as_of}) lies in the future")


@pytest.mark.parametrize("as_of", ["2026", "2026-01", "2026-01-15"])
def test_date_of_today(small: SmallKnowledge, as_of: str) -> None:
    """This year, this month and today are no future."""
    small.edit(EXAM, "'2025-11'", f"'{as_of}'")
    fact = small.load().fact("step-nine/fee")
    assert fact is not None
    assert fact.as_of == as_of


@pytest.mark.parametrize("as_of", ["2025-02-30", "2023-02-29", "2025-06-31"])
def test_impossible_date(small: SmallKnowledge, as_of: str) -> None:
    """A day that its month does not have is told at its fact."""
    small.edit(DEGREE, "'2024'", f"'{as_of}'")
    place = small.place(DEGREE, "id: doctor-of-tests/length")
    assert small.fault().startswith(f"{place}: a date of doctor-of-tests/length: day is out of range for month")


def test_impossible_day_of_expiry(small: SmallKnowledge) -> None:
    """A day of expiry that its month does not have is told at its fact."""
    small.edit(EXAM, "'2099-08-01'", "'2099-02-29'")
    assert "a date of step-nine/fee: day is out of range for month" in small.fault()


@pytest.mark.parametrize(("expires", "past"), [("2026-01-14", True), ("2026-01-15", True), ("2026-01-16", False)])
def test_expired_fact(small: SmallKnowledge, expires: str, past: bool) -> None:
    """From its day of expiry on a fact is overdue, which is told at it."""
    small.edit(EXAM, "'2099-08-01'", f"'{expires}'")
    told = list(overdue(read_files(small.project.knowledge), TODAY))
    place = small.place(EXAM, "id: step-nine/fee")
    assert [line.startswith(f"{place}: step-nine/fee expired on {expires}.") for line in told] == [True] * past


def test_expired_fact_hinders_no_training(small: SmallKnowledge) -> None:
    """What time alone makes wrong does not keep the knowledge from being loaded."""
    small.edit(EXAM, "'2099-08-01'", "'2025-12-01'")
    fact = small.load().fact("step-nine/fee")
    assert fact is not None
    assert fact.is_expired(TODAY)


@pytest.mark.parametrize(
    "text", ["Take Step Nine after 200 hours of study.", "Take Step Nine for $985.", "Take it at 85% of your tests."]
)
def test_general_fact_with_a_changing_figure(small: SmallKnowledge, text: str) -> None:
    """Advice that rests on no page may not hold a figure that changes."""
    small.edit(EXAM, "Take Step Nine when your practice tests are steady.", text)
    small.edit(EXAM, "changes: rarely", "changes: yearly")
    place = small.place(EXAM, "id: step-nine/advice")
    assert small.fault().startswith(f"{place}: step-nine/advice rests on no page but has a figure that changes")


def test_general_fact_with_a_changing_value(small: SmallKnowledge) -> None:
    """A figure among the values of advice counts like one in the text."""
    small.edit(EXAM, "changes: rarely", "changes: yearly\n  values: {hours: 200}")
    assert "has a figure that changes" in small.fault()


def test_general_fact_with_a_changing_figure_in_more(small: SmallKnowledge) -> None:
    """A figure in what follows the answer counts like one in the answer."""
    small.edit(EXAM, "changes: rarely", "changes: yearly\n  more: Most people study 200 hours.")
    assert "has a figure that changes" in small.fault()


@pytest.mark.parametrize(
    "text",
    ["Take Step 2 in your PGY-3 year.", "Ask for an H-1B or a J-1 after COMLEX Level 3.", "The law of 1987 helps you."],
)
def test_general_fact_with_names_that_have_digits(small: SmallKnowledge, text: str) -> None:
    """The digits of an exam, a visa, a year of training or a law are names, not figures."""
    small.edit(EXAM, "Take Step Nine when your practice tests are steady.", text)
    small.edit(EXAM, "changes: rarely", "changes: yearly")
    small.load()


def test_general_fact_with_a_lasting_figure(small: SmallKnowledge) -> None:
    """Advice may hold a figure that hardly ever changes."""
    small.edit(EXAM, "Take Step Nine when", "Take Step Nine of 200 questions when")
    small.load()


def test_all_faults_at_once(small: SmallKnowledge) -> None:
    """Faults of different kinds are told together, so that a keeper mends them in one go."""
    small.edit(EXAM, "'2025-11'", "'2031'")
    small.edit(DEGREE, "sources: [board-fees]", "sources: [nowhere]")
    small.edit(EXAM, "- Big Exam\n", "")
    assert len(small.faults()) == 3
