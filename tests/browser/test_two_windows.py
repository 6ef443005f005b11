"""Two people before the same board: what one does, the other sees."""

import re

import pytest
from playwright.sync_api import expect

AT_ONCE = 1_000  # ms: what "live" means


@pytest.fixture
def two(board):
    """Ada's window, and Tomas's, whose computer's clock is five minutes slow."""
    return board("guest"), board("guest2", clock_off=-300)


def seconds_left(text):
    minutes, seconds = re.search(r"(\d+):(\d\d)\s*$", text).groups()
    return int(minutes) * 60 + int(seconds)


def both(hers, his, cell):
    """The two countdowns of a hold, read in the same instant."""
    mine = hers.dialog.locator("hold-countdown").text_content()
    return seconds_left(mine), seconds_left(cell.text_content())


class TestAHold:
    def test_appears_in_the_other_window_within_a_second(self, two):
        hers, his = two

        hers.sweep("Aurora", "10:00", "11:00")

        hers.shows("Aurora, 10:00 to 11:00, your booking, on hold")
        his.shows("Aurora, 10:00 to 11:00, on hold", timeout=AT_ONCE)

    def test_counts_down_alike_in_both_though_one_clock_is_five_minutes_slow(self, two):
        hers, his = two

        hers.hold("Aurora", "10:00", "11:00")
        cell = his.cell("Aurora, 10:00 to 11:00, on hold")
        expect(cell).to_have_text(re.compile(r"9:\d\d$"))

        in_hers, in_his = both(hers, his, cell)
        assert abs(in_hers - in_his) <= 1
        assert 570 < in_hers <= 600

    def test_that_is_let_go_is_free_in_the_other_window_within_a_second(self, two):
        hers, his = two
        hers.hold("Aurora", "10:00", "11:00")
        his.shows("Aurora, 10:00 to 11:00, on hold")

        hers.dialog.get_by_role("button", name="Let it go").click()

        his.shows("Aurora, 07:00 to 20:00, free", timeout=AT_ONCE)
        hers.shows("Aurora, 07:00 to 20:00, free")

    def test_never_hides_the_time_from_the_one_who_holds_it(self, two):
        hers, _ = two

        hers.hold("Aurora", "10:00", "11:00")

        hers.dialog.get_by_label("Title").fill("Design review")
        hers.dialog.get_by_role("button", name="Book", exact=True).click()
        hers.shows("Aurora, 10:00 to 11:00, your booking: Design review")


class TestABooking:
    def test_shows_as_ones_own_in_one_window_and_as_taken_in_the_other(self, two):
        hers, his = two

        hers.book("Cedar", "14:00", "15:30", "Design review")

        hers.shows("Cedar, 14:00 to 15:30, your booking: Design review")
        his.shows("Cedar, 14:00 to 15:30, booked", timeout=AT_ONCE)

    def test_tells_strangers_neither_title_nor_reference_nor_name(self, two):
        hers, his = two

        hers.book("Cedar", "14:00", "15:30", "Secret plans")
        his.shows("Cedar, 14:00 to 15:30, booked")

        address = hers.toast("Booked Cedar").get_by_role("link").get_attribute("href")
        reference = address.strip("/").rpartition("/")[2]
        heard = " ".join(his.line.frames)
        assert [word for word in ("Secret plans", reference, "Ada", "guest@") if word in heard] == []
        assert "Secret plans" not in his.page.content()


class TestTheLine:
    def test_carries_everything_so_nothing_is_polled_and_no_page_reloads(self, two):
        hers, his = two
        his.page.evaluate("globalThis.sameDocument = true")
        heard = len(his.line.frames)

        with his.line.unheard() as asked_by_him, hers.line.unheard() as asked_by_her:
            hers.book("Birch", "09:00", "10:00")
            his.shows("Birch, 09:00 to 10:00, booked")
            # A poll would come within the time between two of the server's looks at its tables.
            his.page.wait_for_function(
                f"() => performance.now() > {his.page.evaluate('performance.now()') + 2500}"
            )

        assert asked_by_him == []
        assert [line.partition(" ")[0] for line in asked_by_her] == ["POST", "POST"]  # hold, then confirm
        assert len(his.line.frames) > heard
        assert [len(hers.line.sockets), len(his.line.sockets)] == [1, 1]
        assert his.page.evaluate("sameDocument") is True

    def test_shows_what_happens_while_a_stranger_who_is_not_logged_in_looks_on(self, two, board):
        hers, _ = two
        strangers = board()

        hers.book("Delta", "16:00", "17:00")

        strangers.shows("Delta, 16:00 to 17:00, booked", timeout=AT_ONCE)


@pytest.mark.parametrize(
    ("who", "address", "script", "count"),
    [
        ("guest", "/bookings/", "bookings", "#bookings a[aria-current] .count"),
        ("staff", "/desk/harbour-office/", "desk", "#requests .num"),
        ("manager", "/reports/today/?venue=harbour-office", "today", "#requests .num"),
    ],
)
def test_what_happens_before_a_page_can_hear_shows_as_soon_as_it_does(
    board, windows, who, address, script, count
):
    hers, page, held_back = board("guest"), windows.open(who), []
    page.route(re.compile(rf"/pages/{script}\b.*\.js"), lambda route: held_back.append(route))
    page.goto(address, wait_until="commit")
    counted = page.locator(count)
    before = counted.inner_text()

    hers.book("Ember", "08:00", "09:00")
    expect(hers.toast("Asked for Ember")).to_be_visible()
    expect(counted).to_have_text(before)
    for route in held_back:
        route.continue_()

    fresh = windows.open(who, address).locator(count)
    expect(counted).to_have_text(fresh.inner_text())
