"""Where a person stands today: his stage, his school, what lies behind, which trainings are meant."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

from medpath.errors import PlanningError
from medpath.planning.person import Person
from medpath.planning.tables.records import Further, StageRow, Tables, Training

OLD_AFTER_YEARS = 5  # the usual cutoff of programs: international-medical-graduates/year-of-graduation
SCHOOL_YEAR_BEGINS, LAST_GOOD_MONTH_TO_APPLY = 7, 9
PREMED_PHASES = ("high_school", "college", "post_college")
OPEN = "open"
_US_ROTATIONS = "us_rotations"
_SERVICE = frozenset({"military", "hpsp", "usu"})


@dataclass(frozen=True)
class Situation:
    """A person on a day, with what his stage means."""

    person: Person
    today: date
    tables: Tables
    stage: StageRow

    @property
    def year_end(self) -> int:
        """The calendar year in which the running academic year ends."""
        return self.today.year + (self.today.month >= SCHOOL_YEAR_BEGINS)

    @property
    def is_premed(self) -> bool:
        """Whether medical school lies ahead."""
        return self.stage.phase in PREMED_PHASES

    @property
    def school(self) -> str:
        """md, do, img, or open where it is not settled."""
        told = self.person.school if self.person.school in ("md", "do", "img") else ""
        return self.stage.school or told or self._usual_school

    @property
    def _usual_school(self) -> str:
        """What is taken for the school: open before it, but for a place in hand; who trains and needs a visa comes from
        abroad."""
        if self.is_premed:
            return "md" if self.has_bs_md_place else OPEN
        return "img" if self.person.needs_visa and self.stage.phase in ("resident", "fellow", "attending") else "md"

    @property
    def school_length(self) -> str:
        """The row of lengths that his medical school takes."""
        if self.school != "img" and self.person.wishes & {"three_year_md", "accelerated"}:
            return "three_year_md"
        asks_for_shortcut = "bridge" in self.person.wishes or "faster" in self.person.asks
        if self.school in ("do", OPEN) and "has_pa" in self.person.wishes and asks_for_shortcut:
            return "pa_pathway"
        if self.school != "img":
            return "medical_school_do" if self.school == "do" else "medical_school_md"
        return "medical_school_md" if self.is_in(_US_ROTATIONS) else "medical_school_abroad"

    @property
    def is_military(self) -> bool:
        """Whether the armed forces are to pay for school."""
        wishes = self.person.wishes
        if {"gmo_now", "leaves_service"} <= wishes:
            return False  # who leaves owes nothing any more
        serves = self.stage.id == "career_changer_military" and "gi_bill" not in wishes  # which is earned already
        wished = bool(wishes & _SERVICE) or serves
        return wished and not self.is_barred_from_service

    @property
    def is_barred_from_service(self) -> bool:
        """Whether he is no US citizen, to whom alone the armed forces pay for school."""
        person = self.person
        foreign = person.citizenship not in (None, "US") or person.status not in (None, "citizen")
        return bool(person.needs_visa) or foreign

    @property
    def wishes_barred_service(self) -> bool:
        """Whether somebody wants the armed forces to pay who cannot have it."""
        return bool(self.person.wishes & _SERVICE) and self.is_barred_from_service

    @property
    def serves_for_loans(self) -> bool:
        """Whether somebody in or after a primary care residency wants his loans repaid for work in a shortage area."""
        trained = self.current if self.stage.phase in ("resident", "attending") else None
        return "nhsc" in self.person.wishes and trained is not None and "primary_care" in trained.traits

    @property
    def next_season(self) -> int:
        """The first Match that can still be applied for in time."""
        return self.today.year + (2 if self.today.month > LAST_GOOD_MONTH_TO_APPLY else 1)

    @property
    def wants_h1b(self) -> bool:
        """Whether he names the H-1B as his visa."""
        return "H1B" in (self.person.visa or "").upper().replace("-", "").replace(" ", "")

    @property
    def trains_on_h1b(self) -> bool:
        """Whether a graduate from abroad is in training on an H-1B, and does not only wish for one."""
        in_training = self.stage.phase in ("resident", "fellow")
        return in_training and self.school == "img" and self.wants_h1b and "h1b_after_j1" not in self.person.wishes

    @property
    def has_applied(self) -> bool:
        """Whether his application for residency is out."""
        return bool({"eras_application", "residencycas_application", "sf_match_application"} & self.person.done)

    @property
    def applies_again(self) -> bool:
        """Whether an application to medical school failed, or is supposed to fail."""
        supposed = "no_acceptance" in self.person.wishes and self.is_premed and self.stage.id != "applicant"
        return self.stage.id == "reapplicant" or supposed

    @property
    def matches_preliminary_only(self) -> bool:
        """Whether a student supposes that the Match gives him a preliminary year alone."""
        return "prelim_only" in self.person.wishes and self.stage.phase == "student"

    @property
    def repairs_grades(self) -> bool:
        """Whether weak college grades come first: very low ones, or low ones where courses are asked about."""
        wishes = self.person.wishes
        low = "very_low_gpa" in wishes or {"low_gpa", "grade_repair"} <= wishes
        repaired = "grades_repaired" in wishes
        return low and not repaired and self.stage.phase == "post_college" and self.stage.id != "applicant"

    @property
    def has_applied_for_fellowship(self) -> bool:
        """Whether his application for a fellowship ahead is out; what a fellow has sent was for the one that runs."""
        sent = {"fellowship_application", "fellowship_match"} & self.person.done
        return bool(sent) and self.stage.phase != "fellow"

    @property
    def is_degree_ahead(self) -> bool:
        """Whether somebody who changes his career has no bachelor's degree yet."""
        person = self.person
        if not self.stage.id.startswith(("career_changer", "college_graduate")) or "bachelor_degree" in person.done:
            return False
        told = person.graduation_year is not None and person.graduation_year >= self.year_end
        return (told or "bachelor_degree" in person.undone) and not self.is_degree_soon

    @property
    def is_degree_soon(self) -> bool:
        """Whether somebody who changes his career gets his bachelor's degree at the end of the running school year."""
        changes = self.stage.id.startswith(("career_changer", "college_graduate"))
        finished = "bachelor_degree" in self.person.done
        return changes and not finished and self.person.graduation_year == self.year_end

    @property
    def names_other_visa(self) -> bool:
        """Whether the visa that he names is for school, a visit or a spouse, so that the one for residency is open."""
        named = (self.person.visa or "").upper().replace("-", "").replace(" ", "")
        return named in ("F1", "F1OPT", "OPT", "STUDENT", "OTHER", "B1/B2")

    @cached_property
    def current(self) -> Training | None:
        """The training that he is in or has finished; None before it and in a preliminary year."""
        trainee = self.stage.phase in ("resident", "fellow", "attending")
        told = self.tables.training(self.person.specialty) if trainee else None
        if told and self.stage.phase == "fellow":
            return self._running_fellowship(told)
        if told or not trainee or self.stage.id == "resident_preliminary":
            return told
        target = self.target
        if target is None or not target.is_fellowship or self.stage.phase == "fellow":
            return target
        while target.is_fellowship:
            target = self.tables.trainings[target.after[0]]
        return target

    def _running_fellowship(self, told: Training) -> Training:
        """A fellow who names his residency is in the first fellowship on the way to his target."""
        here, target = told, self.target
        while not told.is_fellowship and target is not None and target.is_fellowship:
            here, target = target, self.tables.trainings[target.after[0]]
        return here

    @property
    def lacks_specialty(self) -> bool:
        """Whether neither the training that goes on nor the one that is wanted is told."""
        person = self.person
        nothing_told = person.specialty is None and person.target is None
        fellow = self.stage.phase == "fellow" and self.current is not None and not self.current.is_fellowship
        return self.stage.id != "resident_preliminary" and (nothing_told or (fellow and self.target is None))

    @property
    def target(self) -> Training | None:
        """What he wants to be trained in; before a field of unknown length, the training that it follows."""
        if shared := self.shared_fields:
            return shared[0]
        if self.person.target is None and self.is_trained_abroad and len(self.person.also) == 1:
            return self.tables.training(next(iter(self.person.also)))  # a specialist from abroad wants his own field
        further = self.further
        return self.tables.training(self._before(further)) if further else self.tables.training(self.person.target)

    @property
    def shared_fields(self) -> tuple[Training, ...]:
        """The fellowships that somebody undecided names, where they follow the same residency, are applied for in the
        same round and take as long."""
        person = self.person
        fields = [self.tables.training(name) for name in sorted(person.also)]
        named = tuple(field for field in fields if field is not None and field.is_fellowship)
        open_still = person.target is None and "undecided" in person.wishes and len(fields) > 1
        alike = len({(field.after[0], field.cycle, field.years) for field in named}) == 1
        return named if open_still and alike and len(named) == len(fields) else ()

    @property
    def further(self) -> Further | None:
        """The field that he wants after the training that the plan leads to."""
        return self.tables.further.get(self.person.target or "")

    def _before(self, further: Further) -> str:
        """The training before it that the residency leads to which he is in or wants, else the usual one."""
        own = {self.person.via, self.person.specialty}
        fits = (name for name in further.after if own & {name, *self.tables.trainings[name].after})
        return next(fits, further.after[0])

    @property
    def via(self) -> Training | None:
        """The training that he wants to go through."""
        return self.tables.training(self.person.via)

    @property
    def behind(self) -> frozenset[str]:
        """The steps that he does not have to take any more."""
        done = self.person.done | set(self.stage.behind)
        if self.school == "img" and done & {"step_1", "step_2_ck"}:
            done = done | {"ecfmg_application"}  # nobody from abroad can register for a Step without it
        if self.trains_on_h1b:
            done = done | {"step_3"}  # the petition needs it: h-1b-visa-for-residency/step-3-and-timing
        if self.is_degree_ahead:
            done = done - {"bachelor_degree", "prerequisites"}
        if self.is_degree_soon:
            done = done - {"bachelor_degree"}
        if self.repairs_grades:
            done = done - {"prerequisites"}
        if self.is_premed and "mcat_retake_asked" in self.person.wishes:
            done = done - {"mcat"}
        if self.waits_for_next_match:
            done = done - {"away_rotations"} | (self.person.done & {"away_rotations"})
        if self.returns_from_phd:
            done = done - {"medical_school"}
        return done - (self.person.failed - self.passed_later) - self.person.undone

    @property
    def waits_for_next_match(self) -> bool:
        """Whether a student of the last year leaves out the running Match: a summer for rotations lies ahead."""
        last_year = self.stage.phase == "student" and self.stage.ends_in == 0
        return last_year and not self.has_applied and (self.person.season_year or 0) > self.year_end

    @property
    def returns_from_phd(self) -> bool:
        """Whether an MD-PhD student leaves the PhD, so that the clinical years of medical school lie ahead."""
        return self.stage.phase == "student" and "left_phd" in self.person.wishes and (self.stage.ends_in or 0) > 1

    @property
    def passed_later(self) -> frozenset[str]:
        """The steps that failed at first and are passed since."""
        return self.person.failed & self.person.done

    @property
    def graduates_in_december(self) -> bool:
        """Whether a student gets the degree at the end of a year: the Match of the March after it is his."""
        student = self.stage.phase == "student" and not self.stage.id.endswith("_accepted")
        return student and "december_graduation" in self.person.wishes

    @property
    def has_bs_md_place(self) -> bool:
        """Whether somebody in high school or college has a place in a program that leads through medical school."""
        return "bs_md_place" in self.person.wishes and self.stage.phase in ("high_school", "college")

    @property
    def bs_md_years(self) -> tuple[int, ...]:
        """The lengths of the BS/MD program of somebody who is not in medical school: the one that he tells, else the
        usual one."""
        told = self.person.program_years if self.is_premed else None
        return (told,) if told else self.tables.lengths["bs_md"][:1]

    @property
    def has_place(self) -> bool:
        """Whether somebody in a preliminary year has the place that follows it."""
        return self.stage.id == "resident_preliminary" and "match_day" in self.person.done

    def is_in(self, region: str) -> bool:
        """Whether the country of his school lies in a region of countries.yml."""
        if region == _US_ROTATIONS and self.person.country in (None, "US") and "caribbean" in self.person.wishes:
            return True
        return self.person.country in self.tables.countries.get(region, frozenset())

    @property
    def is_old_graduate(self) -> bool:
        """Whether he graduated longer ago than many programs like."""
        year = self.person.graduation_year
        long_ago = "long_practice" in self.person.wishes or (
            year is not None and self.today.year - year > OLD_AFTER_YEARS
        )
        return self.stage.phase == "graduate" and long_ago

    @property
    def is_trained_abroad(self) -> bool:
        """Whether he finished a residency outside the US."""
        abroad = {"trained_abroad", "foreign_residency"} & self.person.wishes or "residency" in self.person.done
        return self.school == "img" and self.stage.phase == "graduate" and bool(abroad or self.person.specialty)


def situation_of(person: Person, today: date, tables: Tables) -> Situation:
    """Where a person stands; raises PlanningError for a stage that stages.yml does not have."""
    stage = tables.stages.get(person.stage or "")
    if stage is None:
        raise PlanningError(f"The stage {person.stage!r} is not known. Give one of {', '.join(tables.stages)}.")
    person = _with_visa(person)
    works_here = person.h1b_since is not None
    practices_abroad = stage.id == "attending" and person.school == "img" and person.needs_visa and not works_here
    return Situation(person, today, tables, tables.stages["img_graduate"] if practices_abroad else stage)


def _with_visa(person: Person) -> Person:
    """A citizen of another country who tells neither a status nor more of it needs a visa."""
    foreign = person.citizenship not in (None, "US") and person.status is None
    return replace(person, needs_visa=True) if foreign and person.needs_visa is None else person
