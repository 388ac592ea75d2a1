"""The tags that the conditions of the planning tables name."""

from __future__ import annotations

from collections.abc import Iterator

from medpath.planning.person import Person
from medpath.planning.routes.before_school import hurries_through_college, needs_prerequisites, repair_is_a_choice
from medpath.planning.routes.route import Route, wants_j1
from medpath.planning.routes.situation import Situation
from medpath.planning.tables.records import Training

# international-applicants-to-us-medical-schools/citizenship-not-required
_NO_FEDERAL_LOANS = ("daca", "parole_or_tps_with_ead", "ead", "spouse_work", "pending_green_card", "asylum_pending")
_APPLIES_SOON = 2  # the application of next summer is for a start in two years
_OLD_DEGREE = 8  # within the range of years that schools name: premed-course-planning/old-prerequisites-expire
_FAR = 9999
_MID_NOVEMBER = (11, 15)  # bs-md-ba-md-and-early-assurance/applying-and-requirements
FIRST_CLASS_WITH_C3DO = 2029  # c3do-and-ccv/what-they-are


def tags_of(situation: Situation, route: Route) -> frozenset[str]:
    """What is true of a person on a route.

    stage:, phase:, school:, exams:, region:, country:, state:, citizen:, status:, visa:, wish:, asks:, failed:, done:,
    passed_later:, target:, via:, also:, missing:, repairs:, residency:, current:, fellowship:, match:, applies_by:,
    first_year:, entry:, residency_trait:, fellowship_trait:, route:, class:, parent:, and the plain premed, military,
    gap, matching, training, residency_running, fellowship_ahead, fellowship_running, trained_abroad, has_applied,
    late_season, j1_over_limit and others that name themselves.
    """
    return frozenset((*_of_person(situation), *_of_school(situation, route), *_of_training(situation, route)))


def _of_person(situation: Situation) -> Iterator[str]:
    person, stage = situation.person, situation.stage
    yield from (f"stage:{person.stage}", f"phase:{stage.phase}")
    for name in ("country", "state", "target"):
        if getattr(person, name):
            yield f"{name}:{getattr(person, name)}"
    if person.target:
        yield "target:told"
    if person.via:
        yield f"via:{person.via}"
    if person.citizenship:
        yield f"citizen:{person.citizenship}"
    if person.status:
        yield from (f"status:{person.status}", "status:told")
    if person.status in _NO_FEDERAL_LOANS:
        yield "no_federal_loans"
    yield from (f"wish:{wish}" for wish in person.wishes)
    yield from (f"asks:{kind}" for kind in person.asks)
    if {"difference", "how_long"} & person.asks and person.needs_visa:
        yield "asks:visa_difference"
    yield from (f"failed:{step}" for step in person.failed)
    yield from (f"done:{step}" for step in person.done)
    yield from (f"passed_later:{step}" for step in situation.passed_later)
    yield from _of_wishes(situation)
    yield from _of_numbers(person)
    if person.failed:
        yield "failed:any"
    if (person.failures or 0) > 1 or len(person.failed - {"match_day", "fellowship_match"}) > 1:
        yield "failed_often"
    if person.age is not None:
        yield "age:told"
        yield from ("age:30",) if person.age >= 30 else ()
    if situation.is_premed:
        yield "premed"
    if (situation.today.month, situation.today.day) > _MID_NOVEMBER:
        yield "late_fall"
    if situation.is_military:
        yield "military"
    yield from _visa(situation)


def _of_wishes(situation: Situation) -> Iterator[str]:
    """What he tells of place, length of college and the fields that he considers."""
    person = situation.person
    if person.state:
        yield "state:told"
    if person.place:
        yield "place:told"
    if situation.shared_fields:
        yield "undecided_shared"
    if situation.further:
        yield "target:further"
    if person.college_years:
        yield "short_college"
    if {"keeps_job", "part_time"} & person.wishes:
        yield "beside_work"
    yield from (f"also:{field}" for field in person.also)
    if person.also:
        yield "also:told"
    if len(person.also) > 1:
        yield "also:several"
    if any(training and not training.is_fellowship for training in map(situation.tables.training, person.also)):
        yield "also:residency"


def _of_numbers(person: Person) -> Iterator[str]:
    """What he tells that a remark counts from."""
    told = {"partner": person.partner, "h1b_since": person.h1b_since, "gi_months": person.gi_bill_months}
    yield from (f"{name}:told" for name, value in told.items() if value)


def _visa(situation: Situation) -> Iterator[str]:
    person = situation.person
    listed = ("entry_stopped", "entry_partly")
    yield from (name for name in listed if person.citizenship in situation.tables.countries[name])
    if wants_j1(situation):
        yield "visa:j1"
    if situation.wants_h1b:
        yield "visa:h1b"
    if person.needs_visa:
        yield "visa:needed"
    elif person.needs_visa is False and situation.school == "img" and not _is_citizen(situation):
        yield "visa:not_needed"
    if person.needs_visa and (not person.visa or situation.names_other_visa):
        yield "visa:open"
    if person.visa == "other":
        yield "visa:dependent"
    if person.visa == "B-1/B-2":
        yield "visa:visitor"
    if person.needs_visa is None and person.status is None and situation.school == "img":
        yield "visa:untold"


def _is_citizen(situation: Situation) -> bool:
    return situation.person.citizenship == "US"


def _of_school(situation: Situation, route: Route) -> Iterator[str]:
    yield f"school:{situation.school}"
    yield "exams:comlex" if situation.school == "do" else "exams:usmle"
    yield from (f"region:{name}" for name in situation.tables.countries if situation.is_in(name))
    yield from route.tags
    if situation.is_degree_ahead:
        yield "degree_ahead"
    if situation.is_degree_soon:
        yield "degree_soon"
    if hurries_through_college(situation):
        yield "hurries"
    if situation.is_premed and route.anchors.get("entry", _FAR) - situation.today.year <= _APPLIES_SOON:
        yield "applies_soon"
    if situation.is_premed and situation.today.year - (situation.person.graduation_year or _FAR) >= _OLD_DEGREE:
        yield "old_degree"
    if "md_phd" in situation.person.wishes and situation.stage.phase == "student" and "entry" not in route.anchors:
        yield "route:md_phd_running"
    if needs_prerequisites(situation) and situation.is_premed:
        yield "repairs:grades" if situation.repairs_grades else "missing:prerequisites"
    if situation.is_premed and repair_is_a_choice(situation):
        yield "repairs:choice"
    if situation.stage.id == "applicant":
        yield "applied:medical_school"
    if situation.applies_again:
        yield "applies_again"
    if route.anchors.get("graduation", 0) >= FIRST_CLASS_WITH_C3DO:
        yield "class:c3do"
    if situation.is_trained_abroad:
        yield "trained_abroad"
    ends = route.anchors.get("graduation", _FAR)
    if situation.school == "img" and ends <= situation.year_end and ends < route.anchors.get("match", 0):
        yield "degree_before_applying"
    if situation.school == "img" and situation.year_end < ends < route.anchors.get("match", 0):
        yield "electives_ahead"
    if situation.school == "img" and situation.is_old_graduate:
        yield "old_graduate"
    if situation.school == "img" and _is_citizen(situation):
        yield "us_citizen_abroad"


def _of_training(situation: Situation, route: Route) -> Iterator[str]:
    residency = route.way.residency
    if residency:
        yield from (f"residency:{residency.id}", f"match:{residency.cycle}", f"applies_by:{residency.applies_by}")
        yield f"entry:{residency.first_year}"
        yield from (f"residency_trait:{trait}" for trait in residency.traits)
        yield from (f"parent:{leg.training.after[0]}" for leg in route.legs)
    else:
        yield from ("match:main", "applies_by:eras_application", "residency:open")
    if situation.current:
        yield f"current:{situation.current.id}"
    for leg in route.legs:
        yield from (f"fellowship:{leg.training.id}", f"cycle:{leg.training.cycle}")
        yield from (f"fellowship_trait:{trait}" for trait in leg.training.traits)
    yield from _flags(situation, route)


def _flags(situation: Situation, route: Route) -> Iterator[str]:
    flags = {
        "matching": route.matching,
        "before_training": route.matching and situation.stage.phase not in ("resident", "fellow", "attending"),
        "training": route.matching or route.residency_running,
        "residency_running": route.residency_running,
        "fellowship_running": route.running is not None,
        "fellowship_ahead": bool(route.legs),
        "two_fellowships": len(route.legs) + bool(route.running) > 1,
        "has_applied": situation.has_applied,
        "switching": route.matching and situation.current is not None,
        "leaving": "leave" in route.anchors,
        "year_before_residency": route.anchors.get("leave", _FAR) < route.anchors.get("residency", 0),
        "credited": route.matching and situation.current is not None and _is_credited(route),
        "early_entry": any(leg.training.early_entry for leg in route.legs),
        "applied_for_fellowship": situation.has_applied_for_fellowship,
        "loan_service": situation.serves_for_loans and not route.legs,
        "unmatched": "match_day" in situation.person.failed,
        "place_in_hand": situation.has_place,
        "intern_year_counts": _counts_intern_year(situation, route),
        "degree_in_december": situation.graduates_in_december,
        "shorter_after_current": _is_shortened(situation, route),
        "target:competitive": any("competitive" in training.traits for training in _ahead(route)),
        "waits_for_fellowship": "wait_before_fellowship" in route.lengths,
        "open_target": situation.target is None,
        "waiver_first": not route.legs and not route.matching and "waiver" in route.anchors,
        "exams_missing": "exams_and_certification" in route.lengths,
    }
    yield from (name for name, holds in flags.items() if holds)
    limits = situation.tables.lengths
    years = training_years(route)
    if years > limits["j1_limit"][0]:
        yield "over_seven_years"
    if years > limits["h1b_limit"][0]:
        yield "over_six_years"
    if years == limits["j1_limit"][0]:
        yield "seven_years"
    if years == limits["h1b_limit"][0]:
        yield "six_years"
    if years < limits["j1_limit"][0]:
        yield "under_seven_years"
    if years < limits["h1b_limit"][0]:
        yield "h1b_room"


def _counts_intern_year(situation: Situation, route: Route) -> bool:
    """Whether the residency may take a preliminary year as its first one."""
    residency = route.way.residency
    preliminary = situation.stage.id == "resident_preliminary"
    return preliminary and residency is not None and situation.person.specialty in residency.counts_from


def _is_shortened(situation: Situation, route: Route) -> bool:
    """Whether a fellowship ahead takes less time because of the one that runs."""
    return route.running is not None and any(route.running.id in leg.training.years_after for leg in route.legs)


def _is_credited(route: Route) -> bool:
    """Whether a year of another training saves the first one of the residency."""
    residency = route.way.residency
    return residency is not None and route.lengths["residency"][0] < min(residency.years)


def _ahead(route: Route) -> Iterator[Training]:
    if route.way.residency and route.matching:
        yield route.way.residency
    yield from (leg.training for leg in route.legs)


def training_years(route: Route) -> int:
    """Years of residency and fellowship from the first one on, as a visa counts them."""
    first = route.anchors.get("first_training", route.anchors.get("training"))
    waits = sum(route.lengths.get("wait_before_fellowship", ()))
    job = sum(route.lengths["j1_waiver_job"]) if "waiver_between" in route.tags else 0
    return route.practice - first - waits - job if first else 0
