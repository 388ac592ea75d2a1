"""Values counted from what somebody tells of his visa, his partner and his benefits."""

from __future__ import annotations

from medpath.planning.plan import within
from medpath.planning.routes.route import Route
from medpath.planning.routes.situation import Situation
from medpath.planning.routes.tags import training_years
from medpath.planning.tables.moments import Moment
from medpath.planning.telling.wording import in_years, spelled

_MONTHS_OF_A_SCHOOL_YEAR = 9.5


def counted_values(situation: Situation, route: Route) -> dict[str, str]:
    """Each value by its name; remarks.yml says what they are."""
    return {
        **_of_visas(situation, route),
        **_of_main_match(situation, route),
        **_of_benefits(situation),
    }


def _of_visas(situation: Situation, route: Route) -> dict[str, str]:
    """When the waiver is filed for and ends, and the years of the H-1B."""
    limit, texts = situation.tables.lengths["h1b_limit"][0], situation.tables.texts
    found = {}
    if "waiver" in route.anchors:
        found["waiver_opens"] = spelled(Moment(route.anchors["waiver"] - 1, 10), texts)
        found["after_waiver"] = spelled(Moment(route.anchors["waiver_end"], 7), texts)
    if since := situation.person.h1b_since:
        end = since + limit
        found |= {"h1b_since": str(since), "h1b_end": str(end), "h1b_file": str(end - 1)}
    spare = limit - training_years(route)
    if spare > 0:
        found["h1b_spare"] = in_years(str(spare), texts)
    return found


def _of_main_match(situation: Situation, route: Route) -> dict[str, str]:
    """The days of the NRMP Match in the season of a match outside it."""
    partner = situation.tables.training(situation.person.partner)
    found = {"partner": within(partner.label)} if partner else {}
    if "match" not in route.anchors:
        return found
    parts, texts = situation.tables.cycles["main"].parts, situation.tables.texts
    moments = {
        "main_rank_end": parts["rank"].ends.moment(route.anchors, situation.today),
        "main_match_day": parts["result"].ends.moment(route.anchors, situation.today),
    }
    return found | {name: spelled(moment, texts) for name, moment in moments.items() if moment}


def _of_benefits(situation: Situation) -> dict[str, str]:
    """The months of the GI Bill that are left, and the school years that they pay, in half years."""
    months = situation.person.gi_bill_months
    if months is None:
        return {}
    half_years = round(2 * months / _MONTHS_OF_A_SCHOOL_YEAR)
    return {"gi_months": str(months), "gi_school_years": f"{half_years / 2:g}"}
