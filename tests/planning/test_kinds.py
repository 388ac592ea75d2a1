"""Plans of people who tell more than a stage and a goal."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from medpath.planning.plan import Plan


def _said(plan: Plan) -> dict[str, str]:
    return {one.id: one.text for one in (*plan.problems, *plan.remarks)}


def test_a_backup_is_told_with_its_end(plan_of: Callable[..., Plan]) -> None:
    """A field considered beside the target is named with its years and the year in which it ends."""
    plan = plan_of(stage="md_year_3", school="md", target="orthopaedic_surgery", also=["anesthesiology"])
    assert "Anesthesiology 4 until 2032" in _said(plan)["also"]
    assert "dual_apply" in _said(plan)


def test_several_fields_give_the_range_of_their_lengths(plan_of: Callable[..., Plan]) -> None:
    """Who has not chosen among fields gets the shortest and the longest of them, each with its end."""
    plan = plan_of(stage="md_year_1", school="md", wishes=["undecided"], also=["pediatrics", "neurological_surgery"])
    assert plan.earliest == "2033-2037"
    assert plan.ways == "Residency 3 until 2033, or Residency 7 until 2037"
    assert "Pediatrics 3 until 2033; Neurological surgery 7 until 2037" in _said(plan)["also_several"]


def test_a_backup_that_a_longer_way_begins_with_opens_that_way(plan_of: Callable[..., Plan]) -> None:
    """Plastic surgery with general surgery in parallel has both ways."""
    plan = plan_of(stage="md_year_4", school="md", target="plastic_surgery", also=["general_surgery"])
    assert "Plastic surgery (independent) 3" in plan.ways


def test_an_exam_passed_at_a_later_try_is_not_taken_again(plan_of: Callable[..., Plan]) -> None:
    """A failed exam that is passed since lies behind, and what is said of it is no advice to retake it."""
    plan = plan_of(
        stage="do_year_3", school="do", target="psychiatry", failed=["comlex_level_1"], done=["comlex_level_1"]
    )
    assert plan.step("comlex_level_1") is None
    assert "passed_level_1" in _said(plan)
    assert "failed_level_1" not in _said(plan)


def test_four_attempts_without_a_pass_close_the_way(plan_of: Callable[..., Plan]) -> None:
    """No dates are given to somebody whose attempts at a Step are used up; three leave one more."""
    profile = {
        "stage": "img_graduate",
        "school": "img",
        "country": "India",
        "target": "psychiatry",
        "failed": ["step_1"],
    }
    closed, open_still = plan_of(**profile, failures=4), plan_of(**profile, failures=3)
    assert [problem.id for problem in closed.problems] == ["attempts_used_up_abroad"]
    assert closed.steps == ()
    assert open_still.step("step_1") is not None


def test_a_place_in_hand_needs_no_match(plan_of: Callable[..., Plan]) -> None:
    """After a transitional year with a place nothing is applied for, and the year counts where it does."""
    plan = plan_of(
        stage="resident_preliminary", specialty="transitional_year", target="anesthesiology", done=["match_day"]
    )
    assert plan.step("eras_application") is None
    assert plan.step("match_day") is None
    assert plan.years["residency"] == "3"
    assert not {"match_season", "late_now", "soap"} & set(_said(plan))


def test_a_second_fellowship_follows_from_the_own_residency(plan_of: Callable[..., Plan]) -> None:
    """A nephrologist needs no other residency for critical care, and only one year of it."""
    plan = plan_of(
        stage="fellow",
        specialty="nephrology",
        target="critical_care_medicine",
        residency_end_year=2026,
        needs_visa=True,
    )
    assert plan.step("match_day") is None
    assert plan.years["second_fellowship"] == "1"
    assert plan.earliest == "2029"
    assert "mpsm_result" not in _said(plan)
    assert "us_graduate_no_img" not in _said(plan)


def test_a_start_that_lies_ahead_is_asked_back(plan_of: Callable[..., Plan]) -> None:
    """A resident of today cannot have begun next year."""
    plan = plan_of(stage="resident_pgy2", specialty="neurology", target="neurology", residency_start_year=2028)
    assert plan.problems[0].id == "residency_start_ahead"
    assert "2025" in plan.asks


def test_the_years_of_a_phd_come_before_the_clinics(plan_of: Callable[..., Plan]) -> None:
    """An MD-PhD student who tells only the start graduates after the usual length of both degrees."""
    plan = plan_of(
        stage="md_year_2", school="md", target="pathology", start_year=2024, wishes=["md_phd"], done=["step_1"]
    )
    degree = plan.step("medical_degree")
    assert degree is not None
    assert degree.start.year == 2032
    assert plan.step("step_1") is None


def test_who_tells_no_citizenship_hears_of_the_visa(plan_of: Callable[..., Plan]) -> None:
    """A graduate from abroad hears what a visa would mean, unless he tells that he needs none."""
    profile = {"stage": "img_graduate", "school": "img", "country": "Philippines", "target": "pediatrics"}
    assert "visa_untold" in _said(plan_of(**profile))
    assert "visa_untold" not in _said(plan_of(**profile, needs_visa=False))


def test_a_school_leaver_abroad_hears_of_both_ways(plan_of: Callable[..., Plan]) -> None:
    """A foreigner in high school needs a visa, and medical school at home is compared with the way here."""
    plan = plan_of(stage="high_school_senior", citizenship="Germany", target="neurology", graduation_year=2027)
    assert "2038-2039" in _said(plan)["foreign_school_leaver"]
    assert plan.step("visa_j1") is not None


def test_a_student_who_does_not_match_loses_a_year(plan_of: Callable[..., Plan]) -> None:
    """The next season counts for a student who goes unmatched."""
    profile = {"stage": "md_year_3", "school": "md", "target": "internal_medicine"}
    assert (plan_of(**profile).earliest, plan_of(**profile, failed=["match_day"]).earliest) == ("2031", "2032")


def test_an_assistant_may_take_the_short_way_to_the_do(plan_of: Callable[..., Plan]) -> None:
    """A PA who asks for the bridge hears of the one that exists, and of the four years beside it."""
    plan = plan_of(
        stage="career_changer",
        school="do",
        target="family_medicine",
        wishes=["has_pa", "bridge"],
        done=["bachelor_degree", "prerequisites"],
    )
    assert plan.years["medical_school"] == "3-4"
    assert "pa_pathway" in _said(plan)
    assert not {problem.id for problem in plan.problems} & {"no_bridge", "wrong_degree"}


def test_weak_grades_come_first(plan_of: Callable[..., Plan]) -> None:
    """Low grades and a question about a post-bac put the courses before the application; low grades alone do not."""
    profile = {
        "stage": "college_graduate",
        "target": "pediatrics",
        "graduation_year": 2025,
        "done": ["bachelor_degree"],
    }
    repaired = plan_of(**profile, wishes=["low_gpa", "grade_repair"])
    assert repaired.step("prerequisites") is not None
    assert "grades_first" in _said(repaired)
    assert plan_of(**profile, wishes=["low_gpa"]).step("prerequisites") is None


def test_the_question_of_a_visa_is_answered(plan_of: Callable[..., Plan]) -> None:
    """Who asks whether he needs a visa and does hears a yes with its kinds."""
    profile = {"stage": "img_graduate", "school": "img", "country": "Ireland", "citizenship": "Ireland"}
    assert (
        "Yes, a visa is needed" in _said(plan_of(**profile, target="psychiatry", asks=["no_visa"]))["visa_needed_asked"]
    )


def test_work_before_a_fellowship_moves_it(plan_of: Callable[..., Plan]) -> None:
    """A year as a hospitalist comes before the fellowship and is said to be a choice, not a missed date."""
    profile = {"stage": "resident_pgy1", "school": "md", "specialty": "internal_medicine", "target": "rheumatology"}
    before, after = plan_of(**profile), plan_of(**profile, wishes=["work_first"])
    assert (before.earliest, after.earliest) == ("2031", "2032")
    assert "works_first" in _said(after)
    assert "fellowship_waits" not in _said(after)


def test_an_accepted_applicant_hears_when_to_commit(plan_of: Callable[..., Plan]) -> None:
    """Who holds an acceptance hears of April 30 and not of reapplying."""
    said = _said(plan_of(stage="md_accepted", school="md", target="urology", start_year=2027))
    assert "commit" in said
    assert "applicant_now" not in said


def test_a_field_behind_another_degree_is_asked_back(plan_of: Callable[..., Plan]) -> None:
    """Jaw surgery is a field of dentists: nobody at a medical school gets dates for it or for another field."""
    plan = plan_of(stage="md_year_2", school="md", target="oral_and_maxillofacial_surgery")
    assert plan.steps == ()
    assert "otolaryngology" in plan.asks


def test_an_impossible_order_of_exams_is_asked_back(plan_of: Callable[..., Plan]) -> None:
    """A passed Step 3 with a Step 2 CK still ahead cannot be; a Step 2 CK before Step 1 can."""
    profile = {"stage": "img_graduate", "school": "img", "country": "Ghana", "target": "pediatrics"}
    assert plan_of(**profile, done=["step_3", "step_1"], undone=["step_2_ck"]).problems[0].id == "exam_order_abroad"
    assert plan_of(**profile, done=["step_2_ck"], undone=["step_1"]).step("step_1") is not None


def test_a_passed_exam_is_not_taken_again(plan_of: Callable[..., Plan]) -> None:
    """A retake for the score is said to be impossible, and no exam is in the plan for it."""
    plan = plan_of(
        stage="md_year_4", school="md", target="dermatology", done=["step_1", "step_2_ck"], wishes=["retake_passed"]
    )
    assert "retake_of_passed_exam" in [problem.id for problem in plan.problems]
    assert plan.step("step_2_ck") is None


def test_the_h1b_does_not_follow_the_j1(plan_of: Callable[..., Plan]) -> None:
    """Who trains on a J-1 and wants the H-1B for the fellowship hears of the two-year rule and stays on the J-1."""
    plan = plan_of(
        stage="resident_pgy3",
        specialty="pediatrics",
        target="pediatric_cardiology",
        visa="J-1",
        needs_visa=True,
        wishes=["h1b_after_j1"],
    )
    assert "j1_two_year_rule" in [problem.id for problem in plan.problems]
    assert plan.step("j1_waiver_or_home") is not None
    assert plan.step("visa_h1b") is None


def test_linkage_saves_the_year_of_the_application(plan_of: Callable[..., Plan]) -> None:
    """School begins when the courses end, and a year later where the linkage is lost."""
    profile = {"stage": "career_changer", "target": "psychiatry", "courses_end": 2027, "done": ["bachelor_degree"]}
    linked, lost = plan_of(**profile, wishes=["linkage"]), plan_of(**profile, wishes=["linkage_lost"])
    assert (linked.earliest, lost.earliest) == ("2035", "2036")
    assert linked.step("amcas_application") is None
    assert lost.step("amcas_application") is not None
    assert {"linkage", "linkage_lost"} & set(_said(linked)) == {"linkage"}
    assert "linkage_lost" in _said(lost)


def test_a_shorter_college_begins_medical_school_sooner(plan_of: Callable[..., Plan]) -> None:
    """Two years of college instead of four move everything by two years."""
    profile = {"stage": "high_school_senior", "target": "neurology", "graduation_year": 2027}
    assert (plan_of(**profile).earliest, plan_of(**profile, college_years=2).earliest) == ("2039", "2037")


def test_leaving_the_phd_brings_the_clinics_forward(plan_of: Callable[..., Plan]) -> None:
    """Without the PhD years an MD-PhD student hears of the money and of no PhD any more."""
    plan = plan_of(
        stage="md_year_2", school="md", target="dermatology", graduation_year=2029, wishes=["left_phd"], done=["step_1"]
    )
    assert "left_phd" in _said(plan)
    assert plan.step("phd") is None


def test_fields_that_share_their_residency_need_no_choice(plan_of: Callable[..., Plan]) -> None:
    """Two fellowships after the same residency are planned for together."""
    plan = plan_of(
        stage="md_year_3", school="md", wishes=["undecided"], also=["nephrology", "infectious_disease"], done=["step_1"]
    )
    assert plan.earliest == "2033"
    assert "undecided_shared" in _said(plan)
    assert "Nephrology" in plan.target
    assert "Infectious disease" in plan.target


def test_a_field_without_a_known_length_says_so(plan_of: Callable[..., Plan]) -> None:
    """The plan leads to the training before it and tells that the rest comes on top."""
    plan = plan_of(
        stage="md_year_3", school="md", target="adult_congenital_heart_disease", via="pediatrics", done=["step_1"]
    )
    assert plan.problems[0].id == "further_training"
    assert plan.target == "Pediatric cardiology"


def test_a_preliminary_year_that_is_done_is_not_repeated(plan_of: Callable[..., Plan]) -> None:
    """Occupational medicine after a preliminary year takes two years more, without another first year."""
    plan = plan_of(
        stage="md_graduate",
        school="md",
        target="occupational_and_environmental_medicine",
        graduation_year=2024,
        done=["preliminary_year", "full_license", "step_3"],
    )
    assert plan.step("preliminary_year") is None
    assert plan.step("step_3") is None
    assert plan.years["residency"] == "2"
    assert "first_year_counts" in _said(plan)


def test_a_running_application_hides_its_service(plan_of: Callable[..., Plan]) -> None:
    """Who has applied is not asked to apply, through whichever service his field takes."""
    plan = plan_of(stage="do_year_4", school="do", target="emergency_medicine", done=["eras_application"])
    assert plan.step("residencycas_application") is None


def test_a_finished_training_is_asked_about(plan_of: Callable[..., Plan]) -> None:
    """A practicing physician who wants what he has is asked what comes next."""
    plan = plan_of(stage="attending", school="md", specialty="dermatology", target="dermatology")
    assert plan.problems[0].id == "already_trained"


def test_who_has_no_federal_loans_hears_of_none(plan_of: Callable[..., Plan]) -> None:
    """DACA opens schools and residency and closes federal loans."""
    plan = plan_of(stage="college_junior", target="family_medicine", status="daca", needs_visa=False)
    assert {"daca_school", "daca_ends"} <= set(_said(plan))
    assert not {"loan_cap", "nhsc"} & set(_said(plan))
    assert "loan_gap" not in {line.id for line in plan.costs}


def test_couples_in_two_matches_are_not_linked(plan_of: Callable[..., Plan]) -> None:
    """Ophthalmology is in another match than the partner's field, so no linking is explained."""
    profile = {"stage": "md_year_3", "school": "md", "wishes": ["couples_match"]}
    assert {"couples_apart", "couples"} & set(_said(plan_of(**profile, target="ophthalmology"))) == {"couples_apart"}
    assert {"couples_apart", "couples"} & set(_said(plan_of(**profile, target="pediatrics"))) == {"couples"}


def test_a_veteran_with_the_gi_bill_owes_no_service(plan_of: Callable[..., Plan]) -> None:
    """The GI Bill is earned; a plan with it has no military match."""
    plan = plan_of(
        stage="career_changer_military",
        target="psychiatry",
        wishes=["gi_bill"],
        done=["bachelor_degree", "prerequisites"],
    )
    assert plan.step("military_match") is None
    assert "gi_bill" in {line.id for line in plan.costs}


def test_who_names_the_integrated_program_gets_its_year(plan_of: Callable[..., Plan]) -> None:
    """The longer way stands as a fallback beside it and does not stretch the end."""
    profile = {"stage": "md_year_2", "school": "md", "target": "thoracic_surgery"}
    assert plan_of(**profile).earliest != plan_of(**profile, wishes=["integrated"]).earliest == "2035"
    assert "fallback" in _said(plan_of(**profile, wishes=["integrated"]))


def test_a_place_in_a_bs_md_program_needs_no_application(plan_of: Callable[..., Plan]) -> None:
    """Who has a place in a BS/MD program applies to no medical school and takes no MCAT for it."""
    for stage, entry in (("high_school_senior", "2030"), ("college_sophomore", "2028")):
        plan = plan_of(stage=stage, wishes=["bs_md", "bs_md_place"], target="pediatrics")
        names = {step.name for step in plan.steps}
        assert names & {"bs_md_application", "mcat", "amcas_application", "aacomas_application"} == set()
        school = plan.step("medical_school")
        assert school is not None
        assert str(school.start).startswith(entry)


def test_a_degree_of_december_leads_to_the_match_of_the_year_after(plan_of: Callable[..., Plan]) -> None:
    """A student abroad who graduates in this December is still one, and the Match comes as for the class of the summer
    after it."""
    row = {"stage": "img_student", "school": "img", "country": "Brazil", "target": "internal_medicine"}
    december = plan_of(**row, graduation_year=2026, wishes=["december_graduation"])
    summer = plan_of(**row, graduation_year=2027)
    degree = december.step("medical_degree")
    assert degree is not None
    assert str(degree.end) == "2026-12"
    assert (december.asks, december.step("match_day")) == ("", summer.step("match_day"))
    assert plan_of(**row, graduation_year=2026).asks


def test_a_closed_usmle_does_not_close_the_way_of_a_do(plan_of: Callable[..., Plan]) -> None:
    """Four failed attempts at Step 1 end the way of an MD student; a DO student goes on with COMLEX."""
    failed: dict[str, Any] = {"target": "family_medicine", "failed": ["step_1"], "failures": 4}
    assert plan_of(stage="md_year_3", school="md", **failed).asks
    assert not plan_of(stage="do_year_3", school="do", done=["comlex_level_1"], **failed).asks


def test_only_citizens_get_the_military_way(plan_of: Callable[..., Plan]) -> None:
    """With DACA a scholarship of the armed forces is told to be closed, and nothing of it stands in the plan."""
    profile = {"stage": "college_junior", "target": "pediatrics", "wishes": ["hpsp"]}
    barred, citizen = plan_of(**profile, status="daca"), plan_of(**profile, citizenship="US")
    assert "hpsp_citizenship" in {problem.id for problem in barred.problems}
    assert not {"hpsp_application", "military_match", "military_service"} & {step.name for step in barred.steps}
    assert citizen.step("military_service") is not None


def test_duty_that_is_owed_stays_in_the_plan(plan_of: Callable[..., Plan]) -> None:
    """Who wants to get around the military match hears that he cannot, before any date."""
    profile = {"stage": "md_year_3", "school": "md", "target": "dermatology", "citizenship": "US"}
    plan = plan_of(**profile, wishes=["hpsp", "refuses_service"])
    assert [problem.id for problem in plan.problems] == ["service_refused"]
    assert plan.step("military_match") is not None
    assert plan_of(**profile, wishes=["hpsp"]).problems == ()


def test_the_waiver_job_comes_before_a_training_that_the_visa_does_not_last_for(plan_of: Callable[..., Plan]) -> None:
    """Two fellowships of three years after pediatrics are more than a J-1 lasts: the job stands between them."""
    profile = {
        "stage": "resident_pgy1",
        "specialty": "pediatrics",
        "via": "neonatal_perinatal_medicine",
        "target": "pediatric_cardiology",
        "citizenship": "Jordan",
        "wishes": ["two_fellowships"],
    }
    plan = plan_of(**profile, needs_visa=True, visa="J-1", school="img")
    order = [step.name for step in plan.steps]
    assert order.index("fellowship") < order.index("j1_waiver_or_home") < order.index("second_fellowship")
    assert "j1_limit" in {problem.id for problem in plan.problems}
    assert "waiver_between" in _said(plan)
    resident = plan_of(**{**profile, "citizenship": "US"})
    assert int(plan.earliest) == int(resident.earliest) + 3
    assert "waiver_between" not in _said(resident)


def test_a_place_that_may_be_lost_has_the_ordinary_way_beside_it(plan_of: Callable[..., Plan]) -> None:
    """In a BS/MD no application comes, unless somebody asks what follows from losing the place."""
    profile = {
        "stage": "college_sophomore",
        "target": "dermatology",
        "graduation_year": 2029,
        "wishes": ["bs_md", "bs_md_place"],
    }
    lost, kept = plan_of(**profile, asks=["lose_place"]), plan_of(**profile)
    assert lost.step("mcat") is not None
    assert "August 2029" in _said(lost)["bs_md_lost"]
    assert kept.step("mcat") is None
    assert "bs_md_lost" not in _said(kept)


def test_one_or_two_gap_years_are_two_routes(plan_of: Callable[..., Plan]) -> None:
    """Who wants one gap year, perhaps two, gets the dates of both."""
    profile = {"stage": "college_senior", "target": "family_medicine", "graduation_year": 2027, "gap_years": 1}
    plan = plan_of(**profile, wishes=["gap_year", "one_or_two_gap_years"], done=["mcat"])
    assert plan.years["gap_year"] == "1-2"
    assert plan.earliest == "2035-2036"
    assert "August 2029" in _said(plan)["one_or_two_gap_years"]
    assert "gap_costs_a_year" not in _said(plan)


def test_refused_exams_have_no_dated_plan(plan_of: Callable[..., Plan]) -> None:
    """A specialist from abroad who will not sit the Steps hears which doors there are, those of his state too."""
    plan = plan_of(
        stage="img_graduate",
        school="img",
        country="United Kingdom",
        target="interventional_cardiology",
        state="massachusetts",
        wishes=["refuses_exams", "trained_abroad"],
    )
    assert plan.steps == ()
    assert [problem.id for problem in plan.problems] == ["exams_refused"]
    assert "internationally-trained-physician-license-massachusetts/status" in plan.problems[0].facts
    assert plan.asks


def test_a_fellowship_beside_the_target_follows_it_where_it_may(plan_of: Callable[..., Plan]) -> None:
    """Sports medicine beside PM&R comes after PM&R, beside orthopaedics after another residency."""
    student = {"stage": "do_year_2", "school": "do", "also": ["sports_medicine"]}
    after = plan_of(**student, target="physical_medicine_and_rehabilitation")
    assert "Physical medicine and rehabilitation 4, Sports medicine 1 until 2034" in _said(after)["also"]
    other = plan_of(**student, target="orthopaedic_surgery")
    assert "Family medicine 3, Sports medicine 1" in _said(other)["also"]


def test_the_shorter_pathology_counts_only_where_it_is_enough(plan_of: Callable[..., Plan]) -> None:
    """Pathology takes four years; three are shown before forensic pathology."""
    student = {"stage": "md_year_3", "school": "md"}
    assert plan_of(**student, target="pathology").years["residency"] == "4"
    assert plan_of(**student, target="forensic_pathology").years["residency"] == "3-4"


def test_a_tour_before_residency_pays_back_time_owed(plan_of: Callable[..., Plan]) -> None:
    """With a tour as a general medical officer the residency ends later, and the duty owed in the same year."""
    profile = {"stage": "md_year_3", "school": "md", "target": "dermatology", "citizenship": "US", "wishes": ["hpsp"]}
    service = plan_of(**profile).step("military_service")
    assert service is not None
    ends = {service.end.year, *(end.year for _, end in service.others)}
    assert len(ends) == 1
    assert {start.year for start, _ in service.others} != {service.start.year}


def test_without_the_fellowship_a_residency_is_done_in_full(plan_of: Callable[..., Plan]) -> None:
    """Who leaves psychiatry early for child psychiatry would need its fourth year without the fellowship."""
    plan = plan_of(stage="md_year_3", school="md", target="child_and_adolescent_psychiatry")
    assert plan.years["residency"] == "3-4"
    assert "ends in 2032" in _said(plan)["without_fellowship"]


def test_a_problem_cites_only_facts_that_there_are(plan_of: Callable[..., Plan]) -> None:
    """A state without a way of its own for physicians from abroad adds no source that nobody can open."""
    profile = {"stage": "img_graduate", "school": "img", "country": "Spain", "target": "neurology"}
    plan = plan_of(**profile, state="alaska", wishes=["refuses_exams"])
    assert [problem.id for problem in plan.problems] == ["exams_refused"]
    assert not any("alaska" in fact for fact in plan.problems[0].facts)


@pytest.mark.parametrize("target", ["neurological_surgery", "dermatology", "pediatrics", "interventional_cardiology"])
@pytest.mark.parametrize("stage", ["college_freshman", "college_sophomore"])
def test_the_fastest_way_of_a_beginner_leaves_college_early(
    plan_of: Callable[..., Plan], stage: str, target: str
) -> None:
    """Who wants the fastest way early in college gets the year that three years of college save, beside the usual."""
    usual = plan_of(stage=stage, target=target, age=19)
    fast = plan_of(stage=stage, target=target, age=19, asks=["faster"], by_year=2030)
    assert usual.earliest is not None
    assert fast.earliest is not None
    assert int(fast.earliest.split("-")[0]) == int(usual.earliest.split("-")[0]) - 1
    assert "hurries" in _said(fast)
    assert "at about 23" in fast.problems[0].text


@pytest.mark.parametrize("stage", ["college_junior", "college_senior"])
def test_late_in_college_nothing_is_left_to_hurry(plan_of: Callable[..., Plan], stage: str) -> None:
    """The round for a start after three years of college is over by then."""
    plan = plan_of(stage=stage, target="neurology", asks=["faster"])
    assert "hurries" not in _said(plan)


@pytest.mark.parametrize("school", ["md", "do"])
@pytest.mark.parametrize("target", ["plastic_surgery", "psychiatry", "emergency_medicine"])
def test_a_match_that_is_missed_is_said_first(plan_of: Callable[..., Plan], school: str, target: str) -> None:
    """Who has sent no application and wants this Match hears first that it is out, and no step is dated for it."""
    profile = {"stage": f"{school}_year_4", "school": school, "target": target, "season_year": 2028}
    plan = plan_of(**profile, wishes=["running_match", "gap_year"], undone=["eras_application"])
    assert [problem.id for problem in plan.problems] == ["season_missed", "match_and_year_off"]
    match = plan.step("match_day")
    assert match is not None
    assert (match.start.year, match.others) == (2028, ())
    assert plan_of(**profile).problems == ()


@pytest.mark.parametrize("target", ["diagnostic_radiology", "pathology", "general_surgery"])
def test_who_leaves_the_phd_goes_back_to_school(plan_of: Callable[..., Plan], target: str) -> None:
    """The clinical years that are left stand in the plan, with their length, before the Match."""
    plan = plan_of(stage="md_year_2", school="md", target=target, wishes=["left_phd"], done=["step_1"])
    school, match = plan.step("medical_school"), plan.step("match_day")
    assert school is not None
    assert match is not None
    assert (school.years, school.start.year, school.end.year) == ("2", 2027, match.start.year)
    usual = plan_of(stage="md_year_2", school="md", target=target, done=["step_1"])
    assert usual.step("medical_school") is None


def test_rotations_come_before_the_next_match(plan_of: Callable[..., Plan]) -> None:
    """Who leaves out the running Match has a summer for away rotations; who applies now has them behind him."""
    profile = {"stage": "md_year_4", "school": "md", "target": "orthopaedic_surgery", "graduation_year": 2027}
    away = plan_of(**profile, season_year=2028).step("away_rotations")
    assert away is not None
    assert away.start.year == 2027
    assert plan_of(**profile, done=["eras_application"]).step("away_rotations") is None


@pytest.mark.parametrize("target", ["anesthesiology", "diagnostic_radiology", "general_surgery"])
def test_a_preliminary_year_in_winter_asks_for_help_now(plan_of: Callable[..., Plan], target: str) -> None:
    """In November nobody is told to speak to the director in July, which is past."""
    profile = {"stage": "resident_preliminary", "specialty": "preliminary_surgery", "target": target}
    said = _said(plan_of(**profile))
    assert "now" in said["prelim_now"]
    assert not any("in July that you will reapply" in text for text in said.values())
    assert "prelim_now" not in _said(plan_of(**profile, done=["match_day"]))


def test_another_field_after_a_preliminary_year_ends_as_its_usual_place_does(plan_of: Callable[..., Plan]) -> None:
    """A second-year place that begins at once is a vacancy: advanced places of this Match begin a year later."""
    profile = {"stage": "resident_preliminary", "specialty": "preliminary_surgery", "target": "anesthesiology"}
    assert "4 until 2032" in _said(plan_of(**profile, also=["diagnostic_radiology"]))["also"]


@pytest.mark.parametrize("country", ["Pakistan", "Egypt", "Poland"])
@pytest.mark.parametrize("target", ["internal_medicine", "psychiatry"])
def test_who_asks_for_the_earliest_match_gets_the_one_on_paper(
    plan_of: Callable[..., Plan], country: str, target: str
) -> None:
    """Without any Step the Match after the next one is possible on paper: it stands there for who asks."""
    profile = {"stage": "img_student", "school": "img", "country": country, "graduation_year": 2027, "target": target}
    usual, earliest = plan_of(**profile), plan_of(**profile, wishes=["fast"])
    matches = earliest.step("match_day"), usual.step("match_day")
    first, other = ({step.start.year, *(start.year for start, _ in step.others)} for step in matches if step)
    assert first == {2028, 2029}
    assert other == {2029, 2030}
    assert "img_two_seasons_exams" in _said(earliest)


@pytest.mark.parametrize(("graduation", "told"), [(2027, "us_observing"), (2030, "us_electives_ahead")])
def test_electives_are_for_those_who_are_students_then(
    plan_of: Callable[..., Plan], graduation: int, told: str
) -> None:
    """Who graduates before the summer of his application is told of observerships, not of electives in it."""
    profile = {"stage": "img_student", "school": "img", "country": "Poland", "target": "pediatrics"}
    said = _said(plan_of(**profile, graduation_year=graduation))
    assert {"us_observing", "us_electives", "us_electives_ahead"} & set(said) == {told}


@pytest.mark.parametrize("month", range(1, 13))
def test_the_month_of_a_degree_abroad_is_kept(plan_of: Callable[..., Plan], month: int) -> None:
    """The degree is dated as it is told, and no residency begins before it."""
    profile = {"stage": "img_student", "school": "img", "country": "Ireland", "target": "neurology"}
    plan = plan_of(**profile, graduation_year=2029, graduation_month=month)
    degree, residency = plan.step("medical_degree"), plan.step("residency")
    assert degree is not None
    assert residency is not None
    assert (degree.start.year, degree.start.month) == (2029, month)
    assert all(start > degree.end for start in (residency.start, *(start for start, _ in residency.others)))
