"""Small charts as SVG, drawn on the server: pure functions of numbers and words, giving Markup.

Colours are the style sheet's (classes of states, no inline style), so light, dark and print follow by themselves. A
chart is a picture with a name (``title``): what it shows stands beside it as a table or in words as well.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

from markupsafe import Markup

WIDE, FLAT = 176, 28  # units of a chart that stands beside a number
GAP = 1.0
PLOT = (40.0, 10.0, 392.0, 162.0)  # left, top, right, base line of the column chart in its 400 x 190 units
LETTER = 7.4  # width of a letter under the axis, in the same units


@dataclass(frozen=True)
class Part:
    """A share of a whole. ``css``: a state's class, which gives the colour (done, soon, over, wait, now, off)."""

    value: float
    css: str
    title: str = ""


@dataclass(frozen=True)
class Column:
    """One column; ``parts`` are stacked from the axis up, in the order of the chart's legend."""

    label: str
    parts: tuple[Part, ...]

    @property
    def total(self) -> float:
        return sum(p.value for p in self.parts)


def stacked(title: str, parts: Sequence[Part], width: int = WIDE, height: int = FLAT) -> Markup:
    """One bar: parts of a whole side by side. Nothing at all is an empty bar."""
    shown = [p for p in parts if p.value > 0]
    total = sum(p.value for p in shown)
    thick = height * 0.4
    top = (height - thick) / 2
    room = width - GAP * max(0, len(shown) - 1)
    x, drawn = 0.0, [_rect("rest", 0, top, width, thick)] if not shown else []
    for part in shown:
        w = room * part.value / total
        drawn.append(_rect(part.css, x, top, max(w, 0.5), thick, part.title and f"{part.title}: {number(part.value)}"))
        x += w + GAP
    return _svg("stack", title, width, height, drawn)


def line(
    title: str, done: Sequence[tuple[float, float]], plan: Sequence[tuple[float, float]] = (),
    width: int = WIDE, height: int = FLAT,
) -> Markup:  # fmt: skip
    """A line, its end marked, against the line of a plan. Points are (x, y) in any unit, x growing."""
    both = [*done, *plan]
    if not both:
        return _svg("spark", title, width, height, [])
    low, high = min(x for x, _ in both), max(x for x, _ in both)
    most = max(y for _, y in both) or 1
    margin = 4.0

    def at(point: tuple[float, float]) -> tuple[float, float]:
        x = margin + (width - 2 * margin) * ((point[0] - low) / (high - low) if high > low else 1)
        return x, height - margin - (height - 2 * margin) * max(point[1], 0) / most

    drawn = [_path("plan", [at(p) for p in plan])] if plan else []
    if done:
        points = [at(p) for p in done]
        drawn.append(_path("done-line", points))
        drawn.append(Markup('<circle class="dot" cx="{}" cy="{}" r="3"/>').format(*map(_n, points[-1])))
    return _svg("spark", title, width, height, drawn)


def columns(title: str, bars: Sequence[Column], unit: str = "") -> Markup:
    """Stacked columns over a labelled axis. Labels that would touch each other are left out, the first and every so
    many stay; each column tells its numbers to whoever points at it."""
    left, top, right, base = PLOT
    most = ceiling(max((c.total for c in bars), default=0))
    drawn = [_axis(most, unit)]
    step = (right - left) / max(1, len(bars))
    wide = min(36.0, step * 0.72)
    every = _every([c.label for c in bars], step)
    for n, bar in enumerate(bars):
        x, y = left + step * n + (step - wide) / 2, base
        pieces = []
        for part in bar.parts:
            h = (base - top) * part.value / most
            if h > 0:
                pieces.append(_rect(part.css, x, y - h, wide, max(0.5, h - (GAP if len(bar.parts) > 1 else 0))))
            y -= h
        told = ", ".join(f"{p.title} {number(p.value)}" for p in bar.parts if p.title)
        drawn.append(Markup("<g><title>{}</title>{}</g>").format(f"{bar.label}: {told}", Markup("").join(pieces)))
        if n % every == 0:
            anchor = Markup('<text class="x" x="{}" y="{}">{}</text>')
            drawn.append(anchor.format(_n(x + wide / 2), _n(base + 18), bar.label))
    return _svg("columns", title, 400, 190, drawn)


def swatch(css: str) -> Markup:
    """The sample of a colour for a legend; the word stands beside it."""
    return Markup('<svg class="chart swatch" viewBox="0 0 12 12" aria-hidden="true">{}</svg>').format(
        _rect(css, 0, 0, 12, 12)
    )


def ceiling(value: float) -> float:
    """The next round number up: where an axis ends (1, 2, 4, 5, 10, 20, 40 …)."""
    if value <= 0:
        return 1
    power = 1
    while power * 10 < value:
        power *= 10
    return next(float(power * m) for m in (1, 2, 4, 5, 10) if power * m >= value)


def number(value: float, places: int = 1) -> str:
    """A number without a needless point."""
    return str(int(value)) if value == int(value) else f"{value:.{places}f}"


def _axis(most: float, unit: str) -> Markup:
    left, top, right, base = PLOT
    drawn = []
    for share in (0, 0.5, 1):
        value, y = most * share, base - (base - top) * share
        if share == 0.5 and value != int(value):
            continue
        drawn.append(Markup('<path class="{}" d="M{} {}H{}"/>').format(
            "base" if share == 0 else "grid", _n(left), _n(y), _n(right)))  # fmt: skip
        drawn.append(Markup('<text class="y" x="{}" y="{}">{}</text>').format(_n(left - 6), _n(y + 4), number(value)))
    if unit:
        drawn.append(Markup('<text class="unit" x="0" y="{}">{}</text>').format(_n(base + 18), unit))
    return Markup("").join(drawn)


def _every(labels: Sequence[str], step: float) -> int:
    longest = max(map(len, labels), default=0) * LETTER + LETTER
    return max(1, ceil(longest / step))


def _rect(css: str, x: float, y: float, w: float, h: float, title: str = "") -> Markup:
    told = Markup("<title>{}</title>").format(title) if title else Markup("")
    return Markup('<rect class="{}" x="{}" y="{}" width="{}" height="{}">{}</rect>').format(
        css, _n(x), _n(y), _n(w), _n(h), told
    )


def _path(css: str, points: Sequence[tuple[float, float]]) -> Markup:
    return Markup('<path class="{}" d="M{}"/>').format(css, "L".join(f"{_n(x)} {_n(y)}" for x, y in points))


def _svg(kind: str, title: str, width: float, height: float, drawn: Sequence[Markup]) -> Markup:
    return Markup('<svg class="chart {}" viewBox="0 0 {} {}" role="img"><title>{}</title>{}</svg>').format(
        kind, _n(width), _n(height), title, Markup("").join(drawn)
    )


def _n(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")
