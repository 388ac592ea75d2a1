"""Whether a freshman, sophomore, junior or senior is one of high school or of college."""

from __future__ import annotations

from dataclasses import replace

from medpath.planning.reading.standing import Standing
from medpath.planning.reading.wording import ReadingWording

# By how many years high school goes on after this one, and how old somebody in that year is at most.
_IN_HIGH_SCHOOL = {
    "college_senior": (0, 18),
    "college_junior": (1, 17),
    "college_sophomore": (2, 16),
    "college_freshman": (3, 15),
}
_SENIOR = "college_senior"
_GROWN_UP = 20


def placed(standing: Standing, text: str, age: int | None, wording: ReadingWording) -> Standing:
    """A year that both schools have, put where words or the age say; a senior without either stands nowhere yet."""
    if standing.kind not in _IN_HIGH_SCHOOL or wording.patterns["college_told"].search(text):
        return standing
    left, oldest = _IN_HIGH_SCHOOL[standing.kind]
    if wording.patterns["high_school_told"].search(text) or (age is not None and age <= oldest):
        return replace(standing, kind="high_school" if left else "high_school_senior", from_end=left or None)
    is_clear = standing.kind != _SENIOR or wording.patterns["premed_told"].search(text)
    return standing if is_clear or (age or 0) >= _GROWN_UP else replace(standing, kind=None)
