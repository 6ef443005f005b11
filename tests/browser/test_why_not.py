"""Why can't I? Every cell that is not free says so, in the words the server would refuse with."""

from datetime import datetime, timedelta

import pytest
from playwright.sync_api import expect

from tests.browser.board import Board


@pytest.fixture
def saturday(windows, day):
    """The office on a day on which it is closed."""
    return Board(windows.open("guest"), "harbour-office", day + timedelta(days=5 - day.weekday())).goto()


@pytest.fixture
def today(windows, site):
    """A house that never closes, today: its morning is past."""
    return Board(windows.open("guest"), "open-house", site.today).goto()


def popover(board):
    return board.page.locator(".why")


def answers(board, room, start, end):
    """What the server answers to the same question."""
    query = {"room": board.room(room), "start": board.at(start).isoformat(), "end": board.at(end).isoformat()}
    told = board.page.request.get(board.data["urls"]["why"], params=query).json()
    return [reason["sentence"] for reason in told["reasons"]]


def sentences(board):
    return (
        popover(board).locator("li").evaluate_all("items => items.map(item => item.firstChild.textContent)")
    )


class TestACell:
    def test_of_a_closed_day_says_when_it_opens(self, saturday):
        saturday.click("Aurora", "10:00")

        expect(popover(saturday)).to_be_visible()
        assert sentences(saturday) == answers(saturday, "Aurora", "10:00", "10:15")
        expect(popover(saturday)).to_contain_text("Harbour Office opens at 07:00 on Monday")

    def test_that_is_past_says_what_time_it_is(self, today):
        today.click("Nook 1", "03:00")

        expect(popover(today)).to_be_visible()
        assert sentences(today) == answers(today, "Nook 1", "03:00", "03:15")
        expect(popover(today)).to_contain_text("That time has passed: it is 10:")

    def test_that_is_taken_says_until_when_and_not_by_whom(self, board):
        hers, his = board("guest"), board("guest2")
        hers.book("Birch", "10:00", "11:00", "Secret plans")
        his.shows("Birch, 10:00 to 11:00, booked")

        his.click("Birch", "10:10")

        expect(popover(his)).to_be_visible()
        assert sentences(his) == answers(his, "Birch", "10:00", "11:00")
        expect(popover(his)).to_contain_text("Birch is booked")
        expect(popover(his)).not_to_contain_text("Secret")

    def test_that_is_kept_clear_says_what_it_is_kept_clear_after(self, windows, site):
        hers = Board(windows.open("guest"), "open-house", site.today + timedelta(days=1)).goto()
        hers.book("Nook 2", "10:00", "11:00")

        hers.cell("Nook 2, 11:00 to 11:15, kept clear").click()

        expect(popover(hers)).to_be_visible()
        assert sentences(hers) == answers(hers, "Nook 2", "11:00", "11:15")

    def test_that_looks_free_but_lies_beyond_the_horizon_says_from_when_on(self, windows, site):
        far = Board(windows.open("guest"), "open-house", site.today + timedelta(days=70)).goto()

        far.click("Nook 1", "10:00")

        told = answers(far, "Nook 1", "10:00", "11:00")
        expect(far.dialog.get_by_role("alert")).to_have_text(told[0])
        assert "takes bookings up to 60 days ahead" in told[0]


class TestAsking:
    def test_is_possible_by_keyboard_and_heard(self, saturday):
        saturday.cell("Aurora, 07:00 to 20:00, closed").focus()

        saturday.page.keyboard.press("Enter")

        expect(popover(saturday)).to_be_visible()
        heard = saturday.page.locator("availability-board ~ p[role=status]").first
        expect(heard).to_have_text(" ".join(sentences(saturday)))

    def test_begins_when_the_pointer_rests_and_ends_when_it_leaves(self, saturday):
        saturday.page.mouse.move(*saturday.point("Aurora", "10:00"))
        expect(popover(saturday)).to_be_visible()

        saturday.page.mouse.move(5, 5)

        expect(popover(saturday)).to_be_hidden()

    def test_ends_with_escape(self, saturday):
        saturday.cell("Aurora, 07:00 to 20:00, closed").focus()
        saturday.page.keyboard.press("Enter")
        expect(popover(saturday)).to_be_visible()

        saturday.page.keyboard.press("Escape")

        expect(popover(saturday)).to_be_hidden()

    def test_ends_with_escape_from_its_link_and_the_cell_has_the_focus_again(self, board):
        hers, his = board("guest"), board("guest2")
        hers.book("Birch", "10:00", "11:00")
        taken = his.cell("Birch, 10:00 to 11:00, booked")
        taken.focus()
        taken.press("Enter")
        expect(popover(his)).to_be_visible()
        his.page.keyboard.press("Tab")
        expect(popover(his).get_by_role("link", name="Wait for it")).to_be_focused()

        his.page.keyboard.press("Escape")

        expect(popover(his)).to_be_hidden()
        expect(taken).to_be_focused()

    def test_again_about_a_cell_that_did_not_change_asks_the_server_once(self, saturday):
        with saturday.line.unheard() as asked:
            for _ in range(2):
                saturday.click("Aurora", "10:00")
                expect(popover(saturday)).to_be_visible()
                saturday.page.keyboard.press("Escape")
                saturday.page.mouse.click(5, 5)
                expect(popover(saturday)).to_be_hidden()

        assert len(asked) == 1


def test_the_end_of_a_reason_is_told_by_the_venues_clock(saturday):
    saturday.click("Aurora", "10:00")

    expect(popover(saturday).locator("small").first).to_have_text("Until Mon 07:00")
    monday = saturday.day + timedelta(days=2)
    told = datetime.fromisoformat(
        saturday.page.request.get(
            saturday.data["urls"]["why"],
            params={
                "room": saturday.room("Aurora"),
                "start": saturday.at("10:00").isoformat(),
                "end": saturday.at("11:00").isoformat(),
            },
        ).json()["reasons"][0]["until"]
    )
    assert told.astimezone(saturday.zone) == datetime(
        monday.year, monday.month, monday.day, 7, tzinfo=saturday.zone
    )
