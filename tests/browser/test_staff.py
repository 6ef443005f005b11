"""What the staff do in the admin or on a booking's page is seen at once by whom it concerns."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from tests.browser.board import Board
from tests.browser.conftest import log_in
from tests.browser.paying import hold, pay

SOON = 3_000  # ms: what a change made elsewhere may take


@pytest.fixture
def hers(board):
    return board("guest")


def booked(board, room, start, end, title):
    """Book, and return the address of the booking's page."""
    board.book(room, start, end, title)
    return board.toast(re.compile(f"(Booked|Asked for) {room}")).get_by_role("link").get_attribute("href")


def added(windows, board, kind, room, times, more=""):
    """Add a booking or a blocking on the board's day in the admin, and return its window."""
    start, end = times
    admin = windows.open(
        "admin",
        f"/admin/rooms/{kind}/add/?rooms={board.room(room)}"
        f"&start={board.day}T{start}&end={board.day}T{end}{more}",
    )
    admin.locator("input[type=submit][value^='Add']").click()
    return admin


VISIT = "&guest=guest@example.com&title=Visit"


class TestInTheAdmin:
    def test_a_booking_made_for_a_guest_shows_on_boards_and_to_the_guest(self, hers, board, windows):
        his = board("guest2")
        admin = added(windows, hers, "booking", "Birch", ("10:00", "11:00"), VISIT)
        expect(admin).to_have_url(re.compile("/change/"))

        his.shows("Birch, 10:00 to 11:00, booked", timeout=SOON)
        hers.shows("Birch, 10:00 to 11:00, your booking: Visit", timeout=SOON)

    def test_a_blocking_takes_the_room_out_of_service_on_every_board_and_lifting_it_gives_it_back(
        self, hers, windows
    ):
        admin = added(windows, hers, "blocking", "Birch", ("10:00", "12:00"))
        hers.shows("Birch, 10:00 to 12:00, out of service", timeout=SOON)

        admin.get_by_role("button", name=re.compile("^Lift")).click()

        hers.shows("Birch, 07:00 to 20:00, free", timeout=SOON)

    def test_a_taken_time_is_refused_with_what_is_taken_and_what_is_free(self, hers, windows):
        hers.book("Birch", "10:00", "11:00")

        admin = added(windows, hers, "booking", "Birch", ("10:30", "11:30"))

        expect(admin.get_by_role("alert")).to_contain_text("Birch")
        assert admin.locator("a.offer").count() >= 3

    def test_a_room_that_is_called_otherwise_is_so_on_every_board(self, hers, windows):
        admin = windows.open("admin", f"/admin/rooms/room/{hers.room('Birch')}/change/")

        def rename(name):
            admin.locator("#id_name").fill(name)
            admin.get_by_role("button", name="Save and continue editing").click()

        rename("Beech")
        try:
            hers.shows("Beech, 07:00 to 20:00, free", timeout=2 * SOON)
            expect(hers.row("Birch").locator(".board-name")).to_have_text("Beech")
        finally:
            rename("Birch")
        hers.shows("Birch, 07:00 to 20:00, free", timeout=2 * SOON)
        hers.shows_no("Beech, 07:00 to 20:00, free")

    def test_a_venue_that_is_not_shown_for_a_while_leaves_no_board_that_says_it_is_live(self, windows, site):
        # Soon: it lets nobody book more than sixty days ahead.
        his = Board(windows.open("guest2"), "open-house", site.today + timedelta(days=2)).goto()
        admin = windows.open("admin", "/admin/rooms/venue/?q=open-house")
        admin.locator("#result_list tbody th a").first.click()
        live = his.page.locator("[data-live]")

        def show(listed):
            admin.locator("#id_is_listed").set_checked(listed)
            admin.get_by_role("button", name="Save and continue editing").click()

        show(False)
        try:
            expect(live).to_have_text("Not live", timeout=3 * SOON)
            expect(his.page.locator("[data-stale]")).to_be_visible()
        finally:
            show(True)

        expect(live).to_have_text("Live", timeout=10 * SOON)
        adding = added(windows, his, "booking", "Nook 5", ("11:00", "12:00"), VISIT)
        expect(adding).to_have_url(re.compile("/change/"))
        his.shows("Nook 5, 11:00 to 12:00, booked", timeout=SOON)


class TestARequest:
    def test_for_a_part_of_a_hall_shows_on_the_whole_hall_too(self, board):
        hers, his = board("guest", "pier-hall"), board("guest2", "pier-hall")

        hers.book("Hall A", "10:00", "12:00", "Book fair")

        expect(hers.toast("Asked for Hall A")).to_be_visible()
        his.shows("Hall A, 10:00 to 12:00, awaiting approval")
        his.shows("Grand Hall, 10:00 to 12:00, Hall A, awaiting approval")

    def test_is_called_one_before_it_is_made(self, board):
        hers = board("guest", "pier-hall")

        hers.sweep("Hall B", "10:00", "12:00")

        expect(hers.dialog.get_by_text("The venue looks at it first")).to_be_visible()
        expect(hers.dialog.get_by_role("button", name="Ask for it")).to_be_visible()
        hers.dialog.get_by_role("button", name="More time").click()
        expect(hers.dialog.get_by_role("button", name="Ask for it")).to_be_enabled()

    def test_that_is_approved_flips_the_guests_page_without_a_reload(self, board, windows):
        hers = board("guest", "pier-hall")
        address = booked(hers, "Hall B", "10:00", "12:00", "Choir rehearsal")
        page = windows.open("guest", address)
        expect(page.get_by_text("Awaiting approval")).to_be_visible()
        page.evaluate("globalThis.sameDocument = true")
        staff = windows.open("staff", address)

        staff.get_by_role("button", name="Approve").click()

        expect(page.locator(".state-confirmed")).to_be_visible(timeout=SOON)
        expect(page.get_by_text("Awaiting approval")).to_have_count(0)
        hers.shows("Hall B, 10:00 to 12:00, your booking: Choir rehearsal", timeout=SOON)
        assert page.evaluate("sameDocument") is True

    def test_that_is_approved_is_told_to_the_guest_on_the_board_of_another_day(self, board, windows):
        hers = board("guest", "pier-hall")
        address = booked(hers, "Hall B", "10:00", "12:00", "Choir rehearsal")
        other = Board(hers.page, "pier-hall", hers.day + timedelta(days=1)).goto()
        staff = windows.open("staff", address)

        staff.get_by_role("button", name="Approve").click()

        expect(other.toast("“Choir rehearsal” is booked.")).to_be_visible(timeout=SOON)

    def test_that_is_declined_frees_the_hall_and_says_why_to_the_guest(self, board, windows):
        hers = board("guest", "pier-hall")
        address = booked(hers, "Hall C", "10:00", "12:00", "Auction")
        page = windows.open("guest", address)
        expect(page.get_by_text("Awaiting approval")).to_be_visible()
        staff = windows.open("staff", address)

        staff.get_by_text("Decline …").click()
        staff.get_by_label("Why").fill("The floor is polished.")
        staff.get_by_role("button", name="Decline", exact=True).click()

        expect(page.get_by_text("writes: The floor is polished.")).to_be_visible(timeout=SOON)
        hers.shows("Hall C, 08:00 to 23:00, free", timeout=SOON)
        expect(hers.toast("“Auction” is no longer booked.")).to_be_visible()


class TestAChangeByTheStaff:
    def test_of_the_time_is_told_to_the_guest_on_whatever_page_they_are(self, hers, windows):
        address = booked(hers, "Birch", "10:00", "11:00", "Interview")
        page = windows.open("guest", "/bookings/")
        expect(page.locator("[data-live]")).to_have_text("Live")
        staff = windows.open("staff", address)
        staff.get_by_text("Move it to another time or room").click()
        staff.get_by_label("From").fill(f"{hers.day}T14:00")
        staff.get_by_label("To", exact=True).fill(f"{hers.day}T15:00")

        staff.get_by_role("button", name="Move", exact=True).click()

        toast = page.locator("[data-toasts]", has_text="“Interview” was moved.")
        expect(toast.get_by_role("link", name="Show")).to_have_attribute("href", address)
        hers.shows("Birch, 14:00 to 15:00, your booking: Interview")
        expect(hers.toast("“Interview” was moved.")).to_be_visible()

    def test_of_the_title_is_told_too_and_stands_on_every_board(self, hers, board, windows):
        clerk = board("staff")
        address = booked(hers, "Birch", "10:00", "11:00", "Intreview")
        staff = windows.open("staff", address)
        staff.get_by_text("Change its details").click()
        staff.get_by_label("Title").fill("Interview")

        staff.get_by_role("button", name="Save").click()

        expect(staff.get_by_role("heading", name="Interview", level=1)).to_be_visible()
        hers.shows("Birch, 10:00 to 11:00, your booking: Interview", timeout=SOON)
        clerk.shows("Birch, 10:00 to 11:00, booked: Interview", timeout=SOON)
        expect(hers.toast("“Interview” has a new title.")).to_be_visible()

    def test_that_cancels_it_is_told_and_takes_it_off_the_list(self, hers, windows):
        title = f"Client call {hers.day}"
        address = booked(hers, "Birch", "10:00", "11:00", title)
        page = windows.open("guest", "/bookings/?show=upcoming")
        staff = windows.open("staff", address)

        staff.get_by_text("Cancel it").click()
        staff.get_by_role("button", name="Cancel the booking").click()

        expect(page.locator("[data-toasts]")).to_contain_text(f"“{title}” is no longer booked.")
        hers.shows("Birch, 07:00 to 20:00, free")

    def test_is_no_news_to_the_one_who_made_it(self, hers):
        hers.book("Birch", "09:00", "10:00", "Interview")
        hers.drag("Birch", "09:20", "11:20")
        hers.shows("Birch, 11:00 to 12:00, your booking: Interview")

        expect(hers.toast("was moved")).to_have_count(0)


class TestAGuestsBookingThatTheStaffLookAt:
    @pytest.fixture
    def looked_at(self, hers, windows):
        """Return how to open a booking of the guest's once more: as that person, in a window that is live."""
        address = booked(hers, "Birch", "10:00", "11:00", "Interview")

        def look(who):
            page = windows.open(who, address)
            expect(page.locator("[data-live]")).to_have_text("Live")
            page.evaluate("globalThis.sameDocument = true")
            return page

        return look

    def test_is_cancelled_there_too_when_the_guest_does(self, looked_at):
        staff, guest = looked_at("staff"), looked_at("guest")
        staff.get_by_text("Move it to another time or room").click()

        guest.get_by_text("Cancel it").click()
        guest.get_by_role("button", name="Cancel the booking").click()

        expect(staff.locator("#booking .state")).to_have_text("Cancelled", timeout=SOON)
        expect(staff.locator(".history li").first).to_contain_text("Cancelled by the guest")
        assert staff.evaluate("sameDocument") is True

    def test_is_moved_there_too_by_another_of_them_again_and_again(self, looked_at, hers):
        staff, other = looked_at("staff"), looked_at("manager")
        staff.get_by_text("Cancel it").click()

        for room, start in (("Aurora", "14:00"), ("Birch", "15:00")):
            other.locator("#move-it > summary").click()
            other.get_by_label("Room").select_option(str(hers.room(room)))
            other.get_by_label("From").fill(f"{hers.day}T{start}")
            other.get_by_label("To", exact=True).fill(f"{hers.day}T{int(start[:2]) + 1}:00")
            other.get_by_role("button", name="Move", exact=True).click()

            where = staff.locator(".facts > div", has_text="Where")
            expect(where).to_contain_text(room, timeout=SOON)
            expect(staff.locator(".facts > div", has_text="When")).to_contain_text(f"{start} to")
        expect(staff.get_by_role("button", name="Cancel the booking")).to_be_visible()
        assert staff.evaluate("sameDocument") is True

    def test_is_paid_there_too_when_the_guest_does(self, windows, day):
        guest = windows.open("guest")
        reference = hold(guest, day)
        staff = windows.open("staff", f"/bookings/{reference}/")
        expect(staff.locator("[data-live]")).to_have_text("Live")
        guest.goto(f"/bookings/{reference}/checkout/")

        pay(guest, "4242 4242 4242 4242")

        expect(staff.locator("#booking .state")).to_have_text("Booked", timeout=2 * SOON)
        expect(staff.locator(".movements")).to_contain_text("Card")

    def test_says_why_it_was_not_moved_until_that_was_read(self, looked_at, hers):
        hers.book("Birch", "12:00", "13:00", "Lunch")
        staff = looked_at("staff")
        staff.locator("#move-it > summary").click()
        staff.get_by_label("From").fill(f"{hers.day}T12:00")
        staff.get_by_label("To", exact=True).fill(f"{hers.day}T13:00")

        staff.get_by_role("button", name="Move", exact=True).click()

        expect(staff.locator("#booking [role=alert]")).to_contain_text("Birch")
        staff.wait_for_timeout(1_000)
        expect(staff.locator("#booking [role=alert]")).to_be_visible()


class TestTheManagersDay:
    def test_counts_a_request_at_its_venue_and_in_all_without_a_reload(self, hers, windows):
        day = windows.open("manager", "/reports/today/")
        wall = windows.open("admin", "/reports/wall/")
        asked = day.locator(".today-figures > div", has_text="Requests").locator("dd").first
        office = wall.locator(".today-venues > li", has_text="Harbour Office")
        there = office.locator("dl > div", has_text="Requests").locator("dd")
        for page in (day, wall):
            expect(page.locator("[data-live]")).to_have_text("Live")
        before = int(asked.inner_text()), int(there.inner_text())

        hers.book("Ember", "10:00", "11:00", "Board meeting")

        expect(hers.toast("Asked for Ember")).to_be_visible()
        expect(asked).to_have_text(str(before[0] + 1), timeout=2 * SOON)
        expect(there).to_have_text(str(before[1] + 1), timeout=2 * SOON)


class TestTheStaffsOwnBoard:
    def test_shows_whose_bookings_those_are_by_their_titles(self, hers, board):
        staff = board("staff")

        hers.book("Birch", "10:00", "11:00", "Interview")

        staff.shows("Birch, 10:00 to 11:00, booked: Interview")

    def test_opens_a_guests_booking_at_a_press(self, hers, board):
        hers.book("Birch", "10:00", "11:00", "Interview")
        staff = board("staff")
        staff.shows("Birch, 10:00 to 11:00, booked: Interview")

        staff.click("Birch", "10:20")

        expect(staff.page.get_by_role("heading", name="Interview")).to_be_visible()


def test_logging_out_in_one_tab_ends_the_line_of_the_other_and_the_page_says_so(browser, browsers, windows):
    browsers.know("guest2 once more", log_in(browser, browsers.site, "guest2@example.com"))
    tab = Board(windows.open("guest2 once more"), "harbour-office").goto()
    other = tab.page.context.new_page()
    other.goto("/")
    other.locator("summary.who").click()

    other.get_by_role("button", name="Log out").click()

    expect(tab.page.get_by_role("link", name="Log in")).to_be_visible(timeout=8_000)
    tab.is_live()
    assert (
        tab.page.evaluate("JSON.parse(document.querySelector('#page-data').textContent).logged_in") is False
    )
