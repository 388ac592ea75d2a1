"""What a conversation knows of a person already, and what a plan adds to it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from medpath.language.profile import PLACE, Profile, merged
from medpath.planning.person import Person
from medpath.planning.reading import PersonReader
from medpath.planning.reading.naming import SPECIALTY
from medpath.planning.reading.origin import US

# What a visa slot means for a plan.
_VISAS: dict[str, dict[str, Any]] = {
    "J-1": {"visa": "J-1", "needs_visa": True},
    "H-1B": {"visa": "H-1B", "needs_visa": True},
    "green card": {"status": "green_card", "needs_visa": False},
    "US citizen": {"citizenship": US, "needs_visa": False},
    "needs visa": {"needs_visa": True},
}
_STAGES = {
    **dict.fromkeys(("high", "college", "career", "applicant", "reapplicant"), "premed"),
    "resident": "resident",
    "fellow": "fellow",
    "attending": "physician",
}
_TRAINED = frozenset({"resident", "fellow", "physician"})


def person_from(profile: Profile, reader: PersonReader) -> Person:
    """What the profile tells of a person; the stage is asked, since it has no year there."""
    specialty = _specialty(profile.specialty, reader)
    in_training = profile.stage in _TRAINED
    school = "img" if profile.graduate == "IMG" else (profile.degree or "").lower() or None
    return Person(
        school=school,
        state=profile.state.removeprefix(PLACE).replace("-", "_") if profile.state else None,
        target=None if in_training else specialty,
        specialty=specialty if in_training else None,
        graduation_year=profile.graduation_year if school == "img" else None,
        **_VISAS.get(profile.visa or "", {}),
    )


def _specialty(topic: str | None, reader: PersonReader) -> str | None:
    """The specialty of a plan that a topic of the knowledge file is about."""
    saying = reader.naming.read(reader.profiles.specialties.get(topic or "", ""))
    return next(map(saying.meaning, saying.signs(SPECIALTY)), None)


def profile_with(profile: Profile, person: Person, reader: PersonReader) -> Profile:
    """The profile with what a person has told to a form; what it holds otherwise stays."""
    state = f"{PLACE}{(person.state or '').replace('_', '-')}"
    told = Profile(
        stage=_stage(person),
        degree={"md": "MD", "do": "DO"}.get(person.school or ""),
        graduate="IMG" if person.school == "img" else None,
        visa=next((name for name, means in _VISAS.items() if _holds(person, means)), None),
        state=state if state in reader.profiles.states else None,
        graduation_year=person.graduation_year if _told_graduation(person) else None,
    )
    if person.school == "img" and profile.degree:
        profile = replace(profile, degree=None)
    return merged(profile, told)


def _stage(person: Person) -> str | None:
    stage = person.stage or ""
    if stage.startswith(("md_", "do_", "img_")):
        return None if stage.endswith("_graduate") else "medical student"
    return _STAGES.get(stage.split("_")[0])


def _holds(person: Person, means: dict[str, Any]) -> bool:
    return person.school == "img" and all(getattr(person, name) == value for name, value in means.items())


def _told_graduation(person: Person) -> bool:
    """Whether the year is that of a medical school abroad, which he tells; others follow from the stage."""
    return (person.stage or "").startswith("img_")
