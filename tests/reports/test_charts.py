"""Charts: however many values and however wide the place, no label lies on another or sticks out."""

import pytest

from reports import charts

FORMS = [charts.curve, charts.bars]
LINE = 15  # pixels of height that a browser gives a text of ours
SHORTEST = 240  # pixels of height that a curve has at least: 15rem
WIDTHS = [200, 439, 440, 879, 880, 1300]  # pixels for a curve, from a phone to a wide window
MARGINS = {"chart-scale": 8, "chart-value": 6}  # pixels between a text and what it tells of
BESIDE = {"curve": (charts.SCALE, 24), "bars": (0, 72)}  # pixels that the page keeps free at either side
NUMBERS = {
    "few": lambda n: float(n * 37 % 400 * 1000),
    "huge": lambda n: float((n % 7 + 1) * 98_765_432_101_234_567),
    "below zero": lambda n: -float(n % 5 * 1234.56 + 1),
    "both ways": lambda n: float(n % 9 - 4) * 123_456,
    "tiny": lambda n: (n % 3 + 1) / 1000,
}


def _chart(form, number, value=NUMBERS["few"]):
    names = [f"{n % 28 + 1} Nov" for n in range(number)]
    if form is charts.bars:
        names = [f"A venue with a long name, number {n}" for n in range(number)]
    return form("Revenue by day", names, [value(n + 1) for n in range(number)], unit="EUR")


def _height(drawing):
    return SHORTEST if drawing.height == charts.HEIGHT else drawing.height


def _shown(drawing, width):
    """Return the texts that a place of that width shows, each with the box it takes there."""
    for text in drawing.texts:
        level = next((name for name in text.name.split() if name[-1] in "23"), "")
        if level and width < charts.PLOTS[f" {level}"]:
            continue
        wide, high = text.size[0], LINE
        start = {"start": 0, "middle": wide / 2, "end": wide}[text.anchor]
        gap = MARGINS.get(text.name, 0) * {"start": 1, "middle": 0, "end": -1}[text.anchor]
        left = text.across / 100 * width - start + gap
        top = text.down / 100 * _height(drawing) - high / 2
        yield text, (left, top, left + wide, top + high)


def _overlap(one, other):
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.__name__)
@pytest.mark.parametrize("number", [1, 2, 3, 14, 60, 366])
@pytest.mark.parametrize("value", NUMBERS.values(), ids=NUMBERS)
def test_no_text_lies_on_another_or_sticks_out(form, number, value):
    drawing = _chart(form, number, value).drawing
    before, after = BESIDE[form.__name__]

    for width in WIDTHS:
        boxes = [box for _, box in _shown(drawing, width)]
        assert [(one, two) for n, one in enumerate(boxes) for two in boxes[:n] if _overlap(one, two)] == []
        assert all(box[0] >= -before and box[2] <= width + after for box in boxes)
        assert all(box[1] >= 0 and box[3] <= _height(drawing) for box in boxes)


@pytest.mark.parametrize("number", [1, 2, 3, 14, 60, 366])
def test_a_wider_place_shows_at_least_as_many_labels_and_a_narrow_one_some(number):
    drawing = _chart(charts.curve, number).drawing

    labels = [sum("label" in text.name for text, _ in _shown(drawing, width)) for width in WIDTHS]
    assert labels == sorted(labels)
    assert labels[0] >= min(number, 2)
    assert labels[-1] >= min(number, 10)


def test_labels_of_one_line_stand_on_one_line():
    drawing = charts.curve("Made", ["1 May", "2 Nov", "3 Sep", "4 Mar"], [1, 2, 3, 4], unit="").drawing

    assert len({text.down for text in drawing.texts if "label" in text.name}) == 1


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.__name__)
def test_every_shape_says_what_it_is(form):
    drawing = _chart(form, 30).drawing

    shapes, texts = (
        {name for one in some for name in one.name.split()} for some in (drawing.shapes, drawing.texts)
    )
    assert shapes <= {"chart-bar", "chart-grid", "chart-curve", "chart-ground", "chart-dot", "chart-hole"}
    assert texts <= {"chart-label", "chart-label-2", "chart-label-3", "chart-scale", "chart-value"}
    assert shapes & {"chart-bar", "chart-curve"}


def test_a_bar_has_its_name_its_value_and_its_strip():
    chart = charts.bars("Seats by route", ["Ankara", "قطار", "🚆"], [30.0, 15.0, -15.0], unit="")

    assert [(bar.name, bar.value.text, bar.value.across, bar.top) for bar in chart.bars] == [
        ("Ankara", "30", 100.0, 0), ("قطار", "15", 66.67, 26), ("🚆", "-15", 33.33, 52),
    ]  # fmt: skip
    assert [bar.shape.path.split("L")[0] for bar in chart.bars] == [
        "M333.3 4.9",
        "M333.3 30.9",
        "M333.3 56.9",
    ]


def test_only_the_first_of_many_bars_are_drawn():
    assert len(_chart(charts.bars, 60).bars) == charts.MOST_BARS


def test_a_scale_of_whole_numbers_has_no_halves():
    drawing = charts.curve("Made", ["1 Nov", "2 Nov"], [0, 1], unit="").drawing

    assert [text.text for text in drawing.texts if text.name == "chart-scale"] == ["0", "1"]


def test_the_lines_of_the_scale_are_seen_on_the_ground_and_under_the_curve():
    shapes = [shape.name for shape in _chart(charts.curve, 30).drawing.shapes]

    assert list(dict.fromkeys(shapes))[:3] == ["chart-ground", "chart-grid", "chart-curve"]


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (0.125, "0.125"),
        (12.5, "12.5"),
        (9728.95, "9,729"),
        (34_740, "34.74k"),
        (-1_500_000, "-1.5m"),
        (2e17, "2e17"),
    ],
)
def test_a_value_beside_its_bar_is_short(value, written):
    (bar,) = charts.bars("Revenue", ["Pier Hall"], [value], unit="EUR").bars

    assert bar.value.text == written


def test_the_same_numbers_are_drawn_once():
    assert _chart(charts.curve, 30).drawing is _chart(charts.curve, 30).drawing
    assert _chart(charts.curve, 30).drawing is not _chart(charts.curve, 31).drawing


def test_words_say_what_is_shown():
    chart = charts.curve("Revenue by day", ["1 Nov", "2 Nov", "3 Nov"], [10.0, 2.5, 7.0], unit="EUR")

    assert chart.sentence == "3 values, from 2.5 EUR (2 Nov) to 10 EUR (1 Nov)."


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.__name__)
@pytest.mark.parametrize("values", [[], [0.0, 0.0]], ids=["no rows", "nothing but zeros"])
def test_nothing_is_drawn_of_nothing(form, values):
    chart = form("Revenue by venue", ["One", "Two"][: len(values)], values, unit="EUR")

    assert (chart.drawing, chart.bars, chart.sentence) == (None, [], "There is nothing to show.")
