"""Which specialty somebody aims at, goes through, and trains in now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from medpath.planning.reading.naming import PRELIMINARY, SPECIALTY, Saying
from medpath.planning.reading.wording import IT, ReadingWording

# In training or practice, where "surgery resident" tells the present one and not a wish.
TRAINED = ("resident_preliminary", "resident", "fellow", "attending")


@dataclass(frozen=True)
class Goal:
    """Specialties by their role; `rejected` are those that somebody names to say that he does not want them."""

    target: str | None = None
    via: str | None = None
    specialty: str | None = None
    rejected: frozenset[str] = frozenset()
    practises: bool = False


def read_goal(
    saying: Saying, kind: str | None, wording: ReadingWording, within: Mapping[str, Mapping[str, str]]
) -> Goal:
    """The roles of the specialties that a message names; `kind` is what its writer is, as far as it tells it."""
    roles = {sign: _role(saying.text, sign, wording) for sign in saying.signs(SPECIALTY + PRELIMINARY)}
    practises = kind is None and "practises" in roles.values()
    present = "practises" if practises else "now"
    now = _first(roles, saying, (present, "now", "practises")) if kind in TRAINED or practises else None
    via = _first(roles, saying, ("via",))
    if now is None and kind == "resident":
        now = _unnamed(roles, saying)
    if now is None and kind == "resident_preliminary":
        now = next(map(saying.meaning, saying.signs(PRELIMINARY)), None)
    target = _first(roles, saying, ("target", "applied_to")) or _loose(roles, saying, kind, now)
    if target is None and kind == "fellow":
        target = now
    rejected = frozenset(saying.meaning(sign) for sign, role in roles.items() if role == "rejected")
    return Goal(specified(target, via or now, within), via if via != target else None, now, rejected, practises)


def _unnamed(roles: Mapping[str, str | None], saying: Saying) -> str | None:
    """What a resident names first and without a wish is his own specialty, if he names another one as well."""
    first = next((sign for sign, role in roles.items() if role not in ("background", "rejected")), None)
    others = {saying.meaning(sign) for sign, role in roles.items() if role not in ("background", "rejected")}
    return saying.meaning(first) if first and roles[first] is None and len(others) > 1 else None


def specified(target: str | None, through: str | None, within: Mapping[str, Mapping[str, str]]) -> str | None:
    """The target as it is meant within the specialty that it is reached through."""
    return within.get(through or "", {}).get(target or "", target)


def _role(text: str, sign: str, wording: ReadingWording) -> str | None:
    looked_at = text.replace(sign, IT)
    for role, patterns in wording.roles.items():
        if any(pattern.search(looked_at) for pattern in patterns):
            return role
    return None


def _first(roles: Mapping[str, str | None], saying: Saying, wanted: tuple[str, ...]) -> str | None:
    return next((saying.meaning(sign) for sign, role in roles.items() if role in wanted), None)


def _loose(roles: Mapping[str, str | None], saying: Saying, kind: str | None, now: str | None) -> str | None:
    """Of the specialties without a clear role the first; who names the one he trains in wants what he names besides."""
    unclear = (None, "hoped", "now") if kind == "medical_graduate" else (None, "hoped", "now", "practises")
    aims = saying.signs(SPECIALTY)
    named = (saying.meaning(sign) for sign, role in roles.items() if role in unclear and sign in aims)
    return next((one for one in named if one != now), None)
