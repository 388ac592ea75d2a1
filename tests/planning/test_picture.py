"""A plan as a picture: what stands on it, that nothing runs off it, and that it is the same each time."""

from __future__ import annotations

import re
import subprocess
import sys
import textwrap
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from medpath.errors import PlanningError
from medpath.planning.plan import Plan
from medpath.planning.service import Planner
from medpath.planning.showing.description import description_of
from medpath.planning.showing.layout import MARGIN, STRETCH, WIDTH, Layout, Text, layout_of, width_of, wrapped
from medpath.planning.showing.look import Look, load_look
from medpath.planning.showing.objects import as_object, person_of
from medpath.planning.showing.picture import picture_of
from medpath.planning.showing.shown import ShownPlan, shown_plan
from medpath.planning.showing.timeline import GOAL, timeline_of
from medpath.planning.tables.records import Tables
from medpath.project import find_project

pytestmark = pytest.mark.usefixtures("real_matplotlib")

PAKISTAN = {
    "stage": "img_student",
    "school": "img",
    "country": "Pakistan",
    "needs_visa": True,
    "visa": "J-1",
    "target": "clinical_cardiac_electrophysiology",
    "graduation_year": 2029,
}
PEOPLE: tuple[dict[str, Any], ...] = (
    {"stage": "high_school_senior", "wishes": ["md_phd"], "age": 17},
    {"stage": "college_sophomore", "wishes": ["gap_year"]},
    {key: value for key, value in PAKISTAN.items() if key != "target"},
    {"stage": "do_year_3"},
)


@pytest.fixture(scope="module")
def look() -> Look:
    return load_look(find_project().planning)


@pytest.fixture(scope="module")
def shown_of(planner: Planner) -> Callable[..., ShownPlan]:
    """Makes the plan of a profile as replies carry it."""

    def shown(**profile: Any) -> ShownPlan:
        return shown_plan(as_object(planner.plan(person_of(profile)), planner.knowledge, ""))

    return shown


@pytest.fixture(scope="module")
def all_plans(tables: Tables, shown_of: Callable[..., ShownPlan]) -> list[ShownPlan]:
    """Plans to every specialty and subspecialty, from where the way is long, has branches or begins abroad."""
    profiles = ({**person, "target": target} for target in tables.trainings for person in PEOPLE)
    return [shown_of(**profile) for profile in profiles]


def _layouts(plans: list[ShownPlan], look: Look) -> Iterator[Layout]:
    found = [layout_of(plan, look) for plan in plans]
    assert len([layout for layout in found if layout]) > 300
    return (layout for layout in found if layout)


def _drawn_width(text: str, size: float, bold: bool) -> float:
    """The width that matplotlib gives a text, in units."""
    from matplotlib.font_manager import FontProperties
    from matplotlib.textpath import text_to_path

    font = FontProperties(family="DejaVu Sans", size=size, weight="bold" if bold else "normal")
    width, _, _ = text_to_path.get_text_width_height_descent(text, font, ismath=False)
    return float(width)


def _edges(text: Text) -> tuple[float, float]:
    width = _drawn_width(text.text, text.size, text.bold)
    return (text.x, text.x + width) if text.align == "left" else (text.x - width, text.x)


def test_no_text_runs_off_the_picture(all_plans: list[ShownPlan], look: Look) -> None:
    """On the way to each specialty and subspecialty every text, as it is drawn, lies between the margins."""
    texts = {text for layout in _layouts(all_plans, look) for text in layout.texts}
    outside = [text for text in texts if _edges(text)[0] < MARGIN - 1 or _edges(text)[1] > WIDTH - MARGIN + 1]
    assert outside == []


def test_no_two_lines_of_text_meet(all_plans: list[ShownPlan], look: Look) -> None:
    """Two texts at one height stand beside each other, and no text lies on a bar or a mark of its line."""
    for layout in _layouts(all_plans, look):
        for number, text in enumerate(layout.texts):
            left, right = _edges(text)
            for other in layout.texts[number + 1 :]:
                if abs(text.y - other.y) < min(text.size, other.size) * 0.9:
                    assert right <= _edges(other)[0] or _edges(other)[1] <= left, (text, other)
            for shape in layout.shapes:
                if abs(text.y - shape.y) < text.size / 2:
                    assert right <= shape.left or shape.right <= left, (text, shape)


def test_each_stretch_exam_and_match_is_drawn(all_plans: list[ShownPlan], look: Look) -> None:
    """What takes years, is an exam or a match has its line with its years, and the goal stands last."""
    for plan in all_plans:
        entries = timeline_of(plan, look)
        if not entries:
            continue
        wanted = [step.label for step in plan.steps if step.years or step.is_exam or step.is_match]
        assert sorted(entry.label for entry in entries[:-1]) == sorted(wanted)
        assert entries[-1].kind == GOAL
        assert all(re.search(r"\b20\d\d\b", entry.when) for entry in entries)


def test_large_type_for_a_phone(all_plans: list[ShownPlan], look: Look) -> None:
    """No letter is smaller than 11 pixels where the picture is 320 pixels wide, and it is higher than wide or so."""
    for layout in _layouts(all_plans, look):
        assert min(text.size for text in layout.texts) >= 11
        assert layout.height > WIDTH * 0.6


def test_what_is_only_possible_is_drawn_so(shown_of: Callable[..., ShownPlan], look: Look) -> None:
    """Where two seasons are possible, each bar has a frame for the other one, and the text names both."""
    plan = shown_of(**PAKISTAN)
    residency = next(entry for entry in timeline_of(plan, look) if entry.label.startswith("Residency"))
    assert residency.when == "2029–2032 or 2030–2033"
    layout = layout_of(plan, look)
    assert layout
    bars = [shape.sure for shape in layout.shapes if shape.kind == STRETCH]
    assert {True, False} == set(bars)
    assert "also possible" in [text.text for text in layout.texts]
    assert timeline_of(plan, look)[-1].when == "2037 or 2038"


@pytest.mark.parametrize("form", ["svg", "png"])
def test_the_same_plan_gives_the_same_picture(shown_of: Callable[..., ShownPlan], look: Look, form: str) -> None:
    """Byte by byte, also in another process, and nothing in it tells when it was drawn."""
    first = picture_of(shown_of(**PAKISTAN), look, form)
    assert first == picture_of(shown_of(**PAKISTAN), look, form)
    assert b"<dc:date>" not in first


def test_the_svg_needs_nothing_else(shown_of: Callable[..., ShownPlan], look: Look) -> None:
    """It is well-formed, draws letters as outlines, and loads no font, script or file."""
    root = ElementTree.fromstring(picture_of(shown_of(**PAKISTAN), look, "svg"))
    names = {element.tag.rpartition("}")[2] for element in root.iter()}
    assert not names & {"text", "script", "image", "foreignObject"}
    targets = [value for one in root.iter() for key, value in one.attrib.items() if key.endswith("href")]
    assert all(target.startswith("#") for target in targets)
    layout = layout_of(shown_of(**PAKISTAN), look)
    assert layout
    _, _, width, height = (float(part) for part in root.attrib["viewBox"].split())
    assert (width, height) == pytest.approx((WIDTH, layout.height), abs=0.01)


def test_the_description_tells_what_the_picture_shows(shown_of: Callable[..., ShownPlan], look: Look) -> None:
    """Each line of the picture with its years, in one paragraph."""
    plan = shown_of(**PAKISTAN)
    told = description_of(plan, look)
    assert "\n" not in told
    assert told.startswith("Timeline of the way to Clinical cardiac electrophysiology, 2026 to 2041.")
    for entry in timeline_of(plan, look)[:-1]:
        assert entry.label in told
        assert entry.when in told
    assert "Independent practice in 2037–2038 at the earliest, about 11–12 years from now." in told


def test_a_plan_without_dates_has_no_picture(shown_of: Callable[..., ShownPlan], look: Look) -> None:
    """Where the plan asks something back, this is said in place of a picture and of its description."""
    plan = shown_of(stage="do_accepted", start_year=2027, graduation_year=2026, target="psychiatry")
    assert "no dates" in description_of(plan, look)
    with pytest.raises(PlanningError, match="no dates"):
        picture_of(plan, look, "svg")


def test_signs_of_formulas_stay_text(shown_of: Callable[..., ShownPlan], look: Look) -> None:
    """Dollars and carets in a label are drawn as they are, not read as a formula."""
    plan = shown_of(stage="md_year_3", target="dermatology")
    odd = replace(plan, target="$x^2$ <&> \\frac")
    assert picture_of(odd, look, "svg") != picture_of(plan, look, "svg")


def test_bars_and_marks_are_told_apart_on_paper(look: Look) -> None:
    """Text has a contrast of 4.5 to the paper, every mark one of 3; bars have a frame of ink."""
    paper = _luminance(look.colors["paper"])
    contrast = {name: (paper + 0.05) / (_luminance(color) + 0.05) for name, color in look.colors.items()}
    assert min(contrast["ink"], contrast["quiet"]) >= 4.5
    assert min(contrast[kind] for kind in ("exam", "match", "goal")) >= 3


def _luminance(color: str) -> float:
    channels = (int(color[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@given(st.text(st.characters(min_codepoint=32, max_codepoint=126), min_size=1, max_size=60), st.booleans())
def test_the_room_of_a_text_is_not_underestimated(text: str, bold: bool) -> None:
    """A text as long as a label takes no more room than is kept for it, give or take a letter in a word."""
    room = width_of(text, 12, bold)
    assert _drawn_width(text, 12, bold) <= room * 1.35


@given(st.lists(st.text("abcimW -", min_size=1, max_size=12), min_size=1, max_size=12), st.integers(90, 300))
def test_wrapping_loses_no_word(words: list[str], room: int) -> None:
    """All words stand in the lines in their order, and a line is too wide only where one word is."""
    text = " ".join(" ".join(words).split())
    lines = wrapped(text, room, 12)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    too_wide = [line for line in lines if width_of(line, 12) > room]
    assert all(len(textwrap.wrap(line, 1, break_long_words=False)) == 1 for line in too_wide)


def test_a_fault_of_the_look_names_file_and_line(tmp_path: Path) -> None:
    """A color that is none is told with file, line and what to do."""
    (tmp_path / "schema").mkdir()
    for name in ("picture.yml", "schema/picture.json"):
        text = (find_project().planning / name).read_text(encoding="utf-8")
        (tmp_path / name).write_text(text.replace('exam: "#D55E00"', "exam: red"), encoding="utf-8")
    with pytest.raises(PlanningError, match=r"picture\.yml:\d+: 'red'"):
        load_look(tmp_path)


def test_matplotlib_is_loaded_with_the_first_picture_alone() -> None:
    """Whoever imports what draws, or lays a picture out, has not loaded matplotlib."""
    code = "import medpath.planning.showing.picture, sys; sys.exit('matplotlib' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_a_plan_of_another_version_is_told(plan_of: Callable[..., Plan], planner: Planner) -> None:
    """An object with other fields is refused in a sentence that says what to do."""
    row = as_object(plan_of(stage="md_year_3", target="dermatology"), planner.knowledge, "")
    assert shown_plan(row).target == "Dermatology"
    for broken in ({**row, "steps": [{}]}, {**row, "steps": 3}, {"target": ""}, {**row, "direct_costs": None}):
        with pytest.raises(PlanningError, match="Ask for it again"):
            shown_plan(broken)
