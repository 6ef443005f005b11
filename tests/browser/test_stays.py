"""Two people want the last room of a hotel; and one of them has no pointer."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import expect

AT_ONCE = 1_500  # ms: what "live" means
AGAIN = 6_000  # ms: within 4 seconds a page says again that it is there
SOON = 20_000  # ms: a clock that leapt is heard of with the next heartbeat
WHOLE = re.compile(r"frees in [89]:\d\d")
HOLD = re.compile("^Hold for")  # and not "…, on hold for you"
INN = "/venues/last-inn/"


def nights(site, ahead):
    """The address of two nights so many days ahead; each test has its own."""
    arrive = site.today + timedelta(days=ahead)
    return f"{INN}?arrive={arrive}&depart={arrive + timedelta(days=2)}&guests=2"


def left(page):
    return page.locator("[data-left]")


def hold(page):
    page.get_by_role("button", name=HOLD).click()
    page.wait_for_url(re.compile("/bookings/"))


def seconds_left(locator):
    minutes, seconds = re.search(r"(\d+):(\d\d)", locator.text_content()).groups()
    return int(minutes) * 60 + int(seconds)


class TestTheLastRoom:
    def test_is_on_hold_in_the_other_window_with_the_same_countdown_and_free_when_it_has_run_out(
        self, windows, site
    ):
        page = nights(site, 30)
        hers, his = windows.open("guest", page), windows.open("guest2", page, clock_off=-300)
        expect(left(his)).to_have_text("Last room for both nights")

        hold(hers)

        expect(left(his)).to_have_text(re.compile(r"On hold, frees in 9:\d\d"), timeout=AT_ONCE)
        in_hers = seconds_left(hers.locator("hold-countdown").first)
        assert abs(in_hers - seconds_left(left(his).locator("hold-countdown"))) <= 1
        expect(his.get_by_role("button", name="One Double more")).to_be_disabled()

        site.leap(timedelta(minutes=9, seconds=57))

        expect(left(his)).to_have_text("Last room for both nights", timeout=SOON)
        hold(his)

    def test_cannot_be_taken_while_another_holds_it_and_what_can_is_a_press_away(self, windows, site):
        page = nights(site, 36)
        his = windows.open("guest2", page)
        hold(windows.open("guest", page))
        expect(left(his)).to_have_text(re.compile("On hold"), timeout=AT_ONCE)

        his.get_by_role("button", name=HOLD).click()

        expect(his.get_by_role("alert")).to_contain_text("None are free.")
        expect(his.get_by_label("How many: Double")).to_have_value("1")
        his.get_by_role("button", name=re.compile("^Double, 2 nights")).first.click()
        his.wait_for_url(re.compile("/bookings/"))

    def test_never_hides_from_who_holds_it(self, windows, site):
        page = nights(site, 42)
        hold(windows.open("guest", page))

        again = windows.open("guest", page)

        expect(left(again)).to_have_text("On hold for you")
        again.get_by_role("link", name="Go on").first.click()
        again.wait_for_url(re.compile("/bookings/"))

    def test_stays_true_while_the_calendar_shows_other_months(self, windows, site):
        page = nights(site, 78)
        his = windows.open("guest2", page)
        expect(left(his)).to_have_text("Last room for both nights")
        for _ in range(3):
            his.get_by_role("button", name="Later months").click()

        hold(windows.open("guest", page))

        expect(left(his)).to_have_text(re.compile("On hold, frees in"), timeout=AT_ONCE)

    def test_is_free_soon_after_its_tab_was_closed_and_not_when_that_was_reloaded(self, windows, site):
        page = nights(site, 84)
        hers, his = windows.open("guest", page), windows.open("guest2", page)
        hold(hers)
        expect(left(his)).to_have_text(WHOLE, timeout=AT_ONCE)

        hers.reload()
        hers.wait_for_timeout(AGAIN)  # else the clock leaps over the seconds it takes to come back
        expect(left(his)).to_have_text(WHOLE, timeout=SOON)
        site.leap(timedelta(seconds=30))
        expect(left(his)).to_have_text(WHOLE, timeout=SOON)

        hers.close()
        expect(left(his)).to_have_text(re.compile(r"frees in 0:[012]\d|Last room"), timeout=SOON)
        site.leap(timedelta(seconds=20))
        expect(left(his)).to_have_text("Last room for both nights", timeout=SOON)


class TestTheCalendar:
    def test_says_which_nights_are_sold_out_and_lets_nobody_arrive_then(self, windows, site):
        hold(windows.open("guest", nights(site, 48)))
        his = windows.open("guest2", nights(site, 52))
        arrive = site.today + timedelta(days=48)
        day = his.locator(f"stay-picker button[value='{arrive}']")

        expect(day).to_have_attribute(
            "aria-label", re.compile(f"{arrive:%A} {arrive.day} {arrive:%B}, on hold")
        )
        expect(day).to_have_attribute("aria-disabled", "true")

    def test_is_walked_by_keys_alone_from_the_dates_to_the_hold(self, windows, site):
        page = windows.open("guest2", nights(site, 56))
        arrive = site.today + timedelta(days=56)
        page.locator("stay-picker button[tabindex='0']").focus()

        for key in ("ArrowDown", "Enter", "ArrowRight", "ArrowRight", "ArrowRight", "Enter"):
            page.keyboard.press(key)

        expect(page.locator("[data-stay-form] [name=arrive]")).to_have_value(str(arrive + timedelta(days=7)))
        expect(page.locator("[data-stay-form] [name=depart]")).to_have_value(str(arrive + timedelta(days=10)))
        expect(page.locator("[data-chosen]")).to_have_text("1 room, 3 nights")
        page.get_by_role("button", name=HOLD).focus()
        page.keyboard.press("Enter")
        page.wait_for_url(re.compile("/bookings/"))


def test_results_change_while_they_are_open(windows, site):
    page = nights(site, 66)
    his = windows.open("guest2", page.replace(INN, "/") + "&place=Izmir")
    expect(left(his)).to_have_text("Last room for both nights")

    hold(windows.open("guest", page))

    expect(left(his)).to_have_text(re.compile("On hold, frees in"), timeout=AT_ONCE)


def test_paper_has_no_gap_where_one_would_book_it_again(windows, site):
    page = windows.open("guest", nights(site, 84))
    hold(page)
    page.goto(page.url.removesuffix("checkout/"))
    again = page.locator("p", has_text="Book again")
    expect(again).to_be_visible()

    page.emulate_media(media="print")

    expect(again).to_have_css("display", "none")  # what is only empty keeps its place


@pytest.mark.parametrize("java_script_enabled", [False])
def test_without_scripts_dates_are_chosen_and_a_room_is_held_by_forms(windows, site, java_script_enabled):
    page = windows.open("guest2", INN, java_script_enabled=java_script_enabled)
    arrive = site.today + timedelta(days=72)
    page.get_by_label("Check in").fill(str(arrive))
    page.get_by_label("Check out").fill(str(arrive + timedelta(days=3)))
    page.get_by_role("button", name="Show").click()

    expect(page.locator("[data-chosen]")).to_have_text("1 room, 3 nights")
    hold(page)
