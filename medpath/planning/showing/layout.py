"""Where each line of a plan's picture stands: computed without drawing, so that a page can keep the place free.

Lengths are units of a picture 320 units wide, which a phone shows at about a pixel each; y grows downwards.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import ceil, floor

from medpath.planning.showing.description import edges_of
from medpath.planning.showing.look import Look, dashed
from medpath.planning.showing.shown import ShownPlan
from medpath.planning.showing.timeline import EXAM, MATCH, STRETCH, Entry, Span, timeline_of

WIDTH, MARGIN = 320.0, 10.0
TITLE, LARGE, SMALL, TICK = 16.0, 13.0, 12.0, 11.0
LINE = 1.25
BAR, MARK, GAP, BESIDE = 13.0, 11.0, 9.0, 7.0
AXIS = 22.0
# A tick a year where they fit, else every second, fourth … one.
_TICK_ROOM = 38.0
# Widths in parts of the font's size, a little above those of DejaVu Sans, in which the picture is drawn.
_WIDTHS = {"ilIj.,:;'| ": 0.34, "tfr()[]-/": 0.42, "csz": 0.56, "kvxy": 0.6, "mwMW@%&": 1.0}
_CAPITAL, _OTHER = 0.75, 0.64
_BOLD = 1.13


@dataclass(frozen=True)
class Text:
    """A line of text: the left or right edge, and the middle of its height."""

    text: str
    x: float
    y: float
    size: float
    color: str = "ink"
    bold: bool = False
    align: str = "left"


@dataclass(frozen=True)
class Shape:
    """A bar from `left` to `right`, or a mark with the window in which it falls; `sure` only on the route shown."""

    kind: str
    color: str
    left: float
    right: float
    y: float
    sure: bool = True


@dataclass(frozen=True)
class Layout:
    """A picture of WIDTH by `height`: texts, shapes, and the years of the grid with their x, drawn from `top` on."""

    height: float
    texts: tuple[Text, ...]
    shapes: tuple[Shape, ...]
    ticks: tuple[tuple[int, float], ...]
    top: float
    bottom: float


@dataclass(frozen=True)
class Scale:
    """Years to units: whole years from `first` to `last` over the width between the margins."""

    first: int
    last: int

    def x(self, at: float) -> float:
        """Where a moment stands."""
        return MARGIN + (at - self.first) / (self.last - self.first) * (WIDTH - 2 * MARGIN)

    def ticks(self) -> Iterator[tuple[int, float]]:
        """The years that the axis names."""
        room = (WIDTH - 2 * MARGIN) / (self.last - self.first)
        step = next(step for step in (1, 2, 4, 5, 10, 20, 50) if step * room >= _TICK_ROOM)
        return ((year, self.x(year)) for year in range(self.first, self.last + 1, step) if self.x(year) < WIDTH - 30)


def layout_of(plan: ShownPlan, look: Look) -> Layout | None:
    """The layout of a plan; None where it has no dates."""
    entries = timeline_of(plan, look)
    if not entries:
        return None
    first, last = edges_of(entries)
    scale = Scale(floor(first), max(ceil(last), floor(first) + 1))
    page = _Page(scale, MARGIN)
    _head(page, plan, look)
    top = page.y
    page.y += AXIS
    for entry in entries:
        page.stretch(entry, look) if entry.kind == STRETCH else page.mark(entry, look)
    bottom = page.y
    _legend(page, entries, look)
    return Layout(page.y + MARGIN, tuple(page.texts), tuple(page.shapes), tuple(scale.ticks()), top, bottom)


def width_of(text: str, size: float, bold: bool = False) -> float:
    """The room that a text takes at most, in units."""
    parts = sum(_part(letter) for letter in text)
    return parts * size * (_BOLD if bold else 1.0)


def _part(letter: str) -> float:
    named = next((width for letters, width in _WIDTHS.items() if letter in letters), None)
    return named or (_CAPITAL if letter.isupper() else _OTHER)


def wrapped(text: str, room: float, size: float, bold: bool = False) -> list[str]:
    """The text in lines that fit into a room."""
    letters = max(int(room / (size * _WIDTHS["csz"])), 4)
    while True:
        lines = textwrap.wrap(text, letters, break_long_words=False)
        widest = max((width_of(line, size, bold) for line in lines), default=0.0)
        if widest <= room or letters <= 4:
            return lines
        letters -= 1


class _Page:
    """A picture that is filled from the top; `y` is where the next line begins."""

    def __init__(self, scale: Scale, y: float) -> None:
        self._scale = scale
        self.y = y
        self.texts: list[Text] = []
        self.shapes: list[Shape] = []

    def lines(
        self, lines: Sequence[str], size: float, color: str = "ink", bold: bool = False, x: float = MARGIN
    ) -> None:
        """Writes lines one under another."""
        for line in lines:
            self.texts.append(Text(line, x, self.y + size * LINE / 2, size, color, bold))
            self.y += size * LINE

    def stretch(self, entry: Entry, look: Look) -> None:
        """A bar under its name; years and length stand beside the bar where they fit, else under the name."""
        shapes = self._shapes(entry)
        when = look.texts["stretch"].format(years=entry.years, when=entry.when)
        names = wrapped(entry.label, WIDTH - 2 * MARGIN, LARGE, bold=True)
        beside = _beside(when, shapes)
        self.lines(names, LARGE, bold=True, x=self._near(shapes, names, LARGE, bold=True))
        if beside is None:
            self.lines([when], SMALL, "quiet", x=self._near(shapes, [when], SMALL))
        self.y += 2
        self._put(shapes, self.y + BAR / 2)
        if beside:
            x, align = beside
            self.texts.append(Text(when, x, self.y + BAR / 2, SMALL, "quiet", align=align))
        self.y += BAR + GAP

    def mark(self, entry: Entry, look: Look) -> None:
        """A mark with its text on the side that has more room."""
        shapes = self._shapes(entry)
        text = look.texts["mark"].format(label=entry.label, when=entry.when)
        left, right = _outer(shapes)
        rooms = {"left": WIDTH - MARGIN - right - BESIDE, "right": left - BESIDE - MARGIN}
        align = _side(text, rooms)
        lines = wrapped(text, rooms[align], SMALL)
        x = right + BESIDE if align == "left" else left - BESIDE
        height = max(len(lines) * SMALL * LINE, MARK)
        self._put(shapes, self.y + SMALL * LINE / 2)
        for number, line in enumerate(lines):
            self.texts.append(Text(line, x, self.y + (number + 0.5) * SMALL * LINE, SMALL, align=align))
        self.y += height + GAP - 2

    def _shapes(self, entry: Entry) -> list[Shape]:
        spans: list[tuple[Span, bool]] = [(span, False) for span in entry.others] + [(entry.span, True)]
        x = self._scale.x
        return [Shape(entry.kind, entry.color, x(span.start), x(span.end), 0.0, sure) for span, sure in spans]

    def _put(self, shapes: Sequence[Shape], y: float) -> None:
        self.shapes += [Shape(s.kind, s.color, s.left, s.right, y, s.sure) for s in shapes]

    def _near(self, shapes: Sequence[Shape], lines: Sequence[str], size: float, bold: bool = False) -> float:
        """Where lines begin: with the bar, or further left where they would not fit."""
        widest = max(width_of(line, size, bold) for line in lines)
        return max(MARGIN, min(min(shape.left for shape in shapes), WIDTH - MARGIN - widest))


def _outer(shapes: Sequence[Shape]) -> tuple[float, float]:
    """The edges of shapes; a mark is wider than its window may be."""
    half = 0.0 if shapes[0].kind == STRETCH else MARK / 2
    middles = [(shape.left + shape.right) / 2 for shape in shapes]
    left = min(min(shape.left for shape in shapes), min(middles) - half)
    return left, max(max(shape.right for shape in shapes), max(middles) + half)


def _beside(text: str, shapes: Sequence[Shape]) -> tuple[float, str] | None:
    left, right = _outer(shapes)
    width = width_of(text, SMALL)
    if right + BESIDE + width <= WIDTH - MARGIN:
        return right + BESIDE, "left"
    return (left - BESIDE, "right") if left - BESIDE - width >= MARGIN else None


def _side(text: str, rooms: dict[str, float]) -> str:
    """The right side of a mark if a text fits there, else the left one, else the wider one."""
    fitting = [side for side, room in rooms.items() if width_of(text, SMALL) <= room]
    return fitting[0] if fitting else max(rooms, key=lambda side: rooms[side])


def _head(page: _Page, plan: ShownPlan, look: Look) -> None:
    texts, room = look.texts, WIDTH - 2 * MARGIN
    title = texts["title"].format(target=plan.target) if plan.target else texts["title_open"]
    page.lines(wrapped(title, room, TITLE, bold=True), TITLE, bold=True)
    if not plan.earliest:
        return
    page.y += 2
    page.lines(wrapped(texts["earliest"].format(earliest=dashed(plan.earliest)), room, SMALL), SMALL)
    away = texts["from_now_at_age" if plan.age else "from_now"]
    years = look.years(plan.years_from_now)
    page.lines(wrapped(away.format(years=years, age=dashed(plan.age)), room, SMALL), SMALL, "quiet")
    page.y += GAP


def _legend(page: _Page, entries: Sequence[Entry], look: Look) -> None:
    """What the marks mean, as far as they occur."""
    kinds = [kind for kind in (EXAM, MATCH) if any(entry.kind == kind for entry in entries)]
    keys = [(kind, kind, True, look.texts[f"legend_{kind}"]) for kind in kinds]
    if any(entry.others for entry in entries):
        keys.append((STRETCH, "quiet", False, look.texts["legend_other"]))
    x, y = MARGIN, page.y + GAP + TICK / 2
    for kind, color, sure, text in keys:
        wide = MARK if sure else 2 * MARK
        edges = (x + wide / 2, x + wide / 2) if sure else (x, x + wide)
        page.shapes.append(Shape(kind, color, *edges, y, sure))
        page.texts.append(Text(text, x + wide + 5, y, TICK, "quiet"))
        x += wide + 5 + width_of(text, TICK) + 12
    page.y += GAP + TICK if keys else 0
