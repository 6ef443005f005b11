"""A backend for Matplotlib that draws shapes instead of SVG: a page's own template writes them.

So nothing it draws is markup that has to be trusted, there is no inline style for the content security
policy to block, and colors are classes: a chart is light or dark as the page around it is.

The page stretches the shapes to their place, whatever that is, and leaves lines and letters as they are: so
shapes are told in units, and texts by their place in per cent.
"""

from dataclasses import dataclass, field
from typing import Any

from matplotlib.backend_bases import RendererBase
from matplotlib.figure import Figure
from matplotlib.path import Path as Outline

POINTS = 72  # to the inch: one unit of a drawing
CAPITAL = 0.72  # of a letter's size: how high it stands
LETTERS = {Outline.MOVETO: "M", Outline.LINETO: "L", Outline.CURVE3: "Q", Outline.CURVE4: "C"}


@dataclass(frozen=True, slots=True)
class Shape:
    """A path, and the class that says what it is."""

    path: str
    name: str


@dataclass(frozen=True, slots=True)
class Text:
    """A text: where its middle line stands, in per cent of width and height, and which end of it is there."""

    across: float
    down: float
    text: str
    anchor: str
    name: str
    size: tuple[float, float]  # pixels that it takes, for tests to find what overlaps


@dataclass(slots=True)
class Drawing:
    """What was drawn, in the order in which it lies on the page."""

    width: int
    height: int
    shapes: list[Shape] = field(default_factory=list)
    texts: list[Text] = field(default_factory=list)


class ShapeRenderer(RendererBase):
    """Collect what artists draw; the name of each is its `gid`, and what has none is not shown."""

    def __init__(self, drawing: Drawing) -> None:
        super().__init__()
        self.drawing = drawing
        self._names: list[str] = []

    def open_group(self, s: str, gid: str | None = None) -> None:
        """Begin what one artist draws."""
        self._names.append(gid or "")

    def close_group(self, s: str) -> None:
        """End it."""
        self._names.pop()

    @property
    def _name(self) -> str:
        return next((name for name in reversed(self._names) if name), "")

    def draw_path(self, gc: Any, path: Outline, transform: Any, rgbFace: Any = None) -> None:  # noqa: N803
        """Keep a path of an artist that has a name."""
        if self._name:
            self.drawing.shapes.append(Shape(self._written(path, transform), self._name))

    def _written(self, path: Outline, transform: Any) -> str:
        parts = []
        for points, code in path.iter_segments(transform, simplify=False):
            if code == Outline.CLOSEPOLY:
                parts.append("Z")
                continue
            pairs = zip(points[0::2], points[1::2], strict=True)
            places = " ".join(f"{x:.1f} {self.drawing.height - y:.1f}" for x, y in pairs)
            parts.append(f"{LETTERS[code]}{places}")
        return "".join(parts)

    def draw_text(  # noqa: PLR0913, PLR0917 -- Matplotlib's own
        self, gc: Any, x: float, y: float, s: str, prop: Any, angle: float, ismath: Any = False,
        mtext: Any = None,
    ) -> None:  # fmt: skip
        """Keep a text; Matplotlib gives its lower left corner, a page its end and its middle line.

        What stands beside the drawing, as a scale does, stands at its edge: the page keeps the distance.
        """
        width, height, _ = self.get_text_width_height_descent(s, prop, False)
        anchor = {"left": "start", "center": "middle", "right": "end"}[mtext.get_ha() if mtext else "left"]
        shift = {"start": 0.0, "middle": width / 2, "end": width}[anchor]
        across = 100 * float(x + shift) / self.drawing.width
        down = 100 * float(y - prop.get_size() * CAPITAL / 2) / self.drawing.height
        place = (round(min(max(across, 0.0), 100.0), 2), round(down, 2))
        self.drawing.texts.append(Text(*place, s, anchor, self._name, (float(width), float(height))))

    def draw_image(self, *args: Any, **more: Any) -> None:
        """Refuse pictures: charts have none."""
        raise NotImplementedError

    def flipy(self) -> bool:
        """Say that texts are placed from the top."""
        return True

    def get_canvas_width_height(self) -> tuple[float, float]:
        """Return the size of the page."""
        return self.drawing.width, self.drawing.height

    def points_to_pixels(self, points: Any) -> Any:
        """Return pixels: they are points here."""
        return points


def drawn(figure: Figure) -> Drawing:
    """Return the shapes of a figure whose dots are a 72nd of an inch."""
    width, height = (round(side * POINTS) for side in figure.get_size_inches())
    drawing = Drawing(width, height)
    figure.draw(ShapeRenderer(drawing))
    return drawing
