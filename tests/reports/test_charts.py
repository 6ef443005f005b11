"""Charts: whatever the number of values, no label lies on another or sticks out, and words tell the rest."""

import pytest

from reports import charts

FORMS = [charts.curve, charts.bars]


def _chart(form, number):
    names = [f"{n % 28 + 1} Nov" for n in range(number)]
    if form is charts.bars:
        names = [f"A venue with a long name, number {n}" for n in range(number)]
    return form("Revenue by day", names, [float(n * 37 % 400 * 1000) for n in range(number)], unit="EUR")


def _overlap(one, other):
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.__name__)
@pytest.mark.parametrize("number", [1, 2, 60, 366])
def test_no_text_lies_on_another_or_sticks_out(form, number):
    drawing = _chart(form, number).drawing

    boxes = [text.box for text in drawing.texts]
    assert [(one, other) for n, one in enumerate(boxes) for other in boxes[:n] if _overlap(one, other)] == []
    assert all(box[0] >= 0 and box[1] >= 0 for box in boxes)
    assert all(box[2] <= drawing.width and box[3] <= drawing.height for box in boxes)


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.__name__)
def test_every_shape_says_what_it_is(form):
    drawing = _chart(form, 30).drawing

    names = {shape.name for shape in drawing.shapes} | {text.name for text in drawing.texts}
    assert names <= {"chart-bar", "chart-grid", "chart-curve", "chart-ground", "chart-label", "chart-name"}
    assert {shape.name for shape in drawing.shapes} & {"chart-bar", "chart-curve"}


def test_the_same_numbers_are_drawn_once():
    assert _chart(charts.curve, 30).drawing is _chart(charts.curve, 30).drawing
    assert _chart(charts.curve, 30).drawing is not _chart(charts.curve, 31).drawing


def test_words_say_what_is_shown():
    chart = charts.curve("Revenue by day", ["1 Nov", "2 Nov", "3 Nov"], [10.0, 2.5, 7.0], unit="EUR")

    assert chart.sentence == "3 values, from 2.5 EUR (2 Nov) to 10 EUR (1 Nov)."


def test_nothing_is_drawn_of_nothing():
    assert charts.bars("Revenue by venue", [], [], unit="EUR").sentence == "There is nothing to show."
