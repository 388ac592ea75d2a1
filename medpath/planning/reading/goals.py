"""Which specialty somebody aims at, goes through, and trains in now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from medpath.planning.reading.naming import PRELIMINARY, SPECIALTY, Saying
from medpath.planning.reading.wording import IT, ReadingWording

# In training or practice, where "surgery resident" tells the present one and not a wish.
_PARTNER, _REJECTED = "partner", "rejected"
TRAINED = ("resident_preliminary", "resident", "fellow", "attending")


@dataclass(frozen=True)
class Goal:
    """Specialties by their role; `rejected` are those that somebody names to say that he does not want them, `also`
    those that he considers beside the target."""

    target: str | None = None
    via: str | None = None
    specialty: str | None = None
    rejected: frozenset[str] = frozenset()
    practises: bool = False
    also: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Fields:
    """What a specialty means within another, and for each fellowship the trainings that lead to it."""

    within: Mapping[str, Mapping[str, str]]
    after: Mapping[str, tuple[str, ...]]
    serves_as: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def leads_to(self, training: str, fellowship: str) -> bool:
        """Whether a training stands somewhere on the way to a fellowship."""
        before = self.after.get(fellowship, ())
        names = {training, *self.serves_as.get(training, ())}
        return bool(names & set(before)) or any(self.leads_to(training, one) for one in before if one in self.after)

    def usual_way(self, fellowship: str) -> tuple[str, ...]:
        """The trainings that usually come before a fellowship, the nearest first."""
        before = self.after.get(fellowship, ())[:1]
        return (*before, *self.usual_way(before[0])) if before else ()


def read_goal(saying: Saying, kind: str | None, wording: ReadingWording, fields: Fields) -> Goal:
    """The roles of the specialties that a message names; `kind` is what its writer is, as far as it tells it."""
    within = fields.within
    roles = {sign: _role(saying.text, sign, wording) for sign in saying.signs(SPECIALTY + PRELIMINARY)}
    roles = {sign: _REJECTED if role == _PARTNER else role for sign, role in roles.items()}
    practises = kind is None and "practises" in roles.values()
    present = "practises" if practises else "now"
    now = _first(roles, saying, (present, "now", "practises")) if kind in TRAINED or practises else None
    via = _first(roles, saying, ("via",))
    if now is None and kind == "resident":
        now = _unnamed(roles, saying)
    if now is None and kind == "resident_preliminary":
        now = next(map(saying.meaning, saying.signs(PRELIMINARY)), None)
    target = _invited(roles, saying, wording) or _first(roles, saying, ("target", "applied_to"))
    target = target or _loose(roles, saying, kind, now)
    further = _further(roles, saying, target, fields)
    if further is not None and (kind not in TRAINED or kind == "resident_preliminary" or target != now):
        target, via = further, via or (target if target and fields.leads_to(target, further) else None)
    if target is None:
        target = now if kind == "fellow" else _first(roles, saying, ("beside",))
    rejected = frozenset(saying.meaning(sign) for sign, role in roles.items() if role == "rejected")
    aims = ("beside", "applied_to", "interviewing", "target")
    signs = [sign for sign in saying.signs(SPECIALTY) if roles[sign] in aims]
    if target is None and kind == "medical_graduate":  # a specialist from abroad wants his own field, if any
        signs += [sign for sign, role in roles.items() if role in ("background", "now", "practises")]
    also = frozenset(specified(saying.meaning(sign), via or now, within) or "" for sign in signs)
    also |= {specified(one, target, within) or "" for one in also}
    also -= rejected | {target, via, now}
    target = specified(specified(target, via, within), now, within)
    return Goal(target, via if via != target else None, now, rejected, practises, also - {target})


def _invited(roles: Mapping[str, str | None], saying: Saying, wording: ReadingWording) -> str | None:
    """The one field that invites somebody to interviews, where he tells of no others: it is the one in reach."""
    if wording.patterns["other_interviews"].search(saying.text):
        return None
    fields = {saying.meaning(sign) for sign, role in roles.items() if role == "interviewing"}
    return fields.pop() if len(fields) == 1 else None


def undecided(goal: Goal, saying: Saying) -> Goal:
    """The goal of somebody who names several fields beside his own and says that he does not know yet."""
    named = {saying.meaning(sign) for sign in saying.signs(SPECIALTY)} - goal.rejected - {goal.specialty}
    if len(named) < 2 or goal.via is not None:
        return goal
    return replace(goal, target=None, also=frozenset(named))


def clueless(goal: Goal, saying: Saying) -> Goal:
    """The goal of somebody who says that he has no idea of a field: those that he names are only considered."""
    named = {saying.meaning(sign) for sign in saying.signs(SPECIALTY)} - goal.rejected - {goal.specialty}
    return replace(goal, target=None, via=None, also=frozenset(named))


def read_partner(saying: Saying, wording: ReadingWording) -> str | None:
    """The field of the one with whom somebody goes into the Match."""
    found = (sign for sign in saying.signs(SPECIALTY) if _role(saying.text, sign, wording) == _PARTNER)
    return next(map(saying.meaning, found), None)


def _further(roles: Mapping[str, str | None], saying: Saying, target: str | None, fields: Fields) -> str | None:
    """A fellowship that is wanted as well and that a named training leads to: it is the aim, the training the way.

    Behind a fellowship only one that follows on it counts: of two side by side the first one stays the aim.
    """
    if target is None:
        return None
    named = {saying.meaning(sign) for sign, role in roles.items() if role not in ("rejected", "background")}
    before = {target} if target in fields.after else named
    wanted = (saying.meaning(sign) for sign, role in roles.items() if role in ("target", "applied_to", None, "hoped"))
    return next((one for one in wanted if any(fields.leads_to(other, one) for other in before)), None)


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
    named = [sign for sign, role in roles.items() if role in unclear and sign in aims and saying.meaning(sign) != now]
    named.sort(key=lambda sign: roles[sign] == "hoped")  # what was tried in vain counts where nothing else is named
    return next(map(saying.meaning, named), None)
