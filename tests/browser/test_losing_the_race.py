"""Being a moment too late: one sees what is taken, keeps what one typed, and one press has something else."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import expect


@pytest.fixture
def hers(board):
    return board("guest")


@pytest.fixture
def his(board):
    return board("guest2")


def overtake(his, hers, room, start, end):
    """His request is under way when hers, for the same time, arrives."""
    waiting = []
    his.page.route("**/venues/*/bookings/", lambda route: waiting.append(route), times=1)
    his.sweep(room, start, end)
    hers.book(room, start, end)
    waiting[0].continue_()


class TestOnTheBoard:
    def test_one_sees_what_is_taken_and_for_how_long(self, hers, his):
        overtake(his, hers, "Birch", "10:00", "11:00")

        expect(his.dialog.get_by_role("heading", name="Birch was not held")).to_be_visible()
        expect(his.dialog.get_by_role("alert")).to_have_text(
            f"Birch is booked: {his.day:%A} {his.day.day} {his.day:%B}, 10:00 to 11:00."
        )
        his.shows("Birch, 10:00 to 11:00, booked")

    def test_three_or_more_alternatives_are_there_and_one_press_holds_one(self, hers, his):
        overtake(his, hers, "Birch", "10:00", "11:00")
        offers = his.dialog.locator("button.alternative")
        expect(offers.first).to_be_focused()
        assert offers.count() >= 3
        room = offers.first.text_content().partition(",")[0]

        with his.line.unheard() as asked:
            offers.first.click()
            expect(his.dialog.get_by_role("heading", name=f"Book {room}")).to_be_visible()

        assert len(asked) == 1
        hers.shows(f"{room}, 10:00 to 11:00, on hold")

    def test_a_drag_that_was_begun_over_free_time_is_refused_when_it_ends(self, hers, his):
        start, end = his.point("Birch", "10:00"), his.point("Birch", "10:50")
        his.page.mouse.move(*start)
        his.page.mouse.down()
        his.page.mouse.move(*end, steps=4)
        hers.book("Birch", "10:00", "11:00")
        his.shows("Birch, 10:00 to 11:00, booked")

        his.page.mouse.up()

        expect(his.dialog.get_by_role("heading", name="Birch was not held")).to_be_visible()


class TestInTheForm:
    @pytest.mark.parametrize("where", ["in a dialog", "on a page of its own"])
    def test_it_says_that_a_time_is_taken_as_soon_as_it_is(self, hers, his, where):
        page = his.page
        if where == "in a dialog":
            page.get_by_role("link", name="Book", exact=True).click()
        else:
            page.goto("/venues/harbour-office/book/")
        page.locator("#id_room").select_option(str(hers.room("Birch")))
        page.get_by_label("From").fill(f"{hers.day}T10:00")
        page.get_by_label("To", exact=True).fill(f"{hers.day}T11:00")
        page.locator("#id_title").focus()
        taken = page.locator("#book-terms", has_text="Birch is booked")
        expect(taken).to_have_count(0)

        hers.book("Birch", "10:00", "11:00")
        expect(taken).to_be_visible()

        page.get_by_label("From").fill(f"{hers.day}T12:00")
        page.get_by_label("To", exact=True).fill(f"{hers.day}T13:00")
        page.locator("#id_title").focus()
        expect(taken).to_have_count(0)

    def test_what_one_typed_stays_and_goes_with_the_alternative(self, hers, his):
        page = his.page
        page.get_by_role("link", name="Book", exact=True).click()
        form = page.get_by_role("dialog")
        form.get_by_label("Room").select_option(str(his.room("Birch")))
        form.get_by_label("From").fill(f"{his.day}T10:00")
        form.get_by_label("To", exact=True).fill(f"{his.day}T11:00")
        form.get_by_label("Title").fill("Budget 2027")
        hers.book("Birch", "10:00", "11:00")

        form.get_by_role("button", name="Book", exact=True).click()

        expect(form.get_by_role("alert")).to_contain_text("Birch is booked")
        expect(form.get_by_role("alert")).to_be_focused()
        expect(form.get_by_label("Title")).to_have_value("Budget 2027")
        expect(form.get_by_label("From")).to_have_value(f"{his.day}T10:00")
        offer = form.locator("button.alternative").first
        room = offer.text_content().partition(",")[0]

        offer.click()

        his.shows(f"{room}, 10:00 to 11:00, your booking, on hold: Budget 2027")


class TestAHoldThatRunsOut:
    def test_frees_the_room_in_both_windows_and_keeps_what_was_typed(self, hers, his, site):
        his.hold("Birch", "10:00", "11:00")
        his.dialog.get_by_label("Title").fill("Interview")
        hers.shows("Birch, 10:00 to 11:00, on hold")

        site.leap(timedelta(minutes=9, seconds=56))
        hers.book("Delta", "09:00", "10:00")  # whatever is heard next tells the new time

        hers.shows("Birch, 07:00 to 20:00, free")
        his.shows("Birch, 07:00 to 20:00, free")
        expect(his.dialog.get_by_role("heading", name="The hold has run out")).to_be_visible()
        his.dialog.get_by_role("button", name=re.compile("^Birch, ")).click()
        expect(his.dialog.get_by_label("Title")).to_have_value("Interview")

    def test_may_be_lost_to_somebody_else_and_the_title_is_kept_even_then(self, hers, his, site):
        his.hold("Birch", "10:00", "11:00")
        his.dialog.get_by_label("Title").fill("Interview")
        site.leap(timedelta(minutes=9, seconds=56))
        hers.book("Delta", "09:00", "10:00")
        expect(his.dialog.get_by_role("heading", name="The hold has run out")).to_be_visible()
        hers.shows("Birch, 07:00 to 20:00, free")
        hers.book("Birch", "10:00", "11:00")

        his.dialog.get_by_role("button", name=re.compile("^Birch, ")).click()
        expect(his.dialog.get_by_role("alert")).to_contain_text("Birch is booked")
        his.dialog.locator("button.alternative").first.click()

        expect(his.dialog.get_by_label("Title")).to_have_value("Interview")
