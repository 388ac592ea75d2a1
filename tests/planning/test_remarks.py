"""Who hears which remark, and who does not."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest

from medpath.knowledge.yaml_lines import read_yaml
from medpath.planning.plan import Plan
from medpath.planning.tables.records import Tables

PEOPLE = read_yaml(Path(__file__).with_name("remarks_people.yml"))["people"]


@pytest.mark.parametrize("name", PEOPLE)
def test_everybody_hears_what_concerns_him(name: str, plan_of: Callable[..., Plan]) -> None:
    """The remarks that somebody has to hear are said, and those that do not concern him are not."""
    row = PEOPLE[name]
    plan = plan_of(**row["profile"])
    said = {one.id for one in (*plan.problems, *plan.remarks)}
    assert sorted(set(row["said"]) - said) == []
    assert sorted(said & set(row["unsaid"])) == []


@pytest.mark.parametrize("name", PEOPLE)
def test_remarks_read_well(name: str, plan_of: Callable[..., Plan]) -> None:
    """No remark has an unfilled value, an empty date or a doubled word."""
    plan = plan_of(**PEOPLE[name]["profile"])
    for remark in (*plan.problems, *plan.remarks):
        assert not re.search(r"[{}]| -[,)]|\b(\w+) \1\b|\b1 years", remark.text), remark.text


def test_the_table_of_people_names_remarks(tables: Tables) -> None:
    """Each id of the table of people is one of remarks.yml."""
    known = {remark.id for remark in (*tables.remarks, *tables.shared)}
    named = {name for row in PEOPLE.values() for name in (*row["said"], *row["unsaid"])}
    assert sorted(named - known) == []


def test_the_fallback_has_its_year(plan_of: Callable[..., Plan]) -> None:
    """The fallback of a contested field is told with its total, counted from the same Match."""
    plan = plan_of(stage="md_year_1", school="md", target="plastic_surgery")
    text = next(remark.text for remark in plan.remarks if remark.id == "fallback")
    assert "8 years" in text
    assert "2038" in text


def test_a_research_year_leaves_the_exams_before_it(plan_of: Callable[..., Plan]) -> None:
    """A research year moves the application and what follows by a year, and no exam before it."""
    before, after = (
        plan_of(stage="md_year_2", school="md", target="dermatology", graduation_year=2029, wishes=wishes)
        for wishes in ([], ["research_year"])
    )
    for name in ("step_1", "step_2_ck"):
        assert before.step(name) == after.step(name)
    for name in ("eras_application", "match_day", "residency"):
        old, new = before.step(name), after.step(name)
        assert old is not None
        assert new is not None
        assert new.start.year == old.start.year + 1


def test_the_board_after_a_fast_track_waits_for_the_fourth_year(plan_of: Callable[..., Plan]) -> None:
    """Who leaves psychiatry after three years sits its board after the fourth year of training."""
    plan = plan_of(stage="resident_pgy2", specialty="psychiatry", target="child_and_adolescent_psychiatry")
    board, end = plan.step("board_certification"), plan.step("residency_end")
    assert board is not None
    assert end is not None
    assert (end.end.year, board.start.year) == (2028, 2029)


def test_step_3_is_counted_from_the_first_year(plan_of: Callable[..., Plan]) -> None:
    """With a separate first year Step 3 is due from that year's second half on, as for everybody."""
    plan = plan_of(stage="md_year_4", school="md", target="diagnostic_radiology", done=["eras_application"])
    step, first = plan.step("step_3"), plan.step("preliminary_year")
    assert step is not None
    assert first is not None
    assert first.start < step.start < first.end


def test_exams_that_are_done_cost_nothing(plan_of: Callable[..., Plan]) -> None:
    """Only the exams ahead are in the costs."""
    plan = plan_of(stage="md_year_3", school="md", target="urology", done=["step_1"])
    labels = [line.label for line in plan.costs]
    assert "USMLE Step 2 CK" in labels
    assert "USMLE Step 1" not in labels


@pytest.mark.parametrize(
    ("target", "applies", "result"),
    [
        ("maternal_fetal_medicine", ("2028-12", "2029-05"), "2029-10"),
        ("gynecologic_oncology", ("2028-12", "2029-05"), "2029-10"),
    ],
)
def test_calendars_of_gynecology(
    target: str, applies: tuple[str, str], result: str, plan_of: Callable[..., Plan]
) -> None:
    """An OB-GYN intern applies from December of PGY-3 and matches in October of PGY-4."""
    plan = plan_of(
        stage="resident_pgy1", specialty="obstetrics_and_gynecology", target=target, residency_start_year=2026
    )
    step, match = plan.step("fellowship_application"), plan.step("fellowship_match")
    assert step is not None
    assert match is not None
    assert (str(step.start), str(step.end)) == applies
    assert str(match.start) == result


def test_a_quotation_is_not_cut(plan_of: Callable[..., Plan]) -> None:
    """What is said of a fact beyond its text ends with a sentence, and no quotation is cut in two."""
    plan = plan_of(stage="do_year_1", school="do", target="dermatology", wishes=["no_home_program"])
    text = next(remark.text for remark in plan.remarks if remark.id == "no_home_department")
    assert text.count('"') == 2


@pytest.mark.parametrize("name", PEOPLE)
def test_no_fact_is_told_twice(name: str, plan_of: Callable[..., Plan]) -> None:
    """No remark begins with the whole of another one."""
    texts = sorted(remark.text for remark in plan_of(**PEOPLE[name]["profile"]).remarks)
    assert not [one for one, other in pairwise(texts) if other.startswith(one)]


@pytest.mark.parametrize(
    ("profile", "steps"),
    [
        ({"stage": "college_sophomore", "school": "none"}, {"board_certification"}),
        ({"stage": "do_year_2", "school": "do", "target": "otolaryngology"}, {"step_1", "step_2_ck", "away_rotations"}),
        ({"stage": "md_year_1", "school": "md", "target": "dermatology"}, {"away_rotations"}),
        (
            {
                "stage": "img_graduate",
                "school": "img",
                "country": "Peru",
                "target": "neurology",
                "graduation_year": 2024,
            },
            {"visa_j1"},
        ),
        (
            {"stage": "resident_pgy3", "school": "do", "specialty": "family_medicine", "wishes": ["nhsc"]},
            {"nhsc_application", "nhsc_service", "full_license"},
        ),
        (
            {
                "stage": "md_year_4",
                "school": "md",
                "target": "general_surgery",
                "done": ["eras_application"],
                "asks": ["few_interviews"],
            },
            {"further_applications", "soap"},
        ),
        (
            {"stage": "college_senior", "school": "none", "done": ["mcat"], "wishes": ["mcat_retake_asked"]},
            {"mcat", "amcas_application"},
        ),
    ],
)
def test_steps_that_belong_to_the_way(
    profile: dict[str, object], steps: set[str], plan_of: Callable[..., Plan]
) -> None:
    """What somebody has to do on his way stands in his plan, also where no specialty or visa is told."""
    assert steps <= {step.name for step in plan_of(**profile).steps}


def test_a_field_that_takes_comlex_adds_no_usmle(plan_of: Callable[..., Plan]) -> None:
    """A DO who heads for family medicine takes COMLEX alone."""
    plan = plan_of(stage="do_year_2", school="do", target="family_medicine")
    assert not {"step_1", "step_2_ck"} & {step.name for step in plan.steps}


def test_a_kept_job_takes_two_years_of_courses(plan_of: Callable[..., Plan]) -> None:
    """Beside a job the sciences take two to three years, without one or two."""
    changer = {"stage": "career_changer", "school": "none", "target": "psychiatry"}
    assert plan_of(**changer, wishes=["missing_prerequisites"]).years["prerequisites"] == "1-2"
    assert plan_of(**changer, wishes=["missing_prerequisites", "keeps_job"]).years["prerequisites"] == "2-3"


def test_repaired_grades_are_not_repaired_again(plan_of: Callable[..., Plan]) -> None:
    """Whoever has shown his grades in a post-bac that ends applies next, and no further courses come first."""
    plan = plan_of(
        stage="college_graduate",
        school="none",
        wishes=["low_gpa", "grades_repaired"],
        done=["bachelor_degree", "prerequisites"],
    )
    assert plan.step("prerequisites") is None


@pytest.mark.parametrize("state", ["new_jersey", "washington"])
def test_the_schools_of_a_state_are_named(state: str, plan_of: Callable[..., Plan]) -> None:
    """Who tells his state before medical school hears which schools it has; a student does not."""
    before = plan_of(stage="college_junior", school="none", state=state)
    student = plan_of(stage="md_year_2", school="md", state=state)
    facts = {fact for remark in before.remarks for fact in remark.facts}
    assert f"medical-schools-in-{state.replace('_', '-')}/which-schools" in facts
    assert not [remark for remark in student.remarks if remark.id == "schools_of_the_state"]


def _words(text: str) -> set[str]:
    return set(re.findall(r"[^\W\d_]{4,}", text.lower()))


@pytest.mark.parametrize("name", PEOPLE)
def test_no_fact_is_said_in_two_wordings(name: str, plan_of: Callable[..., Plan], tables: Tables) -> None:
    """A fact that a remark has told in its own words is not said once more as it stands."""
    plan = plan_of(**PEOPLE[name]["profile"])
    told = {remark.id for remark in tables.remarks if remark.text}
    said = [*plan.problems, *plan.remarks]
    for number, one in enumerate(said):
        for other in said[number + 1 :]:
            if other.id not in told and set(one.facts) & set(other.facts):
                least = min(len(_words(one.text)), len(_words(other.text)))
                assert len(_words(one.text) & _words(other.text)) < 0.6 * least, (one.text, other.text)


STEP_3_FIRST = re.compile(
    r"Step 3\b[^.;]*\b(?:before the petition|passed before|before you)|\bneeds Step 3 passed before"
)


@pytest.mark.parametrize(
    "profile",
    [
        {"stage": "img_graduate", "school": "img", "country": "India", "graduation_year": 2024, "done": ["step_1"]},
        {"stage": "img_student", "school": "img", "country": "Pakistan", "graduation_year": 2027},
        {"stage": "md_year_3", "school": "md", "citizenship": "Canada"},
        {"stage": "resident_pgy1", "school": "img", "specialty": "internal_medicine", "citizenship": "India"},
    ],
    ids=lambda profile: profile["stage"],
)
def test_step_3_stands_where_the_remarks_on_the_h1b_put_it(
    profile: dict[str, object], plan_of: Callable[..., Plan]
) -> None:
    """Whoever needs Step 3 for an H-1B has it before the petition, or behind him where the visa is in hand."""
    plan = plan_of(**profile, target="cardiovascular_disease", needs_visa=True, visa="H-1B")
    step, residency = plan.step("step_3"), plan.step("residency")
    if any(STEP_3_FIRST.search(one.text) for one in plan.remarks):
        assert profile["school"] == "img"  # graduates of US schools need none for it
        assert step is None or (residency is not None and step.end.year <= residency.start.year)
    if residency is None:
        assert step is None


@pytest.mark.parametrize("stage", ["resident_preliminary", "resident_pgy1", "resident_pgy2"])
def test_an_exam_that_is_passed_is_not_asked_for(stage: str, plan_of: Callable[..., Plan]) -> None:
    """Nobody who has passed Step 3 is told to take it."""
    plan = plan_of(
        stage=stage, school="md", specialty="internal_medicine", target="cardiovascular_disease", done=["step_3"]
    )
    assert not [one.text for one in plan.remarks if re.search(r"(?:[Tt]ake|[Pp]ass) Step 3", one.text)]
