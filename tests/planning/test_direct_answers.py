"""Direct questions, false beliefs and wishes that cannot be are answered before anything else, however they are put."""

from __future__ import annotations

from datetime import date

import pytest

from medpath.planning.person import Person
from medpath.planning.plan import Plan
from medpath.planning.reading import read_person
from medpath.planning.service import Planner

TODAY = date(2026, 11, 28)


def _plan(planner: Planner, says: str, base: str | None = None) -> Plan:
    known: Person | None = read_person(base, today=TODAY) if base else None
    return planner.plan(read_person(says, known, today=TODAY))


@pytest.mark.parametrize(
    ("says", "first"),
    [
        ("college senior, want to start med school next fall, have not applied anywhere", "entry_too_soon"),
        (
            "graduated college in 2024, starting DO school this august i hope, no application yet, psych",
            "entry_too_soon",
        ),
        (
            "in my gap year after college, aiming to enter medical school in fall 2027, mcat next spring",
            "entry_too_soon",
        ),
        ("M4, applied radiology, is an intern year needed as well?", "answer_intern_year"),
        ("M4 applied psychiatry, do I need a prelim year too?", "answer_no_intern_year"),
        ("MS4 applying ophtho, wife is an MS4 in family medicine, we do the couples match", "couples_apart"),
        ("student at McGill, Canadian, grad 2028, psychiatry, I count as a US grad right?", "answer_canada"),
        ("SGU student, US citizen, grad 2028, family medicine. am i considered an img?", "answer_not_us_graduate"),
        ("PGY1 psych on J1 from Turkey, can I fly home for a wedding, my visa stamp expired", "answer_travel"),
        ("PGY2 peds on J-1, from Nigeria, flying home in June ok? visa expired", "answer_travel_ban"),
        ("I am 45, teacher with a bachelors, no sciences, psychiatry. too old?", "too_old_premed"),
        ("OMS3 going for psychiatry, do i also need step 1?", "answer_usmle_for_do"),
        ("OMS2 ortho, should i take the usmle too?", "answer_usmle_for_do_advised"),
        ("M3, failed step 1 once, passed it now, internal medicine. am i screwed?", "answer_failed_once"),
        (
            "cardiologist from Cairo, 15 years of own practice, can i work in texas without residency?",
            "answer_skip_residency",
        ),
        (
            "consultant radiologist from Scotland, is there any way to work in Tennessee without repeating residency",
            "answer_skip_residency",
        ),
        ("M4 at a US MD school on F-1 from Brazil, can I do the first year on OPT? pathology", "answer_visa_us_school"),
        ("PGY2 internal medicine, Navy HPSP, want a GI fellowship right after", "military_fellowship"),
        ("ICU nurse with a BSN, want family medicine, is there an RN to MD bridge", "no_bridge_nurse"),
        (
            "ross student, us citizen, failed step 1 for the 4th time, family med. can i try again?",
            "attempts_used_up_abroad",
        ),
    ],
)
def test_what_is_asked_is_answered_first(says: str, first: str, planner: Planner) -> None:
    """The plan opens with the reply."""
    plan = _plan(planner, says)
    assert plan.problems, read_person(says, today=TODAY)
    assert plan.problems[0].id == first


@pytest.mark.parametrize(
    "says",
    [
        "college sophomore, psychiatry, want to start med school in fall 2029",
        "M4, applied internal medicine, 12 interviews",
        "MS4 in pediatrics, couples matching with my wife who is an MS4 in medicine",
        "PGY2 IM, US citizen, going home for christmas. cards",
        "OMS4 applied family medicine",
    ],
)
def test_who_asks_nothing_gets_no_reply(says: str, planner: Planner) -> None:
    """Nothing stands before the plan where nothing is asked and nothing is wrong."""
    assert _plan(planner, says).problems == ()


@pytest.mark.parametrize(
    ("says", "field"),
    [
        ("premed sophomore, i want to fix broken bones", "orthopaedic_surgery"),
        ("M1, want to treat kids with cancer", "pediatric_hematology_oncology"),
        ("college junior who wants to deliver babies", "obstetrics_and_gynecology"),
        ("high school senior, i want to operate on brains", "neurological_surgery"),
        ("M2, helping dying people is what i want", "hospice_and_palliative_medicine"),
        ("premed, want to treat skin diseases", "dermatology"),
        ("M1, i want to help people with addiction", "addiction_medicine"),
        ("college freshman, dream of fixing baby hearts", "pediatric_cardiology"),
        ("M3 who wants to take care of premature babies", "neonatal_perinatal_medicine"),
        ("premed junior, want to treat kidney disease", "nephrology"),
    ],
)
def test_lay_words_name_a_field(says: str, field: str) -> None:
    """Whoever knows no names of specialties is understood by what he wants to do."""
    assert read_person(says, today=TODAY).target == field


@pytest.mark.parametrize(
    "says",
    [
        "sophomore at ohio state, no clue which specialty, psych sounds kinda fun",
        "M2, zero idea what kind of doctor i want to be, surgery seems cool",
        "M3, have not decided on a specialty yet, neuro is interesting",
    ],
)
def test_a_liking_is_no_choice(says: str, planner: Planner) -> None:
    """Who says that he has no idea is planned for with the whole range of residencies."""
    plan = _plan(planner, says)
    assert plan.person.target is None
    assert plan.years["residency"] == "3-7"


def test_the_years_of_an_h_1b_are_counted_from_its_start(planner: Planner) -> None:
    """Who tells since when he is on an H-1B hears when it ends and when a petition is due."""
    plan = _plan(planner, "2nd year GI fellow on H1B since July 2022, Indian, then want transplant hepatology")
    assert plan.problems[0].id == "h1b_runs_out"
    clock = next(remark.text for remark in plan.remarks if remark.id == "h1b_clock")
    assert "2028" in clock
    assert "2027" in clock


def test_months_of_the_gi_bill_are_counted(planner: Planner) -> None:
    """Months that are left pay so many school years and no more."""
    plan = _plan(planner, "army veteran, college junior, 19 months of GI bill left, emergency medicine")
    assert "19 months" in next(remark.text for remark in plan.remarks if remark.id == "gi_bill_months")
    assert "gi_bill_pays" not in {remark.id for remark in plan.remarks}


def test_a_closed_way_is_told_before_the_stage_is_asked(planner: Planner) -> None:
    """Who has used up the attempts at a Step hears that, whatever stage he does not tell."""
    plan = _plan(planner, "failed step 1 4 times, want radiology, one more try?")
    assert plan.problems[0].text.startswith("No: ")
    assert plan.steps == ()


def test_only_a_preliminary_year(planner: Planner) -> None:
    """A what-if with nothing but a preliminary year keeps the aim and leads into the next Match."""
    plan = _plan(planner, "what if i only match a prelim medicine year", "M4, applied radiology, 60 programs")
    assert plan.target == "Diagnostic radiology"
    assert plan.earliest == "2032-2033"
    assert [step.name for step in plan.steps][:3] == ["medical_degree", "preliminary_year", "eras_application"]


def test_a_failed_first_application_costs_a_year(planner: Planner) -> None:
    """Supposing that no school takes him moves a premed's way by a year."""
    says = "college junior, family medicine, mcat in spring"
    before, after = _plan(planner, says), _plan(planner, "and if no school takes me the first time?", says)
    assert before.earliest is not None
    assert after.earliest == str(int(before.earliest) + 1)


def test_a_waiver_job_before_the_fellowship(planner: Planner) -> None:
    """Who puts the waiver job first ends with the residency, and the waiver is applied for in the fall before."""
    base = "PGY2 IM on J1 from Pakistan, want nephrology"
    plan = _plan(planner, "what if i take a hospitalist waiver job right after residency, nephrology later?", base)
    application = plan.step("waiver_application")
    assert plan.earliest == "2028"
    assert application is not None
    assert str(application.start) == "2027-10"


def test_the_partner_has_a_field(planner: Planner) -> None:
    """The field of the partner is read, and is not taken for the own one."""
    person = read_person("OMS4 applied urology, my fiancee is an MS4 going for pediatrics, couples match?", today=TODAY)
    assert (person.target, person.partner) == ("urology", "pediatrics")
