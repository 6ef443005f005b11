"""Which rooms and which days one looks at: filters act at once and stay in the address; day, week, list."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from tests.browser.board import Board

HEAR_TOMORROW = """async () => {
    const { name } = performance.getEntriesByType("resource").find(({ name }) => /live\\/clock\\b/.test(name))
    const { clock } = await import(name)
    clock.hear(new Date(clock.now() + 24 * 3_600_000).toISOString())
}"""


@pytest.fixture
def hers(board):
    return board("guest")


@pytest.fixture
def open_house(windows, site):
    """A house that never closes, today, in anybody's window."""
    return lambda who, query="": Board(windows.open(who), "open-house", site.today).goto(query)


def rooms_shown(board):
    return board.page.locator(".board-row[data-room]:visible .board-name").all_text_contents()


def times_of(free):
    return free.replace(" ", "\N{EN DASH}")


class TestAFilter:
    @pytest.mark.parametrize(
        ("choose", "address", "fits"),
        [
            (("combobox", "Seats", "12"), "capacity=12", lambda room: room["capacity"] >= 12),
            (("combobox", "Floor", "3"), "floor=3", lambda room: room["floor"] == "3"),
            (("checkbox", "Video calls", ""), "amenity=video", lambda room: "video" in room["amenities"]),
        ],
        ids=["seats", "floor", "amenity"],
    )
    def test_acts_at_once_and_is_in_the_address(self, hers, choose, address, fits):
        role, name, option = choose
        field = hers.page.get_by_role(role, name=name)
        with hers.line.unheard() as asked:
            field.select_option(option) if option else field.check(force=True)
            expect(hers.page).to_have_url(re.compile(address))

        wanted = [room["name"] for room in hers.data["snapshot"]["rooms"] if fits(room)]
        assert 0 < len(wanted) < 24
        assert rooms_shown(hers) == wanted
        assert asked == []
        hers.page.reload()
        hers.is_live()
        assert rooms_shown(hers) == wanted

    def test_goes_along_to_another_day_and_another_view(self, hers):
        hers.page.get_by_role("combobox", name="Seats").select_option("20")

        for link in ("Later", "Week", "List"):
            hers.page.get_by_role("link", name=re.compile(link)).first.click()
            hers.page.wait_for_load_state()
            expect(hers.page.get_by_role("combobox", name="Seats")).to_have_value("20")
            expect(hers.page).to_have_url(re.compile("capacity=20"))

    def test_that_nothing_fits_says_so(self, hers):
        hers.page.get_by_role("combobox", name="Seats").select_option("20")
        hers.page.get_by_role("combobox", name="Floor").select_option("1")

        expect(hers.page.locator(".board-empty")).to_have_text(
            "No room fits these filters. Take one off to see more."
        )
        assert rooms_shown(hers) == []

    def test_leaves_the_keyboard_a_way_into_what_is_left(self, hers):
        hers.page.get_by_role("combobox", name="Seats").select_option("20")

        expect(hers.page.locator(".board-row:visible .seg[tabindex='0']")).to_have_count(1)


class TestMyViews:
    def test_keep_what_is_shown_now_and_come_back_to_it_from_another_day(self, hers):
        page = hers.page
        page.get_by_role("combobox", name="Seats").select_option("12")
        page.get_by_role("checkbox", name="Video calls").check(force=True)
        shown = rooms_shown(hers)
        menu = page.locator("details.views")
        menu.locator("summary").click()
        menu.get_by_label("Keep this view and its filters as").fill("Large, with video")
        menu.get_by_role("button", name="Keep", exact=True).click()
        expect(page.get_by_text("“Large, with video” is kept in your views.")).to_be_visible()

        hers.goto()
        assert len(rooms_shown(hers)) == 24
        menu.locator("summary").click()
        menu.get_by_role("link", name="Large, with video").click()
        hers.is_live()
        assert rooms_shown(hers) == shown
        menu.locator("summary").click()
        menu.get_by_role("button", name="Remove Large, with video").click()

        expect(page.get_by_text("“Large, with video” is no longer kept.")).to_be_visible()


class TestFreeNow:
    @pytest.mark.parametrize("view", ["", "view=list"])
    def test_is_not_asked_of_another_day_and_no_room_is_called_busy_there(self, hers, view):
        page = hers.page

        page.goto(f"/venues/harbour-office/?date={hers.day}&free=now&{view}")
        hers.is_live()

        expect(page.get_by_label("Free now")).to_have_count(0)
        expect(page.locator(".board-dot.is-unknown")).not_to_have_count(0)
        expect(page.locator(".board-dot.is-busy")).to_have_count(0)
        expect(page.get_by_text("No room fits these filters.")).to_be_hidden()

    def test_drops_a_room_the_moment_somebody_takes_it_and_brings_it_back(self, open_house, site):
        his, hers = open_house("guest2", "free=now"), open_house("guest")
        assert "Nook 3" in rooms_shown(his)
        his.row("Nook 3").locator(".seg.is-free").first.focus()
        running = f"{site.now:%H}:{site.now.minute // 15 * 15:02}"

        hers.click("Nook 3", running)
        expect(hers.dialog.get_by_role("heading", name="Book Nook 3")).to_be_visible()
        expect(his.row("Nook 3")).to_be_hidden()
        expect(his.page.locator(".board-row:visible .seg:focus")).to_have_count(1)
        expect(hers.row("Nook 3").locator(".board-dot")).to_have_class(re.compile("is-busy"))

        hers.page.keyboard.press("Escape")
        expect(his.row("Nook 3")).to_be_visible()

    def test_counts_on_the_front_page_too(self, windows, open_house, site):
        front = windows.open("", "/")
        count = front.locator("[data-free-now=open-house]")
        before = int(count.text_content())
        hers = open_house("guest")

        hers.click("Nook 4", f"{site.now:%H}:{site.now.minute // 15 * 15:02}")

        expect(count).to_have_text(str(before - 1))


class TestTheWeek:
    def test_shows_seven_days_and_a_booking_as_it_comes(self, hers, board):
        week = board("guest2", query="view=week")
        expect(week.page.locator(".board-day")).to_have_count(7)

        hers.book("Aurora", "09:00", "12:00")

        week.shows(f"Aurora, {week.day:%a %-d %B}, 09:00 to 12:00, booked")

    def test_books_by_a_click_on_any_of_its_days(self, board):
        week = board("guest", query="view=week")
        free = week.cell(re.compile(f"^Birch, {week.day:%a %-d %B}, 07:00 to .* free"))
        free.scroll_into_view_if_needed()

        free.click()

        expect(week.dialog.get_by_role("heading", name="Book Birch")).to_be_visible()

    def test_carries_an_hour_to_another_day_by_keyboard_and_by_its_middle(self, windows, day):
        on = day - timedelta(days=day.weekday() == 4)  # the day after is open, too
        day_before, day_after = f"{on:%a %-d %B}", f"{on + timedelta(days=1):%a %-d %B}"
        week = Board(windows.open("guest"), "harbour-office", on).goto()
        week.book("Delta", "18:00", "19:00")
        week.goto("view=week")
        week.cell(f"Delta, {day_before}, 18:00 to 19:00, your booking").focus()

        for key in ("m", *["ArrowRight"] * 5, "Enter"):
            week.page.keyboard.press(key)
        carried = week.cell(f"Delta, {day_after}, 07:00 to 08:00, your booking")
        expect(carried).to_be_visible()
        box, width = carried.bounding_box(), week.row("Delta").locator(".board-lane").bounding_box()["width"]
        x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        week.page.mouse.move(x, y)
        week.page.mouse.down()
        week.page.mouse.move(x - width / 7, y, steps=3)
        week.page.mouse.up()

        week.shows(f"Delta, {day_before}, 07:00 to 08:00, your booking")


class TestTheList:
    def test_shows_the_free_times_of_every_room_as_they_are_now(self, hers, windows):
        page = windows.open("guest2", f"/venues/harbour-office/?view=list&date={hers.day}")
        times = page.get_by_role("list", name="Free times of Aurora")
        expect(times).to_have_text(times_of("07:00 20:00"))

        hers.book("Aurora", "09:00", "10:30")

        expect(times.get_by_role("listitem")).to_have_text([times_of("07:00 09:00"), times_of("10:30 20:00")])

    def test_shows_more_when_a_filter_that_was_in_its_address_is_taken_off(self, windows, day):
        page = windows.open("guest", f"/venues/harbour-office/?view=list&date={day}&capacity=20")
        expect(page.get_by_role("heading", name="Ember")).to_be_visible()
        expect(page.get_by_role("heading", name="Birch")).to_be_hidden()

        page.locator("[name=capacity]").select_option("")
        page.locator("[name=floor]").select_option("2")

        expect(page.get_by_role("heading", name="Birch")).to_be_visible()
        expect(page.get_by_role("list", name="Free times of Birch").get_by_role("link")).not_to_have_count(0)

    def test_books_in_a_dialog_of_its_own(self, windows, day):
        page = windows.open("guest", f"/venues/harbour-office/?view=list&date={day}")
        page.get_by_role("list", name="Free times of Birch").get_by_role("link").click()

        form = page.get_by_role("dialog")
        expect(form.get_by_role("heading", name="Book Birch")).to_be_visible()
        form.get_by_label("Title").fill("Onboarding")
        form.get_by_role("button", name="Book", exact=True).click()

        expect(page.get_by_role("list", name="Free times of Birch").get_by_role("listitem")).to_have_text(
            times_of("08:00 20:00")
        )


class TestTheDay:
    def test_steps_forth_and_back_and_to_today(self, hers, site):
        later = hers.day + timedelta(days=1)
        hers.page.get_by_role("link", name=re.compile("^Later")).click()
        expect(hers.page).to_have_url(re.compile(f"date={later}"))
        hers.page.get_by_role("link", name=re.compile("^Earlier")).click()
        expect(hers.page).to_have_url(re.compile(f"date={hers.day}"))
        hers.page.get_by_role("link", name="Today").click()

        expect(hers.page.get_by_role("grid")).to_have_accessible_name(
            re.compile(f"{site.today.day} {site.today:%B}")
        )
        expect(hers.page.locator(".board-now")).not_to_have_attribute("hidden", "")

    @pytest.mark.parametrize("view", ["day", "list"])
    def test_left_open_over_midnight_is_shown_anew(self, windows, view):
        page = windows.open()
        page.add_init_script("Math.random = () => 0")  # of all who look on, this page is the first
        page.goto(f"/venues/harbour-office/?view={view}")
        expect(page.locator("[data-live]")).to_have_text("Live")

        with page.expect_navigation():
            page.evaluate(HEAR_TOMORROW)

    def test_is_where_the_booking_form_begins(self, hers):
        hers.page.get_by_role("link", name="Book", exact=True).click()

        form = hers.page.get_by_role("dialog")
        expect(form.get_by_label("From")).to_have_value(f"{hers.day}T07:00")
        expect(form.get_by_label("To", exact=True)).to_have_value(f"{hers.day}T08:00")
        expect(form.locator("[data-words]")).to_contain_text("07:00 to 08:00")

    def test_an_address_that_makes_no_sense_shows_today(self, windows, site):
        page = windows.open("", "/venues/harbour-office/?date=yesterday&view=spiral&capacity=many")

        expect(page.get_by_role("grid")).to_have_accessible_name(
            re.compile(f"{site.today.day} {site.today:%B}")
        )
