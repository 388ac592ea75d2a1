"""Who hears which remark, and who does not."""

from __future__ import annotations

import re
from collections.abc import Callable
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
    said = {remark.id for remark in plan_of(**row["profile"]).remarks}
    assert sorted(set(row["said"]) - said) == []
    assert sorted(said & set(row["unsaid"])) == []


@pytest.mark.parametrize("name", PEOPLE)
def test_remarks_read_well(name: str, plan_of: Callable[..., Plan]) -> None:
    """No remark has an unfilled value, an empty date or a doubled word."""
    for remark in plan_of(**PEOPLE[name]["profile"]).remarks:
        assert not re.search(r"[{}]| -[,)]|\b(\w+) \1\b|\b1 years", remark.text), remark.text


def test_the_table_of_people_names_remarks(tables: Tables) -> None:
    """Each id of the table of people is one of remarks.yml."""
    known = {remark.id for remark in tables.remarks}
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
