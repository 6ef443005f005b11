"""What a browser drew: where a box begins and ends, whether words keep to it, which color it is."""

from playwright.sync_api import Locator, Page, expect

SPILLS = """boxes => boxes.filter(box => {
    const words = document.createRange()
    words.selectNodeContents(box)
    const [outer, inner] = [box.getBoundingClientRect(), words.getBoundingClientRect()]
    const { paddingLeft, paddingRight } = getComputedStyle(box)
    const left = inner.left - outer.left - parseFloat(paddingLeft)
    const right = outer.right - inner.right - parseFloat(paddingRight)
    return Math.min(left, right) < -1
}).map(box => box.textContent)"""

STRONGEST = """node => {
    const paint = Object.assign(document.createElement("canvas"), { width: 1, height: 1 }).getContext("2d")
    paint.fillStyle = getComputedStyle(node).backgroundColor
    paint.fillRect(0, 0, 1, 1)
    const parts = [...paint.getImageData(0, 0, 1, 1).data].slice(0, 3)
    return ["red", "green", "blue"][parts.indexOf(Math.max(...parts))]
}"""


def spilling(page: Page, boxes: str) -> list[str]:
    """What is written in these boxes and goes over their padding: nothing, or the words."""
    found = page.locator(boxes)
    expect(found.first).to_be_visible()
    return found.evaluate_all(SPILLS)


def edges(found: Locator) -> tuple[float, float]:
    """Where a box begins and ends, from the left."""
    box = found.bounding_box()
    assert box is not None
    return box["x"], box["x"] + box["width"]


def strongest(found: Locator) -> str:
    """Which of red, green and blue is the strongest in the ground of a box."""
    return str(found.evaluate(STRONGEST))
