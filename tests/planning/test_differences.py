"""What a what-if changes."""

from __future__ import annotations

from collections.abc import Callable

from medpath.planning.differences import differences
from medpath.planning.plan import Plan
from medpath.planning.service import Planner
from medpath.planning.showing.text import differences_text

INTERN = {
    "stage": "resident_pgy1",
    "school": "md",
    "specialty": "internal_medicine",
    "target": "interventional_cardiology",
}


def test_two_changes_add_up(plan_of: Callable[..., Plan], planner: Planner) -> None:
    """A chief year and a longer fellowship each add their year, and both are named."""
    before = plan_of(**INTERN)
    after = plan_of(**{**INTERN, "target": "clinical_cardiac_electrophysiology"}, wishes=["chief_year"])
    found = differences(before, after)
    assert found.added == ("chief_year",)
    assert found.years == {"second_fellowship": ("1", "2"), "chief_year": ("", "1")}
    assert found.earliest == ("2033", "2035")
    assert found.exams_added == ("board_electrophysiology",)
    text = differences_text(before, after, found, planner.tables)
    assert "2035 instead of 2033" in text
    assert "2 years longer in all" in text


def test_nothing_changed_is_said(plan_of: Callable[..., Plan], planner: Planner) -> None:
    """A change that moves nothing is told apart from a sentence in which no change was read."""
    plan, other = plan_of(**INTERN), plan_of(**INTERN, state="ohio")
    found = differences(plan, other)
    assert found.is_none
    assert "Nothing changes" in differences_text(plan, other, found, planner.tables)
    assert "Say what would be different" in differences_text(plan, plan, found, planner.tables)


def test_a_do_school_replaces_exams_and_application(plan_of: Callable[..., Plan]) -> None:
    """As a DO student the USMLE gives way to COMLEX and AMCAS to AACOMAS; the year stays."""
    college = {"stage": "college_junior", "target": "gastroenterology"}
    found = differences(plan_of(**college, school="md"), plan_of(**college, school="do"))
    assert {"step_1", "step_2_ck", "step_3", "amcas_application"} == set(found.fallen)
    assert {"comlex_level_1", "comlex_level_2_ce", "comlex_level_3", "aacomas_application"} <= set(found.added)
    assert found.earliest[0] == found.earliest[1]


def test_another_specialty_is_no_step_that_stays(plan_of: Callable[..., Plan], planner: Planner) -> None:
    """A residency of the same dates in another field is told as a change."""
    student = {"stage": "md_year_1", "school": "md", "graduation_year": 2030}
    before, after = plan_of(**student, target="psychiatry"), plan_of(**student, target="neurology")
    text = differences_text(before, after, differences(before, after), planner.tables)
    assert "Residency in neurology instead of Residency in psychiatry" in text
    assert "Residency in neurology" not in text.split("stays:")[1]
