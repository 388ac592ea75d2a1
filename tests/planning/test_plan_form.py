"""What a message tells the form of a plan."""

from __future__ import annotations

from dataclasses import replace

import pytest
from people import TODAY

from medpath.language.profile import Profile
from medpath.planning.conversing.form import PlanForm, open_fields
from medpath.planning.conversing.memory import PlanMemory
from medpath.planning.conversing.profiles import person_from, profile_with
from medpath.planning.conversing.service import plan_adviser
from medpath.planning.person import Person
from medpath.planning.reading import person_reader


@pytest.fixture(scope="module")
def form() -> PlanForm:
    return plan_adviser(TODAY).form


def after(form: PlanForm, *messages: str, profile: Profile = Profile()) -> tuple[list[str], PlanMemory]:  # noqa: B008
    """How each message after the first was taken, and what is known after them."""
    memory, how = form.begun(messages[0], PlanMemory(), profile, TODAY), []
    for text in messages[1:]:
        memory = replace(memory, asked=next(iter(open_fields(memory)), None))
        heard = form.heard(text, memory, TODAY)
        memory = heard.memory
        how.append(heard.how)
    return how, memory


def test_everything_in_one_sentence_leaves_nothing_to_ask(form: PlanForm) -> None:
    """Stage, school and goal told at once are all that is needed."""
    _, memory = after(form, "DO student, third year, want ortho, what do I have to do when?")
    assert open_fields(memory) == ()
    assert (memory.person.stage, memory.person.target) == ("do_year_3", "orthopaedic_surgery")


def test_only_what_is_missing_is_asked(form: PlanForm) -> None:
    """A student abroad is asked about the visa alone."""
    _, memory = after(form, "im a 3rd yr med student in pakistan and want to be a cardiologist in the us, what do i do")
    assert open_fields(memory) == ("needs_visa",)


def test_step_by_step(form: PlanForm) -> None:
    """Short answers, one after another, each to what was asked."""
    how, memory = after(form, "plan", "pgy2", "DO", "IM", "and i want cards")
    assert how == ["told"] * 4
    assert open_fields(memory) == ()
    assert (memory.person.specialty, memory.person.target) == ("internal_medicine", "cardiovascular_disease")


def test_half_an_answer_is_put_together_with_the_next(form: PlanForm) -> None:
    """ "Med student" lacks a year or a country; the next message gives it."""
    how, memory = after(form, "plan", "med student", "pakistan", "i need a visa, cardiology, done in 2028")
    assert how == ["half", "told", "told"]
    assert open_fields(memory) == ()
    assert (memory.person.stage, memory.person.country) == ("img_student", "Pakistan")


@pytest.mark.parametrize("text", ["second", "2nd", "second year", "I'm in my 2nd year", "actually second year"])
def test_a_bare_year_belongs_to_what_was_told(form: PlanForm, text: str) -> None:
    """Who began with "DO student" is in that year of a DO school."""
    how, memory = after(form, "DO student, ortho, what do I have to do when?", text)
    assert (how, memory.person.stage, open_fields(memory)) == (["told"], "do_year_2", ())


@pytest.mark.parametrize(
    "text", ["skip", "skip it please", "pass", "rather not say", "I don't know", "idk", "not sure"]
)
def test_a_field_may_be_skipped(form: PlanForm, text: str) -> None:
    """What somebody does not want to tell or does not know is not asked again."""
    how, memory = after(form, "plan", "finished med school in Egypt, want psych", text)
    assert how == ["told", "skipped"]
    assert "needs_visa" in memory.skipped
    assert "needs_visa" not in open_fields(memory)


def test_the_stage_cannot_be_skipped(form: PlanForm) -> None:
    """Without a stage there is no plan; it stays the question."""
    how, memory = after(form, "make me a plan", "skip", "no idea")
    assert how == ["insisted", "insisted"]
    assert open_fields(memory)[0] == "stage"


def test_not_knowing_the_goal_is_a_goal(form: PlanForm) -> None:
    """Who does not know the specialty yet gets the plan of the undecided."""
    how, memory = after(form, "plan", "m2", "i don't know yet")
    assert how[-1] == "told"
    assert "undecided" in memory.person.wishes
    assert open_fields(memory) == ()


def test_going_back_asks_again(form: PlanForm) -> None:
    """The last answer is taken back and its question asked again; before the first one nothing happens."""
    how, memory = after(form, "plan", "go back", "college junior", "actually, go back please", "college freshman")
    assert how == ["first", "told", "backward", "told"]
    assert memory.person.stage == "college_freshman"


def test_going_back_takes_a_skip_back_too(form: PlanForm) -> None:
    """A skipped field is asked again."""
    _, memory = after(form, "plan", "IMG from India, graduated 2021, psych", "skip", "back")
    assert open_fields(memory) == ("needs_visa",)


@pytest.mark.parametrize("text", ["stop", "cancel that", "never mind", "stop asking me questions", "forget it", "quit"])
def test_the_form_may_be_left(form: PlanForm, text: str) -> None:
    """Nothing is asked any more, and what was told is kept for another time."""
    how, memory = after(form, "plan", "college junior", text)
    assert how[-1] == "stopped"
    assert open_fields(memory) == ()
    assert form.begun("plan", memory, Profile(), TODAY).person.stage == "college_junior"


def test_a_correction_replaces_what_was_told(form: PlanForm) -> None:
    """Whatever is asked, "actually" changes what was said before."""
    _, memory = after(form, "plan", "third year MD student", "actually I'm a DO student", "derm")
    assert (memory.person.stage, memory.person.target) == ("do_year_3", "dermatology")


def test_a_question_in_between_is_no_answer(form: PlanForm) -> None:
    """It is handed on, and what is known stays as it is."""
    memory = replace(form.begun("college junior, plan", PlanMemory(), Profile(), TODAY), asked="target")
    heard = form.heard("how long is dermatology residency?", memory, TODAY)
    assert (heard.how, heard.question) == ("nothing", "how long is dermatology residency?")
    assert heard.memory == memory


@pytest.mark.parametrize(
    "text", ["whats the difference between j1 and h1b?", "what's a j1", "do i need a visa for that?"]
)
def test_a_question_about_what_is_asked_is_no_answer(form: PlanForm, text: str) -> None:
    """Although it names one."""
    says = "med school in Pakistan, third year, cardiology, plan"
    memory = replace(form.begun(says, PlanMemory(), Profile(), TODAY), asked="needs_visa")
    assert form.heard(text, memory, TODAY).memory == memory


def test_an_answer_with_a_question_gives_both(form: PlanForm) -> None:
    """The one is taken, the other handed on."""
    memory = replace(form.begun("college junior, plan", PlanMemory(), Profile(), TODAY), asked="target")
    heard = form.heard("derm, and how long is that residency?", memory, TODAY)
    assert (heard.how, heard.memory.person.target) == ("told", "dermatology")
    assert heard.question == "how long is that residency?"


@pytest.mark.parametrize("text", ["", "?", "asdf qwer", "\U0001f600", "12345", "ǀs0ǀ", "x" * 3000, "please " * 200])
def test_rubbish_is_no_answer(form: PlanForm, text: str) -> None:
    """Whatever is typed, nothing is read out of it and no error comes of it."""
    memory = replace(PlanMemory(), asked="stage")
    heard = form.heard(text, memory, TODAY)
    assert (heard.how, heard.memory.person) == ("nothing", Person())


def test_what_the_profile_tells_is_not_asked(form: PlanForm) -> None:
    """A DO student who said so before is asked for the goal alone."""
    _, memory = after(form, "make me a plan, I'm in third year", profile=Profile(stage="medical student", degree="DO"))
    assert (memory.person.stage, open_fields(memory)) == ("do_year_3", ("target",))


def test_what_is_told_to_the_form_goes_into_the_profile(form: PlanForm) -> None:
    """A later answer can take account of it; what the profile knew besides stays."""
    _, memory = after(form, "plan", "medical school in India, fourth year, J-1, psych")
    profile = profile_with(Profile(attempts=1), memory.person, person_reader())
    assert (profile.stage, profile.graduate, profile.visa, profile.attempts) == ("medical student", "IMG", "J-1", 1)


def test_a_profile_tells_a_person(form: PlanForm) -> None:
    """Topics of the knowledge file become specialties and states of a plan."""
    profile = Profile(stage="premed", degree="DO", specialty="dermatology", state="medical-license-texas")
    person = person_from(profile, person_reader())
    assert (person.school, person.target, person.state) == ("do", "dermatology", "texas")


def test_a_plan_for_a_child_begins_from_nothing(form: PlanForm) -> None:
    """Neither profile nor an earlier plan of the parent is taken for the child's."""
    mine = PlanMemory(person=Person(stage="resident_pgy2", school="md", target="urology"))
    says = "my daughter is a college freshman and wants pediatrics, make her a plan"
    memory = form.begun(says, mine, Profile(degree="DO"), TODAY)
    assert memory.of_another
    assert (memory.person.stage, memory.person.school, memory.person.target) == (
        "college_freshman",
        "none",
        "pediatrics",
    )


def test_the_memory_survives_json(form: PlanForm) -> None:
    """What is written into the slot is read back the same; anything else is an empty memory."""
    _, memory = after(form, "plan", "finished med school in Egypt, want psych", "skip")
    assert PlanMemory.from_dict(memory.as_dict()) == memory
    for rubbish in (None, 3, "x", {}, {"person": {"stage": 4}}, {**memory.as_dict(), "past": [{}]}):
        assert PlanMemory.from_dict(rubbish) == PlanMemory()
