"""Grades and scores that somebody tells are set beside those of accepted applicants, and no chances are told."""

from __future__ import annotations

import re

import pytest
from people import TODAY

from medpath.planning.plan import Said
from medpath.planning.reading import read_person
from medpath.planning.service import Planner

MD, DO = "medical-school-admission-statistics/gpa-and-mcat-of-accepted", "do/admission-statistics"
SAT = "bs-md-ba-md-and-early-assurance/sat-and-grades"
TOLD = (
    "college senior, 3.9/519, {school}, pediatrics",
    "college junior, gpa 3.6, want {school}, pediatrics",
    "GPA's a 3.8, college junior, wants {school}, pediatrics",
    "my mcat was 511, GPA 3.6, college senior, {school}, pediatrics",
    "college graduate, 3.5 gpa 508 mcat, {school}, pediatrics",
    "college graduate with a 3.2 and a 502, want {school}, pediatrics",
    "college sophomore with a 3.95, want {school}, pediatrics",
    "got a 499 on the mcat, college grad, {school}, pediatrics",
)


def said_of(planner: Planner, says: str) -> list[Said]:
    """The problems and remarks of the plan of a sentence."""
    plan = planner.plan(read_person(says, today=TODAY))
    return [*plan.problems, *plan.remarks]


@pytest.mark.parametrize("phrase", TOLD)
@pytest.mark.parametrize(("school", "fact"), [("MD", MD), ("DO", DO)])
def test_numbers_are_set_beside_those_of_the_accepted(phrase: str, school: str, fact: str, planner: Planner) -> None:
    """One remark, of the kind of school that is wished, with its source."""
    said = said_of(planner, phrase.format(school=school))
    assert [one.facts for one in said if {MD, DO} & set(one.facts)] == [(fact,)]
    assert not any(re.search(r"\byour (?:chances?|odds)\b", one.text) for one in said)


@pytest.mark.parametrize(
    "says", ["hs senior sat 1520 want BS/MD, pediatrics", "hs junior, 1380 SAT, BS/MD, pediatrics"]
)
def test_an_sat_is_set_beside_those_of_direct_programs(says: str, planner: Planner) -> None:
    """Who tells his SAT and wants a BS/MD hears what they ask for, once."""
    assert len([one for one in said_of(planner, says) if SAT in one.facts]) == 1


@pytest.mark.parametrize(
    "says", ["college junior, pediatrics", "M2 MD with a 3.9 in college and a 518 mcat, pediatrics"]
)
def test_nobody_else_hears_of_numbers_of_applicants(says: str, planner: Planner) -> None:
    """Who tells none, or is in medical school, is not compared."""
    assert not [one for one in said_of(planner, says) if {MD, DO} & set(one.facts)]
