"""Plans of people who tell more than a stage and a goal."""

from __future__ import annotations

from collections.abc import Callable

from medpath.planning.plan import Plan


def _said(plan: Plan) -> dict[str, str]:
    return {remark.id: remark.text for remark in plan.remarks}


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
