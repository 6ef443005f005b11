"""Charts: numbers to shapes in our own dress. Knows no database, and Matplotlib only once something is drawn.

Colors and letters are the page's: a shape says what it is (`chart-bar`), and static/css/charts.css how that
looks. Matplotlib says where everything goes. Beside every chart its numbers stand as a table.
"""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from reports.drawing import Drawing

WIDTH, HEIGHT, FONT = 860, 280, 12  # pixels
LABEL = 44  # pixels that a date takes, with the space around it
MOST_BARS, BAR = 20, 26  # lying bars in one chart, and how many pixels of its height each takes
LONGEST_NAME = 26  # letters of a name beside its bar
KEPT = 200  # drawings in memory, of some 10 kB each
_drawing = threading.Lock()  # Matplotlib keeps fonts and caches that threads must not share
_kept: OrderedDict[str, Drawing] = OrderedDict()


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart with its title, and a sentence that says what it shows to whoever does not see it."""

    key: str
    title: str
    sentence: str
    drawing: Drawing


def curve(title: str, labels: Sequence[str], values: Sequence[float], *, unit: str) -> Chart:
    """Return a curve over the ground it covers."""
    return _chart("curve", title, labels, values, unit, _curve)


def bars(title: str, labels: Sequence[str], values: Sequence[float], *, unit: str) -> Chart:
    """Return lying bars, one under the other, each with its name and its value: the first of many."""
    return _chart("bars", title, labels[:MOST_BARS], values[:MOST_BARS], unit, _bars)


Draw = Callable[[Sequence[str], Sequence[float]], Any]


def _chart(
    form: str, title: str, labels: Sequence[str], values: Sequence[float], unit: str, draw: Draw
) -> Chart:
    """Return the chart, from memory if the same numbers were drawn before."""
    data = repr((form, list(labels), [float(value) for value in values]))
    key = hashlib.sha256(data.encode()).hexdigest()[:16]
    found = _kept.get(key)
    if found is None:
        found = _draw(draw, labels, values)
        _kept[key] = found
        while len(_kept) > KEPT:
            _kept.popitem(last=False)
    return Chart(key, title, sentence(labels, values, unit), found)


def sentence(labels: Sequence[str], values: Sequence[float], unit: str) -> str:
    """Return what the chart shows, in words."""
    if not values:
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
    axes.tick_params(length=0, labelsize=FONT, pad=6)
    return figure, axes


def _upright(labels: Sequence[str], values: Sequence[float]) -> tuple[Any, Any]:
    """Return a figure with a scale at the left, a hairline for each of its steps, and some of the labels."""
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    figure, axes = _figure()
    top = max([*values, 0]) or 1
    low = min([*values, 0])
    axes.set_ylim(low * 1.05, top * 1.05)
    axes.set_xlim(-0.6, max(len(labels), 1) - 0.4)
    axes.yaxis.set_major_locator(MaxNLocator(4))
    axes.yaxis.set_major_formatter(FuncFormatter(_short))
    ticks = [tick for tick in axes.yaxis.get_majorticklocs() if low * 1.05 <= tick <= top * 1.05]
    axes.set_yticks(ticks)
    for tick in ticks:
        axes.axhline(tick, zorder=0.5, gid="chart-grid")
    wide = 7 * max((len(_short(tick, 0)) for tick in ticks), default=1)
    left = (wide + 14) / WIDTH
    axes.set_position((left, 32 / HEIGHT, 1 - left - 22 / WIDTH, 1 - 46 / HEIGHT))
    room = int((WIDTH * (1 - left) - 22) // max(LABEL, 7 * max(map(len, labels), default=1)))
    step = -(-len(labels) // max(room, 1))
    shown = range(0, len(labels), step or 1)
    axes.set_xticks(list(shown), [labels[place] for place in shown])
    for label in axes.get_xticklabels() + axes.get_yticklabels():
        label.set_gid("chart-label")
    return figure, axes


def _curve(labels: Sequence[str], values: Sequence[float]) -> Any:
    figure, axes = _upright(labels, values)
    places = range(len(values))
    axes.fill_between(places, values, gid="chart-ground")
    axes.plot(places, values, gid="chart-curve")
    if len(values) == 1:
        axes.bar(places, values, width=0.05)[0].set_gid("chart-bar")  # a curve of one point is none
    return figure


def _bars(labels: Sequence[str], values: Sequence[float]) -> Any:
    figure, axes = _figure(BAR * max(len(values), 1) + 12)
    top = max([*values, 0]) or 1
    low = min([*values, 0])
    names = [label if len(label) <= LONGEST_NAME else f"{label[: LONGEST_NAME - 1]}…" for label in labels]
    left = (8 * max(map(len, names), default=1) + 12) / WIDTH
    axes.set_position((left, 0, 1 - left - 80 / WIDTH, 1))
    axes.set_xlim(low, top)
    axes.set_ylim(len(values) - 0.4, -0.6)
    axes.set_xticks([])
    axes.set_yticks(range(len(names)), names)
    for label in axes.get_yticklabels():
        label.set_gid("chart-name")
    for place, (bar, value) in enumerate(
        zip(axes.barh(range(len(values)), values, height=0.62), values, strict=True)
    ):
        bar.set_gid("chart-bar")
        axes.annotate(
            _short(value, 0), (max(value, 0), place), xytext=(6, 0), textcoords="offset points",
            va="center", fontsize=FONT, gid="chart-label", annotation_clip=False,
        )  # fmt: skip
    return figure


def _short(value: float, _: Any) -> str:
    """Return a value of the scale as short as it can be read: 12,500 is 12.5k."""
    for limit, letter in ((1_000_000_000, "bn"), (1_000_000, "m"), (10_000, "k")):
        if abs(value) >= limit:
            return f"{value / (1000 if letter == 'k' else limit):.4g}{letter}"
    return f"{value:,.6g}"
