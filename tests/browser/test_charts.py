"""Charts as Chromium sets them: they fill their place, and no text lies on another, whatever it says."""

from datetime import timedelta

import pytest

NAMES = [
    "The Grand Imperial Harbour Office and Conference Centre of the Greater Bosphorus Region (North)",
    "Donaudampfschifffahrtsgesellschaftskapitänskajüte",
    "قاعة الرصيف الكبرى للمؤتمرات والمعارض الدولية",
    "🏮🏮 Lantern House 👩‍👩‍👧‍👦 for families 🏮🏮🏮🏮🏮🏮🏮🏮🏮🏮",
    "埠頭駐車場の地下三階にある大きな会議室と小さな会議室",
    "W" * 80,
]
TEXTS = """() => [...document.querySelectorAll('.chart-words text, .chart-name')].map(node => {
    const {left, top, right, bottom} = node.getBoundingClientRect()
    return {text: node.textContent, box: [left, top, right, bottom], shown: right > left}
}).filter(one => one.shown)"""
PLACES = """() => {
    const box = selector => {
        const {left, right} = document.querySelector(selector).getBoundingClientRect()
        return [left, right] }
    const pad = parseFloat(getComputedStyle(document.querySelector('.chart')).paddingLeft)
    const shapes = [...document.querySelectorAll('.chart path')].map(node => node.getBoundingClientRect())
    return {card: box('.chart'), table: box('.report-table'), pad,
        shapes: [Math.min(...shapes.map(one => one.left)), Math.max(...shapes.map(one => one.right))]} }"""


def _lies_on(one, two):
    half = 0.5  # a pixel that both only touch
    return (
        one[0] + half < two[2]
        and two[0] + half < one[2]
        and one[1] + half < two[3]
        and two[1] + half < one[3]
    )


def _judge(page):
    texts = page.evaluate(TEXTS)
    place = page.evaluate(PLACES)
    left, right = place["card"]
    assert texts
    assert [
        (one["text"], two["text"])
        for n, one in enumerate(texts)
        for two in texts[:n]
        if _lies_on(one["box"], two["box"])
    ] == []
    assert [one["text"] for one in texts if one["box"][0] < left or one["box"][2] > right] == []
    assert place["card"] == place["table"], "a chart is not as wide as the table below it"
    return texts, place


@pytest.mark.parametrize("width", [360, 768, 1440])
@pytest.mark.parametrize("days", [1, 60])
class TestACurve:
    def test_fills_its_place_and_no_text_lies_on_another(self, windows, site, days, width):
        first = site.today - timedelta(days=days - 1)
        page = windows.open(
            "manager", f"/reports/occupancy/?by=day&venue=harbour-office&from={first}&to={site.today}"
        )
        page.set_viewport_size({"width": width, "height": 800})

        texts, place = _judge(page)

        left, right = place["card"]
        assert place["shapes"][0] - left <= place["pad"] + 60
        assert right - place["shapes"][1] <= place["pad"] + 30
        dates = [one for one in texts if one["text"].split()[-1].isalpha()]
        assert len(dates) >= (1 if days == 1 else 3 if width == 360 else 6)


@pytest.mark.parametrize("width", [360, 768, 1440])
@pytest.mark.parametrize("rows", [1, 20])
class TestBars:
    def test_stand_beside_their_names_whatever_letters_these_have(self, windows, rows, width):
        what = "type" if rows > 1 else "venue&venue=harbour-office"
        page = windows.open("manager", f"/reports/occupancy/?by={what}")
        page.set_viewport_size({"width": width, "height": 800})
        page.evaluate(
            """names => document.querySelectorAll('.chart-name').forEach(
                (node, place) => { node.textContent = names[place % names.length] })""",
            NAMES,
        )

        _, place = _judge(page)

        assert page.locator(".chart-name").count() == rows
        assert place["shapes"][1] - place["shapes"][0] >= (0.25 if width == 360 else 0.4) * width
