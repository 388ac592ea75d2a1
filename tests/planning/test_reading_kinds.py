"""What whole kinds of people tell is read whatever the year, the number and the phrase that it is told in."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st
from people import TODAY

from medpath.planning.person import Person
from medpath.planning.reading import read_person
from medpath.planning.reading.years import school_year_end

ORDINALS = {1: "first", 2: "2nd", 3: "third", 4: "4th", 5: "fifth", 6: "6th"}
NUMBERS = {4: "four", 5: "5", 6: "six"}
RUNNING_OF_LENGTH = (
    "I'm in the {ordinal} year of a {length} year medical school in {country}, want {field}",
    "US citizen, {ordinal} year of my {length}-year med program in {country}. {field} back home",
    "american {ordinal}-year student in a {length} year program in {country}, hoping for {field}",
    "{ordinal} year of a {length} year mbbs in {country} and I want {field} in the US",
    "in {ordinal} year at a {length}-year medical university in {country}, {field} please",
    "year {year} of {length} in a medical school in {country}, i want to do {field}",
)


def read(text: str) -> Person:
    return read_person(text, today=TODAY)


@given(
    phrase=st.sampled_from(RUNNING_OF_LENGTH),
    length=st.sampled_from([5, 6]),
    year=st.integers(2, 5),
    country=st.sampled_from(["Romania", "Ireland", "Bulgaria", "Nepal"]),
    field=st.sampled_from(["pediatrics", "neurology"]),
)
@settings(max_examples=40, deadline=None)
def test_the_year_that_runs_is_told_apart_from_the_length(
    phrase: str, length: int, year: int, country: str, field: str
) -> None:
    """The degree follows from the year that runs and the length that is told, not from the length alone."""
    told = {"ordinal": ORDINALS[year], "length": NUMBERS[length], "year": year, "country": country, "field": field}
    person = read(phrase.format(**told))
    assert (person.stage, person.graduation_year) == ("img_student", school_year_end(TODAY) + length - year)


BEGUN_COLLEGE = (
    "{job}, {credits} college credits from all over, want {field}",
    "I'm a {job} with {credits} credits and I want to do {field}",
    "{job} here, left college with {credits} credit hours, thinking about {field}",
    "was a {job} for years, have about {credits} semester hours. {field} is the goal",
    "{job}, {credits} community college credits, no idea how to get to {field}",
    "{job}. got {credits}+ transfer credits, want to become a doctor in {field}",
)


@given(
    phrase=st.sampled_from(BEGUN_COLLEGE),
    job=st.sampled_from(["navy corpsman", "firefighter", "army medic", "truck driver"]),
    credits=st.integers(24, 118),
    field=st.sampled_from(["family medicine", "emergency medicine"]),
)
@settings(max_examples=40, deadline=None)
def test_credits_without_a_degree_leave_the_degree_ahead(phrase: str, job: str, credits: int, field: str) -> None:
    """Who tells credits and no degree has college to finish, the sooner the more credits he has."""
    person = read(phrase.format(job=job, credits=credits, field=field))
    assert "bachelor_degree" in person.undone
    assert person.college_years == max(2, -(-(120 - credits) // 30))


AT_AN_AGE = (
    "I'm {own}, college sophomore, want to be a {who} by {wanted}",
    "{own} year old junior in college, must be a {who} before {wanted}",
    "college freshman, {own}, hoping to be practicing as a {who} when I'm {wanted}",
    "premed sophomore, i am {own} and i want to be a {who} at age {wanted}",
    "{own}, college senior. I need to finish and be a {who} by the time I turn {wanted}",
    "college junior ({own}), my goal: {who} by age {wanted}",
)


@given(
    phrase=st.sampled_from(AT_AN_AGE),
    own=st.integers(18, 23),
    wanted=st.integers(25, 40),
    who=st.sampled_from(["neurosurgeon", "pediatrician", "radiologist"]),
)
@settings(max_examples=40, deadline=None)
def test_an_age_that_is_wanted_is_not_the_own_one(phrase: str, own: int, wanted: int, who: str) -> None:
    """The age at which somebody wants to be there tells the year, his own stays what it is."""
    person = read(phrase.format(own=own, wanted=wanted, who=who))
    assert (person.age, person.by_year) == (own, TODAY.year + wanted - own)


NOT_APPLIED = (
    "{who}, didn't send in ERAS because of family stuff. Want to match {field} this March",
    "{who} and I never submitted my application, still want to match {field} this year",
    "{who}, missed the ERAS deadline because of illness, hoping to match into {field} in March",
    "{who}, did not get around to sending ERAS. want {field} this march",
    "{who}. I haven't put in my application yet, hoping to match {field} this spring",
    "{who}, never applied to residency this fall but want to match in {field} this season",
)


@given(
    phrase=st.sampled_from(NOT_APPLIED),
    who=st.sampled_from(["MS4", "OMS-4", "M4 at an MD school"]),
    field=st.sampled_from(["plastics", "psychiatry", "ortho", "EM"]),
)
@settings(max_examples=40, deadline=None)
def test_who_has_not_applied_is_planned_for_the_next_match(phrase: str, who: str, field: str) -> None:
    """An application that was not sent means the next round, however much this one is wished."""
    person = read(phrase.format(who=who, field=field))
    assert person.season_year == school_year_end(TODAY) + 1
    assert "running_match" in person.wishes
    assert "eras_application" not in person.done


LEAVES_PHD = (
    "MD/PhD year {year}, want to drop the PhD and return to MS3. {field}",
    "{ordinal} year MD/PhD student, thinking of quitting the phd and going back to the clinics, want {field}",
    "MSTP year {year}, leaving the phd and going back to third year, want {field}",
    "I'm in the {ordinal} year of an MSTP, want to master out and go back to the wards, {field}",
    "year {year} in an MD-PhD program, bailing on the PhD, want {field}",
)


@given(phrase=st.sampled_from(LEAVES_PHD), year=st.integers(3, 6), field=st.sampled_from(["pathology", "neurology"]))
@settings(max_examples=30, deadline=None)
def test_who_leaves_the_phd_has_two_years_of_school_ahead(phrase: str, year: int, field: str) -> None:
    """The years of the program count the PhD too, so that they tell no year of medical school."""
    person = read(phrase.format(year=year, ordinal=ORDINALS[year], field=field))
    assert (person.stage, person.graduation_year) == ("md_year_2", school_year_end(TODAY) + 2)
    assert "left_phd" in person.wishes


@given(
    phrase=st.sampled_from(
        (
            "Final year MBBS in Lahore, want {field}. What is the earliest match I can go for and when USCE",
            "MBBS final year in Dhaka, {field} in the US, which is the earliest season and do I need USCE",
            "I'm a final year medical student in Egypt, want {field}, earliest possible match? where do i get USCE",
            "last year mbbs, Nepal. {field}. earliest i can match, and how to get observerships",
            "final year of mbbs in India, I want {field}, soonest match please, how do I find observerships",
        )
    ),
    field=st.sampled_from(["psychiatry", "pediatrics"]),
)
@settings(max_examples=10, deadline=None)
def test_experience_that_is_asked_about_is_not_behind(phrase: str, field: str) -> None:
    """A question about clinical experience in the US tells that none is there yet."""
    person = read(phrase.format(field=field))
    assert "us_clinical_experience" not in person.done
    assert "fast" in person.wishes


@given(
    phrase=st.sampled_from(
        (
            "Final year MBBS in Lahore, graduate {month} 2029, want {field}",
            "medical student in Poland graduating in {month} 2029, {field} in the US",
            "medical student in Egypt, I finish in {month} 2029, want {field}",
            "MBBS student in India, will graduate early {month} 2029. {field}",
            "medical student in Romania, my degree comes in {month} of 2029, hoping for {field}",
        )
    ),
    month=st.sampled_from(["January", "Feb", "march", "June", "September"]),
    field=st.sampled_from(["psychiatry", "pediatrics"]),
)
@settings(max_examples=25, deadline=None)
def test_the_month_of_a_degree_is_read(phrase: str, month: str, field: str) -> None:
    """A school abroad may end in any month."""
    person = read(phrase.format(month=month, field=field))
    assert person.graduation_month == {"jan": 1, "feb": 2, "mar": 3, "jun": 6, "sep": 9}[month.lower()[:3]]


@given(
    exam=st.sampled_from([("step 1", "step_1"), ("Level 1", "comlex_level_1"), ("step 2 ck", "step_2_ck")]),
    when=st.sampled_from(["", " in october", " last month", " three weeks ago", " on may 4", " this summer"]),
    tells=st.sampled_from([" and FAILED", ", failed", " and then i flunked", " but did not pass"]),
)
@settings(max_examples=40, deadline=None)
def test_an_exam_that_was_taken_and_failed_is_no_exam_behind(exam: tuple[str, str], when: str, tells: str) -> None:
    """Whatever stands between the exam and how it ended; what else somebody failed is no failed exam."""
    name, step = exam
    failed = read(f"third year student, took {name}{when}{tells}. still want surgery")
    assert step in failed.failed
    assert step not in failed.done
    other = read(f"third year student, took {name}{when} and failed a shelf. still want surgery")
    assert step not in other.failed


@given(booked=st.sampled_from(["booked for 20 feb", "booked in march", "booked 3 april"]))
@settings(max_examples=5, deadline=None)
def test_an_exam_that_is_booked_is_not_taken(booked: str) -> None:
    """Also right behind one that is passed."""
    person = read(f"graduated from a medical school in Lahore in 2024, step 1 passed, step 2 ck {booked}")
    assert "step_1" in person.done
    assert "step_2_ck" not in person.done


NO_EXCHANGE_VISA = (
    "cannot take a J-1",
    "don't want a J-1",
    "not eligible for J1",
    "J1 is not an option for me",
    "avoiding the J-1",
)


@given(phrase=st.sampled_from(NO_EXCHANGE_VISA), field=st.sampled_from(["neurology", "pediatrics"]))
@settings(max_examples=10, deadline=None)
def test_who_rules_out_the_j1_is_not_planned_for_with_it(phrase: str, field: str) -> None:
    """What is left is the H-1B."""
    person = read(f"img from Nepal, graduated 2024, step 1 passed, {phrase}, want {field}")
    assert (person.visa, person.needs_visa) == ("H-1B", True)


NO_STAGE_BUT_EXAMS = (
    "passed step 1, class of {year}, {field}",
    "failed step 1 once then passed, graduating {year}, want {field}",
    "{field}. DO school, level 1 done, graduating in {year}",
    "caribbean, graduating may {year}, {field}",
)


@given(
    phrase=st.sampled_from(NO_STAGE_BUT_EXAMS),
    ahead=st.integers(-3, 2),
    field=st.sampled_from(["psychiatry", "pediatrics"]),
)
@settings(max_examples=40, deadline=None)
def test_exams_or_a_school_and_the_year_of_graduation_tell_the_stage(phrase: str, ahead: int, field: str) -> None:
    """Who tells them studies until then, or has graduated."""
    end = school_year_end(TODAY)
    person = read(phrase.format(year=end + ahead, field=field))
    stage = person.stage or ""
    assert stage.endswith("_graduate") == (ahead < 0)
    if ahead >= 0:
        assert stage in ("img_student", f"{person.school or 'md'}_year_{4 - ahead}")


WITHOUT_SCIENCES = (
    "{age}, just finished my {degree} degree, want {field}",
    "{degree} BA, {age}, graduated college in 2024, hoping for {field}",
    "college graduate, degree in {degree}, {age}, {field} please",
)


@given(
    phrase=st.sampled_from(WITHOUT_SCIENCES),
    degree=st.sampled_from(["english", "history", "computer science", "business", "music"]),
    age=st.integers(23, 45),
    field=st.sampled_from(["neurosurgery", "family medicine"]),
)
@settings(max_examples=40, deadline=None)
def test_a_degree_without_sciences_has_them_ahead(phrase: str, degree: str, age: int, field: str) -> None:
    """They are missing unless courses or the MCAT are told."""
    said = phrase.format(degree=degree, age=age, field=field)
    assert "prerequisites" in read(said).undone
    assert "prerequisites" not in read(f"{said}. all prereqs done").undone


def test_a_fellowship_asked_for_is_not_one_that_runs() -> None:
    """Whoever asks whether he can do one now is in none."""
    for says in (
        "family medicine attending for 6 years, want sports medicine. can i do fellowship now",
        "hospitalist 4 years, IM, could I still do fellowship now in cardiology?",
    ):
        assert read(says).stage == "attending"


def test_a_field_that_follows_on_a_fellowship_is_the_aim() -> None:
    """The last of a chain is what somebody wants, of two side by side the first."""
    chain = read("final year mbbs in Pakistan, internal medicine then cardiology and after that interventional")
    assert chain.target == "interventional_cardiology"
    assert read("MS2 MD, GI then transplant hepatology").target == "transplant_hepatology"
    assert read("MS3 MD, cardiology or electrophysiology").target == "cardiovascular_disease"


def test_places_are_read_with_their_accents_and_without() -> None:
    """São Paulo is Sao Paulo."""
    for with_accents, plain in (("São Paulo", "Sao Paulo"), ("Türkiye", "Turkiye"), ("Curaçao", "Curacao")):
        said = "graduated from medical school in {} in 2019, want psychiatry in the US"
        assert read(said.format(with_accents)) == read(said.format(plain))
        assert read(said.format(plain)).country
