"""Places on a plan: boxes, and which of them lie in a rectangle that somebody drew.

A plan is measured in units of its own, from the left and from the top. A box lies in a rectangle if its
middle does: whoever draws need not catch a room to its last corner.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from reservations.errors import Invalid

FAR = 20_000
"""Units from the middle of a plan: what is farther is a slip of the hand."""
_NUMBER = re.compile(r"-?[0-9]{1,5}(\.[0-9]{1,6})?")


@dataclass(frozen=True, slots=True)
class Box:
    """An upright rectangle, its edges included."""

    left: float
    top: float
    right: float
    bottom: float

    @classmethod
    def between(cls, x1: float, y1: float, x2: float, y2: float) -> "Box":
        """Return the box that has these two corners, whichever they are."""
        return cls(min(x1, x2), min(y1, y2), max(x1, x2), max(y1, y2))

    @property
    def width(self) -> float:
        """How far it reaches across."""
        return self.right - self.left

    @property
    def height(self) -> float:
        """How far it reaches down."""
        return self.bottom - self.top

    @property
    def middle(self) -> tuple[float, float]:
        """The point in its middle."""
        return (self.left + self.right) / 2, (self.top + self.bottom) / 2

    def holds(self, other: "Box") -> bool:
        """Test whether the other lies in this one: its middle does."""
        x, y = other.middle
        return self.left <= x <= self.right and self.top <= y <= self.bottom

    def joined(self, other: "Box") -> "Box":
        """Return the smallest box that reaches as far as both."""
        return Box(
            min(self.left, other.left),
            min(self.top, other.top),
            max(self.right, other.right),
            max(self.bottom, other.bottom),
        )

    def grown(self, by: float) -> "Box":
        """Return the box with so much more on every side."""
        return Box(self.left - by, self.top - by, self.right + by, self.bottom + by)


def around(boxes: Iterable[Box]) -> Box:
    """Return the smallest box that reaches as far as all of them; of none, a point."""
    found: Box | None = None
    for box in boxes:
        found = box if found is None else found.joined(box)
    return found or Box(0, 0, 0, 0)


def box_in(text: str) -> Box:
    """Return the rectangle that a text tells by two of its corners: "20,40,300,220".

    :raises Invalid: if these are not four numbers, or one lies too far off the plan
    """
    numbers = text.split(",", 4) if len(text) <= 80 else []
    if len(numbers) != 4 or not all(_NUMBER.fullmatch(number) for number in numbers):
        raise _invalid("A rectangle is four numbers, x1,y1,x2,y2, such as 20,40,300,220.")
    x1, y1, x2, y2 = map(float, numbers)
    if max(map(abs, (x1, y1, x2, y2))) > FAR:
        raise _invalid("This lies too far off the plan.")
    return Box.between(x1, y1, x2, y2)


def _invalid(sentence: str) -> Invalid:
    return Invalid(sentence, field_errors={"within": [sentence]})
