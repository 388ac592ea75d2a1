"""Who asks for a plan, as far as he told it."""

from __future__ import annotations

from dataclasses import dataclass

# In the order of the way; what a person in training abroad is stands beside it (`school`).
STAGES = (
    *("high_school", "high_school_senior", "college_freshman", "college_sophomore", "college_junior", "college_senior"),
    *(
        "college_graduate",
        "career_changer",
        "career_changer_nurse",
        "career_changer_military",
        "applicant",
        "reapplicant",
    ),
    *("md_accepted", "md_year_1", "md_year_2", "md_year_3", "md_year_4", "md_graduate"),
    *("do_accepted", "do_year_1", "do_year_2", "do_year_3", "do_year_4", "do_graduate"),
    *("img_accepted", "img_student", "img_graduate"),
    *("resident_preliminary", "resident_pgy1", "resident_pgy2", "resident_pgy3", "resident_pgy4", "resident_pgy5"),
    *("fellow", "attending"),
)
BEFORE_MEDICAL_SCHOOL = STAGES[: STAGES.index("md_accepted")]
SCHOOLS = ("none", "md", "do", "img")
ASKS = (
    *("too_old", "counts_training", "faster", "start_over", "chances"),
    *("cost", "no_visa", "difference", "when_apply", "how_long"),
    *("major", "commit", "required", "aways", "usmle_for_do", "quit", "old_courses"),
    *("too_young", "community_college", "third_time", "offshore", "missed_deadline"),
    *("few_interviews", "this_summer", "this_year", "work_meanwhile", "waiver", "first_exam"),
    *("research_year", "visa_choice", "step_3_now", "postbac_or_masters", "each_year", "lose_place"),
    *("intern_year", "counts_as_us", "travel", "later_training", "is_gone"),
    *("skip_exams", "tn_visa"),
    *(
        "near_somebody",
        "np_or_md",
        "oet",
        "how_old",
        "early_assurance",
        "no_match",
        "backup_rank",
        "no_residency",
        "family_story",
        "savings",
    ),
)


@dataclass(frozen=True)
class Person:
    """What a person told of himself and of his goal; None is what he did not tell.

    `stage` is one of STAGES, `school` one of SCHOOLS: the kind of medical school he is in, was in or wants to go to.
    `target` and `specialty` (the one he trains in now) are ids of data/planning; `via` is a specialty that he wants to
    go through. Years are calendar years: `start_year` and `graduation_year` belong to the school of his stage (high
    school, college, medical school), for residents and graduates `graduation_year` is that of medical school.
    `by_year` is the year in which he wants to practice. `done` and `failed` are names of steps; `wishes` names choices
    that change the way (gap_year, no_gap_year, chief_year, md_phd, bs_md, research_year, military, part_time,
    undecided, fast, cheap, …). `undone` are steps of which he says that they are not behind him; `school_year` is the
    year of medical school that he is in (1 is the first) and `gap_years` how many he takes. `asks` are the
    questions of ASKS that he puts. `season_year` is the year of the Match that he names, `program_years` the length
    of his residency program or, before medical school, of his BS/MD program, `limit_years` how many years more he is
    willing to give it. `also` are specialties that he considers beside his target (a backup, a later wish, others of
    an undecided one), `failures` is how often he failed the exam in `failed` if he tells it. `college_years` is how
    many years of college lie ahead of somebody in high school or without a degree, if he tells it, `courses_end` the
    year in which a post-bac or other courses end.
    `graduation_month` is the month of the degree of somebody at a school abroad. `entry_year` is the year in which he
    wants to start medical school, `h1b_since` the year since which he has been on an H-1B, `gi_bill_months` what is
    left of his GI Bill, `partner` the field of the one with whom he goes into the Match. `place` is the city or state
    where he wants to be, as he writes it.
    """

    stage: str | None = None
    school: str | None = None
    country: str | None = None
    citizenship: str | None = None
    needs_visa: bool | None = None
    visa: str | None = None
    status: str | None = None
    target: str | None = None
    via: str | None = None
    specialty: str | None = None
    state: str | None = None
    start_year: int | None = None
    graduation_year: int | None = None
    residency_start_year: int | None = None
    residency_end_year: int | None = None
    age: int | None = None
    by_year: int | None = None
    done: frozenset[str] = frozenset()
    failed: frozenset[str] = frozenset()
    wishes: frozenset[str] = frozenset()
    undone: frozenset[str] = frozenset()
    school_year: int | None = None
    gap_years: int | None = None
    asks: frozenset[str] = frozenset()
    season_year: int | None = None
    program_years: int | None = None
    limit_years: int | None = None
    also: frozenset[str] = frozenset()
    failures: int | None = None
    college_years: int | None = None
    courses_end: int | None = None
    graduation_month: int | None = None
    entry_year: int | None = None
    h1b_since: int | None = None
    gi_bill_months: int | None = None
    partner: str | None = None
    place: str | None = None
