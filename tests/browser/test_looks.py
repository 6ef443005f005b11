"""What is drawn: words stay in their boxes, colors keep their meaning, paper shows nothing one presses."""

import pytest
from playwright.sync_api import expect

from tests.browser.drawn import edges, spilling, strongest
from tests.browser.pages import PAGES

PHONE = {"width": 360, "height": 740}
DESK = {"width": 1440, "height": 900}
SMALL_WALL = {"width": 1280, "height": 720}


class TestTheHeader:
    def test_names_who_is_logged_in_where_there_is_room(self, windows):
        for size, is_named in ((DESK, True), (PHONE, False)):
            page = windows.open("guest", "/bookings/", viewport=size)
            name = page.locator("summary.who .who-name")
            assert name.is_visible() is is_named
            assert page.get_by_label(f"Account of {name.text_content()}").is_visible()


class TestWordsStayInTheirBoxes:
    def test_on_the_button_of_a_provider_with_a_long_name(self, windows):
        for who, address in (("", "login"), ("", "register"), ("guest", "profile")):
            page = windows.open(who, f"/accounts/{address}/", viewport=PHONE)
            words = "Link Anatolian" if who else "Log in with Anatolian"
            assert spilling(page, f"main .btn:has-text('{words}')") == []

    @pytest.mark.parametrize("size", [PHONE, DESK], ids=["on a phone", "at a desk"])
    def test_on_the_button_that_leads_to_the_queue_for_seats(self, windows, site, size):
        address = f"/journeys/?origin=istanbul&destination=ankara&date={site.today}"
        page = windows.open("guest", address, viewport=size)
        page.get_by_role("link", name="Train 81042").last.click()

        assert spilling(page, ".btn:has-text('Queue for so many seats')") == []

    @pytest.mark.parametrize("size", [DESK, SMALL_WALL], ids=["large", "small"])
    def test_in_the_figures_of_a_wall(self, windows, size):
        page = windows.open("manager", "/reports/wall/", viewport=size)

        assert spilling(page, ".today-figures dd") == []

    def test_in_the_boxes_of_a_plan_however_long_a_name_is(self, windows):
        page = windows.open("manager", "/venues/harbour-office/plan/", viewport=DESK)
        page.locator("[data-plan] .spot").first.press("ArrowRight")
        page.get_by_label("Name").fill("The room of the long conversations")
        page.get_by_label("Name").press("Tab")
        expect(page.locator("[data-plan] [aria-label^='The room of the']")).to_be_visible()

        for spot in page.locator("[data-plan] .spot").all():
            (first, last), (left, right) = edges(spot.locator("text")), edges(spot.locator("rect"))
            assert (left <= first, last <= right) == (True, True), spot.get_attribute("aria-label")
        page.get_by_role("button", name="Undo").click()
        page.get_by_role("button", name="Undo").click()

    def test_in_the_fields_of_a_time_by_a_clock_of_twelve_hours(self, windows, site):
        address = f"/venues/harbour-office/series/?start={site.today}T18:00&end={site.today}T19:00"
        for size in (PHONE, DESK):
            page = windows.open("guest", address, viewport=size, locale="en-US")
            for field in page.locator("[type=datetime-local]").all():
                wide, needed = field.evaluate(
                    """field => [0, "max-content"].map(size => {
                        if (size) field.style.setProperty("inline-size", size)
                        return field.getBoundingClientRect().width })"""
                )
                assert wide >= needed


class TestOnAPhone:
    def test_every_level_of_a_car_park_is_in_sight(self, windows):
        for who in ("", "guest", "staff"):
            page = windows.open(who, "/venues/pier-parking/", viewport=PHONE)
            for level in page.get_by_role("navigation", name="Level").get_by_role("link").all():
                expect(level).to_be_in_viewport(ratio=1)


class TestAProposedTime:
    @pytest.fixture(params=[("09:00", "09:15"), ("12:00", "13:00"), ("18:30", "19:00")], ids="-".join)
    def proposed(self, board, request):
        """A board on which somebody sweeps over free time and has not let go, and where that time is."""
        start, end = request.param
        swept = board("guest", viewport=SMALL_WALL)
        swept.page.emulate_media(color_scheme="light")
        place = [swept.point("Birch", clock, minutes=0)[0] for clock in (start, end)]
        swept.page.mouse.move(*swept.point("Birch", start))
        swept.page.mouse.down()
        swept.page.mouse.move(*swept.point("Birch", end, minutes=-6), steps=3)
        return swept.page, place

    def test_is_drawn_from_its_start_to_its_end_in_the_color_of_what_is_yours(self, proposed):
        page, place = proposed
        ghost = page.locator(".is-ghost")

        assert edges(ghost) == pytest.approx(place, abs=2)
        assert strongest(ghost) == "blue"

    def test_says_all_of_itself(self, proposed):
        page, _ = proposed
        words = page.locator(".is-ghost span")

        assert words.evaluate("words => words.scrollWidth <= words.clientWidth")
        expect(words).to_be_in_viewport(ratio=1)


class TestTheLineOfNow:
    ON_TOP = """() => {
        const [now, row] = [".board-now", ".board-row[data-room]"].map(part => document.querySelector(part))
        const [{ x }, { y }] = [now, row].map(part => part.getBoundingClientRect())
        now.style.pointerEvents = "auto"
        return document.elementFromPoint(x, y + 12).className }"""

    def test_runs_behind_what_is_written(self, windows):
        page = windows.open("guest", "/venues/harbour-office/", viewport=PHONE)
        expect(page.locator("[data-live]")).to_have_text("Live")

        assert page.evaluate(self.ON_TOP) != "board-now"


class TestPaper:
    PRESSED = "main :is(.btn, button, summary, input, select, textarea, .back):visible"

    @pytest.mark.parametrize("name", ["a booking", "a booking with tickets"])
    def test_shows_nothing_one_presses(self, windows, day, name):
        (shown,) = [page for page in PAGES if page.name == name]
        page = windows.open(shown.who)
        shown.first(page, day, windows)

        page.emulate_media(media="print")

        assert page.locator(self.PRESSED).all_inner_texts() == []
        for heading in ("Price", "What happened", *(["Tickets"] if "tickets" in name else [])):
            expect(page.get_by_role("heading", name=heading)).to_be_visible()


class TestTheStopsOfADeparture:
    def test_stand_below_one_another(self, windows):
        page = windows.open("staff", "/desk/train-81042/departures/", viewport=DESK)
        page.locator("a.desk-where").last.click()
        stops = page.get_by_role("region", name="Stops").get_by_role("listitem").all()

        columns = {tuple(edges(part)[0] for part in stop.locator("> *").all()) for stop in stops}

        assert len(columns) == 1
