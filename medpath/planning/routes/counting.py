"""How the year of the first independent practice is counted."""

from __future__ import annotations

from collections.abc import Mapping

from medpath.planning.routes.route import Route

# In the order in which they are passed; what runs already is not counted but is the year that the count begins with.
_COUNTED = (
    *("bs_md", "bachelor_degree", "gap_year", "md_phd", "medical_school", "phd", "research_year", "preliminary_year"),
    *("first_residency", "residency", "chief_year", "wait_before_fellowship"),
    *("fellowship", "j1_waiver_job", "second_fellowship", "third_fellowship", "fourth_fellowship", "gmo_tour"),
)


def counted(route: Route) -> dict[str, int]:
    """The stretches ahead of a route with their years, in order."""
    lengths = route.lengths
    found = {key: lengths[key][0] for key in _COUNTED if key in lengths and lengths[key][0]}
    if "waiver_between" not in route.tags:
        found.pop("j1_waiver_job", None)  # after all training
    if "md_phd" in found:
        found.pop("medical_school", None)
        found.pop("phd", None)
    if "college" not in route.anchors:
        found.pop("bachelor_degree", None)
    if "entry" in route.anchors and "bachelor_degree" not in found and not _gap_is_residency(route):
        found.pop("gap_year", None)
    return found


def _gap_is_residency(route: Route) -> bool:
    """Whether the gap year lies between medical school and residency."""
    return "degree" not in route.anchors


def base_year(route: Route) -> int:
    """The year that the count begins with."""
    return route.practice - sum(counted(route).values())


def count_text(route: Route) -> str:
    """ "2028 + 4 + 3 + 3 = 2038"; empty where nothing is left to be counted."""
    years: Mapping[str, int] = counted(route)
    if not years:
        return ""
    return " + ".join([str(base_year(route)), *map(str, years.values())]) + f" = {route.practice}"
