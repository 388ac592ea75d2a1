"""What is asked beside a plan is answered first, and a place that is wished is named without a promise."""

from __future__ import annotations

import pytest
from people import TODAY

from medpath.planning.plan import Plan
from medpath.planning.reading import read_person
from medpath.planning.service import Planner


def _plan(planner: Planner, says: str) -> Plan:
    return planner.plan(read_person(says, today=TODAY))


@pytest.mark.parametrize(
    ("says", "first"),
    [
        ("college junior, gpa 3.4, want pediatrics. NP or MD, what is smarter?", "answer_np_or_md"),
        ("college senior, family medicine. mom says become a PA instead", "answer_np_or_md"),
        ("reapplicant, mcat 500, psychiatry, my sister says just be a nurse practitioner", "answer_np_or_md"),
        ("american at St George's, 4th year, internal medicine. is the OET necessary for me?", "answer_oet"),
        ("IMG from Ghana, graduated 2022, pediatrics, must I sit OET, we speak english", "answer_oet"),
        ("16, sophomore in high school, brain surgeon, how old would i be at the end", "answer_how_old"),
        ("24, M2 md, cardiology, at what age will I be done?", "answer_how_old"),
        ("DO, PGY2 general surgery, how many years would i lose by switching to family medicine", "answer_years_lost"),
        (
            "USAF flight surgeon, MD 2023, transitional year done, payback ends june 2028, want civilian anesthesia. "
            "must i repeat intern year?",
            "answer_gmo_intern",
        ),
    ],
)
def test_a_direct_question_is_answered_first(planner: Planner, says: str, first: str) -> None:
    """Before anything else that the plan has to say."""
    assert first in [one.id for one in _plan(planner, says).problems]


@pytest.mark.parametrize(
    "says",
    [
        "already passed OET, IMG from Ghana, graduated 2022, pediatrics",
        "PA for 5 years with a bachelors, want to be an orthopedic surgeon",
        "24, M2 md, cardiology",
        "M3 MD, dermatology, born in Miami",
    ],
)
def test_what_nobody_asked_is_not_answered(planner: Planner, says: str) -> None:
    """A job, an exam that is passed or a birthplace is no question and no wish."""
    plan = _plan(planner, says)
    said = {one.id for one in (*plan.problems, *plan.remarks)}
    assert not said & {"answer_np_or_md", "answer_oet", "answer_how_old", "place_in_match"}


@pytest.mark.parametrize(
    ("says", "place"),
    [
        ("M4 MD, pediatrics, my husband works in Denver", "Denver"),
        ("OMS3, psychiatry, hoping to stay in Ohio", "Ohio"),
        ("M3 md, want to match in Chicago, surgery", "Chicago"),
        ("3rd year PICU fellow in Houston, on J1 from Peru, ends June 2027, can i do my waiver in Orlando?", "Orlando"),
    ],
)
def test_a_wished_place_is_named_without_a_promise(planner: Planner, says: str, place: str) -> None:
    """As it was written."""
    plan = _plan(planner, says)
    said = [one for one in (*plan.problems, *plan.remarks) if place in one.text]
    assert any("Nobody can promise" in one.text for one in said)


@pytest.mark.parametrize("year", [1, 2, 3])
@pytest.mark.parametrize("target", ["internal medicine", "psychiatry", "family medicine"])
def test_a_running_year_ends_in_june(planner: Planner, year: int, target: str) -> None:
    """Whenever the new residency begins, and with the years that are lost by then."""
    plan = _plan(planner, f"pgy{year} ob/gyn resident, us md, switching to {target}")
    end = plan.step("residency_end")
    assert end is not None
    assert str(end.end) == "2027-06"
    lost = next(one for one in plan.remarks if one.id == "years_lost")
    assert f"{year} year" in lost.text


def test_a_first_year_that_can_count_is_not_lost(planner: Planner) -> None:
    """An intern year before a field that asks for a clinical one."""
    said = {one.id for one in _plan(planner, "pgy1 general surgery, us md, switching to diagnostic radiology").remarks}
    assert "years_kept" in said
    assert "years_lost" not in said
