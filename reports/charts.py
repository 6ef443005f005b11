"""Charts: numbers to shapes in our own dress. Knows no database, and Matplotlib only once something is drawn.

Colors and letters are the page's: a shape says what it is (`chart-bar`), and static/css/charts.css how that
looks. Matplotlib says where everything goes, in a place of any width: a phone's shows fewer labels of the
same drawing. Beside every chart its numbers stand as a table.
"""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from reports.drawing import Drawing, Shape, Text

WIDTH, HEIGHT, FONT = 1000, 280, 12  # units, that the page stretches; of letters, pixels
SCALE = 56  # pixels beside a curve for its scale (static/css/charts.css, as what follows)
PLOTS = {"": 200, " chart-label-2": 440, " chart-label-3": 880}
"""Labels that are shown from so many pixels for the curve on."""
LABEL = 44  # pixels that a date takes, with the space around it
LETTER = 7  # pixels, of a letter or a digit at most
MOST_BARS, BAR = 20, 26  # lying bars in one chart, and how many units of its height each takes
MOST_DOTS = 62  # values of a curve that are marked one by one
KEPT = 200  # drawings in memory, of some 10 kB each
_drawing = threading.Lock()  # Matplotlib keeps fonts and caches that threads must not share
_kept: OrderedDict[str, Drawing] = OrderedDict()


@dataclass(frozen=True, slots=True)
class Bar:
    """A lying bar: its name, its shape, its value, and where its strip of the drawing begins."""

    name: str
    shape: Shape
    value: Text
    top: int


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart with its title, and a sentence that says what it shows to whoever does not see it."""

    title: str
    sentence: str
    unit: str
    names: Sequence[str]  # of bars; a curve has none
    drawing: Drawing | None  # None: there is nothing to show

    @property
    def bars(self) -> list[Bar]:
        """Return the bars one by one: the page sets their names, whatever letters and direction they have."""
        if self.drawing is None:
            return []
        of = zip(self.names, self.drawing.shapes, self.drawing.texts, strict=False)
        return [Bar(*one, top=BAR * place) for place, one in enumerate(of)]


def curve(title: str, labels: Sequence[str], values: Sequence[float], *, unit: str) -> Chart:
    """Return a curve over the ground it covers."""
    drawing = _drawn("curve", labels, values, _curve)
    return Chart(title, sentence(labels, values, unit), unit, (), drawing)


def bars(title: str, labels: Sequence[str], values: Sequence[float], *, unit: str) -> Chart:
    """Return lying bars, one under the other, each with its name and its value: the first of many."""
    names, some = labels[:MOST_BARS], values[:MOST_BARS]
    return Chart(title, sentence(names, some, unit), unit, names, _drawn("bars", (), some, _bars))


Draw = Callable[[Sequence[str], Sequence[float]], Any]


def _drawn(form: str, labels: Sequence[str], values: Sequence[float], draw: Draw) -> Drawing | None:
    """Return the drawing, from memory if the same numbers were drawn before."""
    if not any(values):
        return None
    data = repr((form, list(labels), [float(value) for value in values]))
    key = hashlib.sha256(data.encode()).hexdigest()[:16]
    found = _kept.get(key)
    if found is None:
        found = _draw(draw, labels, values)
        _kept[key] = found
        while len(_kept) > KEPT:
            _kept.popitem(last=False)
    return found


def sentence(labels: Sequence[str], values: Sequence[float], unit: str) -> str:
    """Return what the chart shows, in words."""
    if not any(values):
        return "There is nothing to show."
    most, least = max(values), min(values)
    high, low = labels[list(values).index(most)], labels[list(values).index(least)]
    of = f" {unit}" if unit else ""
    return f"{len(values)} values, from {least:,.6g}{of} ({low}) to {most:,.6g}{of} ({high})."


def _draw(draw: Draw, labels: Sequence[str], values: Sequence[float]) -> Drawing:
    from reports.drawing import drawn

    with _drawing:
        return drawn(draw(labels, values))


def _figure(height: float = HEIGHT) -> tuple[Any, Any]:
    from matplotlib.figure import Figure

    figure = Figure(figsize=(WIDTH / 72, height / 72), dpi=72)
    axes = figure.add_axes((0, 0, 1, 1))
    for side in axes.spines.values():
        side.set_visible(False)
    axes.tick_params(length=0, labelsize=FONT, pad=15)
    return figure, axes


def _curve(labels: Sequence[str], values: Sequence[float]) -> Any:
    """Return a figure with a scale at the left, a hairline for each of its steps, and some of the labels."""
    figure, axes = _figure()
    axes.set_position((0, 38 / HEIGHT, 1, 1 - 50 / HEIGHT))
    axes.set_xlim(*((0, len(values) - 1) if len(values) > 1 else (-0.5, 0.5)))
    _set_scale(axes, values)
    _set_labels(axes, labels)
    places = range(len(values))
    if len(values) == 1:
        axes.bar(places, values, width=0.05)[0].set_gid("chart-bar")  # a curve of one point is none
        return figure
    axes.fill_between(places, values, gid="chart-ground", zorder=0.4)  # under the lines of the scale
    axes.plot(places, values, gid="chart-curve")
    if len(values) <= MOST_DOTS:
        # Lines without length: their round ends are dots, however wide the drawing becomes.
        for name in ("chart-dot", "chart-dot chart-hole"):
            axes.plot(*_points(places, values), gid=name, clip_on=False)
    return figure


def _points(places: Sequence[int], values: Sequence[float]) -> tuple[list[float], list[float]]:
    gap = float("nan")
    across = [x for place in places for x in (float(place), float(place), gap)]
    return across, [y for value in values for y in (value, value, gap)]


def _set_scale(axes: Any, values: Sequence[float]) -> None:
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    low, top = min([*values, 0]) * 1.05, max([*values, 0]) * 1.05
    axes.set_ylim(low, top)
    axes.yaxis.set_major_locator(MaxNLocator(4, integer=all(float(value).is_integer() for value in values)))
    axes.yaxis.set_major_formatter(FuncFormatter(_short))
    ticks = [tick for tick in axes.yaxis.get_majorticklocs() if low <= tick <= top]
    axes.set_yticks(ticks)
    for tick in ticks:
        axes.axhline(tick, zorder=0.5, gid="chart-grid")
    for label in axes.get_yticklabels():
        label.set_gid("chart-scale")


def _set_labels(axes: Any, labels: Sequence[str]) -> None:
    """Set as many labels as a wide place has room for, and say which of them a narrow one shows."""
    need = max(LABEL, 10 + LETTER * max(map(len, labels), default=0)) * (len(labels) - 1)
    steps: dict[str, int] = {}
    step = 1
    for name, pixels in reversed(PLOTS.items()):  # each a multiple of the wider one's
        step *= max(-(-need // (pixels * step)), 1)
        steps[name] = step
    shown = range(0, len(labels), min(steps.values()))
    axes.set_xticks(list(shown), [labels[place] for place in shown])
    for place, label in zip(shown, axes.get_xticklabels(), strict=True):
        label.set_gid("chart-label" + next(name for name in PLOTS if place % steps[name] == 0))


def _bars(labels: Sequence[str], values: Sequence[float]) -> Any:
    figure, axes = _figure(BAR * len(values))
    axes.set_xlim(min([*values, 0]), max([*values, 0]))
    axes.set_ylim(len(values) - 0.5, -0.5)
    axes.set_axis_off()
    for bar in axes.barh(range(len(values)), values, height=0.62):
        bar.set_gid("chart-bar")
    for place, value in enumerate(values):
        axes.text(max(value, 0), place, _short(value, 0), va="center", fontsize=FONT, gid="chart-value")
    return figure


def _short(value: float, _: Any) -> str:
    """Return a value of the scale as short as it can be read: 12,500 is 12.5k."""
    if abs(value) >= 1e15:
        return f"{value:.2g}".replace("e+", "e")
    for limit, letter in ((1e12, "tn"), (1e9, "bn"), (1e6, "m"), (1e4, "k")):
        if abs(value) >= limit:
            return f"{value / (1000 if letter == 'k' else limit):.4g}{letter}"
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.4g}"
