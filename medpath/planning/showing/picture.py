"""A plan as a picture, drawn with matplotlib; nothing of it is loaded before the first picture is drawn."""

from __future__ import annotations

import importlib
import io
from typing import Any

from medpath.errors import PlanningError
from medpath.planning.showing.layout import BAR, MARGIN, MARK, TICK, WIDTH, Layout, Shape, Text, layout_of
from medpath.planning.showing.look import Look
from medpath.planning.showing.shown import ShownPlan
from medpath.planning.showing.timeline import EXAM, GOAL, MATCH, STRETCH

SVG, PNG = "svg", "png"
FORMS = (SVG, PNG)
# A unit is a point of matplotlib's, so that a font's size is one in units too.
_POINTS = 72
_PNG_DPI = 2.5 * _POINTS
_FONT = "DejaVu Sans"
# Letters as outlines look the same everywhere and need no font; names of parts hang on the plan alone.
_SETTINGS = {"svg.fonttype": "path", "svg.hashsalt": "medpath", "font.family": _FONT}
# Shapes differ as well as colors: who sees no color tells marks apart too.
_MARKS = {EXAM: "D", MATCH: "^", GOAL: "*"}
_MARK_SIZES = {EXAM: MARK - 3, MATCH: MARK, GOAL: MARK + 4}
_WINDOW = 4.0


def picture_of(plan: ShownPlan, look: Look, form: str) -> bytes:
    """The picture as SVG or PNG, the same bytes for the same plan; raises PlanningError for a plan without dates."""
    layout = layout_of(plan, look)
    if layout is None:
        raise PlanningError(look.texts["no_timeline"])
    matplotlib = importlib.import_module("matplotlib")
    with matplotlib.rc_context(_SETTINGS):
        figure = _figure(layout, look)
        file = io.BytesIO()
        # Without dates and versions, so that the same plan gives the same file.
        metadata = {"Date": None, "Creator": None} if form == SVG else {"Software": None}
        figure.savefig(file, format=form, dpi=_PNG_DPI if form == PNG else _POINTS, metadata=metadata)
    return file.getvalue()


def _figure(layout: Layout, look: Look) -> Any:
    figure = importlib.import_module("matplotlib.figure").Figure(
        (WIDTH / _POINTS, layout.height / _POINTS), facecolor=look.colors["paper"]
    )
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set_xlim(0, WIDTH)
    axes.set_ylim(layout.height, 0)
    axes.set_axis_off()
    _grid(axes, layout, look)
    for shape in layout.shapes:
        (_bar if shape.kind == STRETCH else _mark)(axes, shape, look)
    for text in layout.texts:
        _write(axes, text, look)
    return figure


def _grid(axes: Any, layout: Layout, look: Look) -> None:
    for year, x in layout.ticks:
        axes.plot([x, x], [layout.top + TICK + 5, layout.bottom], color=look.colors["line"], linewidth=0.8, zorder=0)
        _write(axes, Text(str(year), max(x, MARGIN), layout.top + TICK / 2, TICK, "quiet"), look)


def _bar(axes: Any, shape: Shape, look: Look) -> None:
    """A filled bar; a dashed frame where it is only also possible."""
    patches = importlib.import_module("matplotlib.patches")
    color = look.colors[shape.color]
    style = (
        {"facecolor": color, "edgecolor": look.colors["ink"], "linewidth": 0.6}
        if shape.sure
        else {"facecolor": "none", "edgecolor": look.colors["ink"], "linewidth": 1.0, "linestyle": (0, (3, 2))}
    )
    corner = (shape.left, shape.y - BAR / 2)
    axes.add_patch(patches.Rectangle(corner, shape.right - shape.left, BAR, zorder=3 if shape.sure else 2, **style))


def _mark(axes: Any, shape: Shape, look: Look) -> None:
    """A mark in the middle of the window in which it falls; hollow where it is only also possible."""
    color, paper = look.colors[shape.color], look.colors["paper"]
    axes.plot([shape.left, shape.right], [shape.y] * 2, color=color, linewidth=_WINDOW, alpha=0.35, zorder=2)
    axes.plot(
        [(shape.left + shape.right) / 2],
        [shape.y],
        marker=_MARKS[shape.kind],
        markersize=_MARK_SIZES[shape.kind],
        markerfacecolor=color if shape.sure else paper,
        markeredgecolor=color,
        markeredgewidth=1.0,
        linestyle="none",
        zorder=4 if shape.sure else 3,
    )


def _write(axes: Any, text: Text, look: Look) -> None:
    axes.text(
        text.x,
        text.y,
        text.text.replace("$", r"\$"),  # else what stands between two of them is read as a formula
        fontsize=text.size,
        color=look.colors[text.color],
        fontweight="bold" if text.bold else "normal",
        horizontalalignment=text.align,
        verticalalignment="center_baseline",
        zorder=5,
        bbox={"facecolor": look.colors["paper"], "edgecolor": "none", "pad": 0.5},  # else lines of the grid cross it
    )
