"""How one books on the board, with a mouse or with the keyboard alone, moves it and gives it up."""

import contextlib
import re

import pytest
from playwright.sync_api import expect

from tests.browser.board import Board

SOON = 2_000  # ms in which a dialog that closed has let its hold go
AWAY = (
    16_000  # ms after which the hold of a page that went is free: 12 seconds, and whoever watches hears of it
)


@pytest.fixture
def hers(board):
    return board("guest")


@pytest.fixture
def his(board):
    return board("guest2")


class TestByMouse:
    def test_a_click_holds_an_hour_from_there_and_book_books_it(self, hers):
        hers.click("Birch", "10:20")

        expect(hers.dialog.get_by_role("heading", name="Book Birch")).to_be_visible()
        expect(hers.dialog).to_contain_text("10:15 to 11:15")
        expect(hers.dialog.locator("label[for=hold-name]")).to_have_text("Title optional")
        hers.dialog.get_by_label("Title").fill("Weekly planning")
        hers.dialog.get_by_role("button", name="Book", exact=True).click()

        hers.shows("Birch, 10:15 to 11:15, your booking: Weekly planning")
        expect(hers.toast("Booked Birch").get_by_role("link", name="Show")).to_be_visible()

    def test_a_sweep_holds_exactly_the_quarters_it_went_over(self, hers):
        hers.sweep("Birch", "13:15", "14:45")

        expect(hers.dialog).to_contain_text("13:15 to 14:45")

    def test_a_sweep_may_go_backwards(self, hers):
        hers.drag("Birch", "14:30", "13:15")

        expect(hers.dialog).to_contain_text("13:15 to 14:45")

    def test_a_sweep_ends_where_the_next_booking_begins(self, hers):
        hers.book("Birch", "12:00", "13:00")

        hers.drag("Birch", "11:00", "12:30")

        expect(hers.dialog).to_contain_text("11:00 to 12:00")

    def test_a_priced_room_says_its_price_before_one_books(self, hers):
        hers.sweep("Cedar", "10:00", "12:00")

        expect(hers.dialog.locator("[data-say=price]")).to_have_text("€24.00")

    def test_too_many_people_are_refused_beside_the_field_and_nothing_typed_is_lost(self, hers):
        hers.hold("Birch", "10:00", "11:00")
        hers.dialog.get_by_label("Title").fill("Town hall")
        hers.dialog.get_by_label("People").fill("0")

        hers.dialog.get_by_role("button", name="Book", exact=True).click()

        expect(hers.dialog.get_by_label("People")).to_have_attribute("aria-invalid", "true")
        expect(hers.dialog.get_by_label("People")).to_be_focused()
        expect(hers.dialog.get_by_label("Title")).to_have_value("Town hall")

    def test_the_next_wish_begins_with_an_empty_form(self, hers):
        hers.hold("Birch", "10:00", "11:00")
        hers.dialog.get_by_label("Title").fill("Given up")
        hers.page.keyboard.press("Escape")
        hers.shows("Birch, 07:00 to 20:00, free")

        hers.hold("Birch", "14:00", "15:00")

        expect(hers.dialog.get_by_label("Title")).to_have_value("")

    def test_a_double_press_of_book_books_once(self, hers):
        hers.hold("Birch", "10:00", "11:00")

        with hers.line.unheard() as asked:
            hers.dialog.get_by_role("button", name="Book", exact=True).dblclick()
            hers.shows("Birch, 10:00 to 11:00, your booking")

        assert [line for line in asked if line.endswith("/confirm/")] == asked
        assert len(asked) == 1

    def test_more_time_is_given_but_not_for_ever(self, hers):
        hers.hold("Birch", "10:00", "11:00")
        more = hers.dialog.get_by_role("button", name="More time")

        for _ in range(2):
            with hers.page.expect_response("**/renew/") as answer:
                more.click()
            assert answer.value.status == 200
        more.click()

        expect(hers.dialog.locator("[data-error-for='*']")).not_to_be_empty()

    def test_the_page_stays_usable_while_a_slow_server_thinks(self, hers):
        waiting = []
        hers.page.route("**/venues/*/bookings/", lambda route: waiting.append(route), times=1)
        hers.sweep("Birch", "10:00", "11:00")

        hers.page.get_by_label("Video calls").check(force=True)
        expect(hers.page).to_have_url(re.compile("amenity=video"))
        hers.page.get_by_label("Video calls").uncheck(force=True)
        expect(hers.dialog).to_be_hidden()

        waiting[0].continue_()
        expect(hers.dialog.get_by_role("heading", name="Book Birch")).to_be_visible()

    def test_a_stranger_logs_in_on_the_way_and_goes_on_where_they_were(self, board):
        strangers = board()
        page = strangers.page

        strangers.click("Birch", "15:00")
        expect(strangers.dialog.get_by_role("heading", name="Log in to book Birch")).to_be_visible()
        strangers.dialog.get_by_role("link", name="Log in").click()
        page.get_by_label("E-mail address").fill("guest2@example.com")
        page.get_by_label("Password").fill("reserve-demo")
        page.get_by_role("button", name="Log in", exact=True).click()

        expect(strangers.dialog.get_by_role("heading", name="Book Birch")).to_be_visible()
        expect(strangers.dialog).to_contain_text("15:00 to 16:00")


class TestAHoldThatEndsElsewhere:
    def test_is_no_longer_called_held_and_what_is_free_instead_is_offered(self, windows, day, hers, his):
        page = windows.open("guest2")
        late = Late(page)
        board = Board(page, "harbour-office", day).goto()
        board.hold("Birch", "10:00", "11:00")
        board.dialog.get_by_label("Title").fill("Interview")

        his.click("Birch", "10:20")  # another window of the same person
        his.page.get_by_text("Let it go").first.click()
        with late.news():
            his.page.get_by_role("button", name="Let it go").click()
            hers.shows("Birch, 07:00 to 20:00, free")
            hers.book("Birch", "10:00", "11:00")

        expect(board.dialog.get_by_role("heading", name="The hold is gone")).to_be_visible()
        expect(board.dialog.get_by_role("alert")).to_contain_text("Birch is booked")
        board.dialog.locator("button.alternative").first.click()
        expect(board.dialog.get_by_label("Title")).to_have_value("Interview")


class TestByKeyboard:
    def test_the_focus_comes_back_though_the_cell_it_had_is_drawn_anew_behind_the_dialog(self, windows, day):
        page = windows.open("guest")
        late = Late(page)
        board = Board(page, "harbour-office", day).goto()
        to_the_board(page)

        with late.news():
            for key in ("Home", "ArrowDown", "Enter"):
                page.keyboard.press(key)
            expect(board.dialog.get_by_role("heading", name="Book Birch")).to_be_visible()
        board.shows(re.compile("^Birch, 07:00 to 08:00, your booking, on hold"))
        page.keyboard.press("Enter")

        expect(board.dialog).to_be_hidden()
        expect(page.locator(":focus")).to_have_attribute("aria-label", re.compile("^Birch, 07:00 to 08:00"))

    def test_tab_arrows_and_enter_book_and_the_focus_comes_back(self, hers):
        page = hers.page
        to_the_board(page)

        for key in ("Home", "ArrowDown", "Enter"):
            page.keyboard.press(key)
        expect(hers.dialog.get_by_role("heading", name="Book Birch")).to_be_visible()
        expect(hers.dialog.get_by_label("Title")).to_be_focused()
        page.keyboard.type("Stand-up")
        page.keyboard.press("Enter")

        hers.shows("Birch, 07:00 to 08:00, your booking: Stand-up")
        expect(hers.dialog).to_be_hidden()
        page.wait_for_function("() => document.activeElement.closest('availability-board') !== null")

    def test_every_cell_can_be_reached_and_says_what_it_is(self, hers):
        hers.book("Birch", "09:00", "10:00")
        hers.book("Birch", "12:00", "13:00", "Lunch")
        page = hers.page
        page.locator(":focus").evaluate_all("nodes => nodes.forEach(node => node.blur())")
        hers.cell("Birch, 07:00 to 09:00, free").focus()

        names = [focused(page)]
        for _ in range(4):
            page.keyboard.press("ArrowRight")
            names.append(focused(page))

        assert names == [
            "Birch, 07:00 to 09:00, free",
            "Birch, 09:00 to 10:00, your booking",
            "Birch, 10:00 to 12:00, free",
            "Birch, 12:00 to 13:00, your booking: Lunch",
            "Birch, 13:00 to 20:00, free",
        ]

    def test_there_is_one_tab_stop_for_the_whole_board(self, hers):
        assert hers.page.locator("availability-board [tabindex='0']").count() == 1


class TestMoving:
    def test_a_booking_is_carried_to_another_room_and_time(self, hers, his):
        hers.book("Birch", "09:00", "10:00", "Interview")

        hers.drag("Birch", "09:20", "11:20", room="Delta")

        hers.shows("Delta, 11:00 to 12:00, your booking: Interview")
        hers.shows("Birch, 07:00 to 20:00, free")
        his.shows("Delta, 11:00 to 12:00, booked")
        expect(hers.toast("Moved to Delta")).to_be_visible()

    def test_its_end_is_dragged_to_make_it_longer(self, hers):
        hers.book("Birch", "09:00", "10:00", "Interview")

        hers.drag("Birch", "09:54", "10:28", minutes=0)

        hers.shows("Birch, 09:00 to 10:30, your booking: Interview")

    def test_it_is_not_dropped_on_somebody_else(self, hers, his):
        his.book("Cedar", "09:00", "12:00")
        hers.book("Birch", "09:00", "10:00")
        hers.shows("Cedar, 09:00 to 12:00, booked")

        with hers.line.unheard() as asked:
            hers.drag("Birch", "09:20", "10:20", room="Cedar")
            expect(told(hers)).to_have_text("That time is taken.")

        assert asked == []
        hers.shows("Birch, 09:00 to 10:00, your booking")

    def test_m_picks_it_up_arrows_carry_it_and_enter_drops_it(self, hers, his):
        hers.book("Birch", "09:00", "10:00", "Interview")
        hers.cell("Birch, 09:00 to 10:00, your booking: Interview").focus()

        for key in ("m", "ArrowRight", "ArrowRight", "ArrowDown", "ArrowDown", "Enter"):
            hers.page.keyboard.press(key)

        hers.shows("Delta, 09:30 to 10:30, your booking: Interview")
        his.shows("Delta, 09:30 to 10:30, booked")

    def test_escape_puts_it_back(self, hers):
        hers.book("Birch", "09:00", "10:00", "Interview")
        hers.cell("Birch, 09:00 to 10:00, your booking: Interview").focus()

        with hers.line.unheard() as asked:
            for key in ("m", "ArrowRight", "ArrowDown"):
                hers.page.keyboard.press(key)
            expect(hers.page.locator(".is-ghost")).to_have_count(1)
            hers.page.keyboard.press("Escape")

        expect(hers.page.locator(".is-ghost")).to_have_count(0)
        expect(told(hers)).to_have_text("Put back.")
        hers.shows("Birch, 09:00 to 10:00, your booking: Interview")
        assert asked == []

    def test_what_is_carried_is_told_to_those_who_listen(self, hers):
        hers.book("Birch", "09:00", "10:00")
        hers.cell("Birch, 09:00 to 10:00, your booking").focus()

        hers.page.keyboard.press("m")
        expect(told(hers)).to_have_text("Moving. Arrows carry it, Enter drops it, Escape puts it back.")
        hers.page.keyboard.press("ArrowDown")
        expect(told(hers)).to_have_text("Cedar, 09:00 to 10:00")

    def test_what_is_carried_hears_what_becomes_of_its_place_and_of_itself(self, hers, his, board):
        hers.book("Birch", "09:00", "10:00", "Interview")
        hers.cell("Birch, 09:00 to 10:00, your booking: Interview").focus()
        for key in ("m", "ArrowDown"):
            hers.page.keyboard.press(key)

        his.book("Cedar", "09:00", "10:00")
        expect(told(hers)).to_have_text("Cedar, 09:00 to 10:00, taken")
        expect(hers.page.locator(".is-ghost.is-clash")).to_be_visible()
        give_up(board("guest"), "Birch", "09:20")

        expect(told(hers)).to_have_text("It was moved or cancelled meanwhile.")
        expect(hers.page.locator(".is-ghost")).to_have_count(0)

    def test_a_place_that_somebody_took_before_is_refused_and_another_has_it_at_a_press(self, hers, his):
        hers.book("Birch", "09:00", "10:00", "Interview")
        waiting = []
        hers.page.route("**/move/", lambda route: waiting.append(route), times=1)
        hers.drag("Birch", "09:20", "11:20", room="Delta")
        his.book("Delta", "11:00", "12:00")
        waiting[0].continue_()
        expect(hers.dialog.get_by_role("heading", name="It was not moved")).to_be_visible()
        offer = hers.dialog.locator("button.alternative").first
        place = offer.text_content()

        offer.click()

        expect(hers.toast(f"Moved to {place}.")).to_be_visible()


class TestGivingUp:
    def test_a_booking_opened_from_the_board_is_cancelled_and_free_elsewhere(self, hers, his):
        hers.book("Birch", "09:00", "10:00", "Interview")
        his.shows("Birch, 09:00 to 10:00, booked")

        give_up(hers, "Birch", "09:20")

        expect(hers.page.get_by_text("Cancelled").first).to_be_visible()
        his.shows("Birch, 07:00 to 20:00, free")

    @pytest.mark.parametrize("how", ["Escape", "Close", "Let it go"])
    def test_closing_the_dialog_lets_the_hold_go(self, hers, his, how):
        hers.hold("Birch", "09:00", "10:00")
        his.shows("Birch, 09:00 to 10:00, on hold")

        if how == "Escape":
            hers.page.keyboard.press("Escape")
        else:
            hers.dialog.get_by_role("button", name=how, exact=True).click()

        his.shows("Birch, 07:00 to 20:00, free", timeout=SOON)

    @pytest.mark.parametrize("how", ["closing the tab", "going elsewhere"])
    def test_a_page_that_goes_takes_the_time_of_its_hold_with_it(self, hers, his, how):
        hers.hold("Birch", "09:00", "10:00")
        his.shows("Birch, 09:00 to 10:00, on hold")

        if how == "closing the tab":
            hers.page.close(run_before_unload=True)
        else:
            hers.page.goto("/")

        his.shows("Birch, 07:00 to 20:00, free", timeout=AWAY)

    def test_a_reload_keeps_it_and_goes_on_with_it(self, hers, his):
        hers.hold("Birch", "09:00", "10:00")
        hers.page.reload()

        expect(hers.dialog.get_by_role("heading", name="Book Birch")).to_be_visible()
        expect(hers.dialog.locator("hold-countdown")).to_have_text(re.compile(r"^\d?\d:\d\d$"))
        hers.page.wait_for_timeout(AWAY)
        his.shows("Birch, 09:00 to 10:00, on hold")
        hers.dialog.get_by_role("button", name="Book", exact=True).click()
        hers.shows("Birch, 09:00 to 10:00, your booking")


class Late:
    """A line on which what the server says can be kept back for a while."""

    def __init__(self, page):
        self._kept = None
        page.route_web_socket("**/ws/**", self._between)

    def _between(self, socket):
        server = socket.connect_to_server()
        server.on_message(lambda text: self._say(socket, text))

    def _say(self, socket, text):
        if self._kept is None:
            socket.send(text)
        else:
            self._kept.append((socket, text))

    @contextlib.contextmanager
    def news(self):
        """Keep it back until the end of this."""
        self._kept = []
        yield
        kept, self._kept = self._kept, None
        for socket, text in kept:
            socket.send(text)


def give_up(board, name, clock):
    board.click(name, clock)
    board.page.get_by_text("Cancel it").click()
    board.page.get_by_role("button", name="Cancel the booking").click()


def told(board):
    """What those who listen hear of the board."""
    return board.page.locator("availability-board ~ p[role=status]").first


def to_the_board(page):
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.matches('availability-board .seg')"):
            return
    raise AssertionError("Forty times Tab do not reach the board.")


def focused(page):
    return page.evaluate("document.activeElement.getAttribute('aria-label')")
