"""Whoever is impatient while the answer is on its way gets what they asked for, once."""

import pytest
from playwright.sync_api import expect

HOUR = "Birch, 09:00 to 10:00"


@pytest.fixture
def hers(board):
    return board("guest")


@pytest.fixture
def his(board):
    return board("guest2")


class Answer:
    """The answer to one request, which waits outside the page until it is let in."""

    def __init__(self, page, address):
        self._page = page
        self._route = self._response = None
        page.route(address, self._keep, times=1)

    def _keep(self, route):
        self._response = route.fetch()
        self._route = route

    def waits(self):
        """Return once the server has answered."""
        while self._route is None:
            self._page.wait_for_timeout(20)

    def comes(self, **instead):
        """Let it in, or another instead of it."""
        self._route.fulfill(**(instead or {"response": self._response}))


def close(board, how):
    if how == "Escape":
        board.page.keyboard.press("Escape")
    else:
        board.page.mouse.click(5, 400)
    expect(board.dialog).to_be_hidden()


@pytest.fixture
def booking(hers):
    """Book has been pressed, and the server has booked it."""
    hers.hold("Birch", "09:00", "10:00")
    hers.dialog.get_by_label("Title").fill("Interview")
    answer = Answer(hers.page, "**/confirm/")
    hers.dialog.get_by_role("button", name="Book", exact=True).click()
    answer.waits()
    return answer


class TestToBook:
    @pytest.mark.parametrize("how", ["Escape", "a click beside it"])
    def test_is_what_counts_though_the_dialog_was_closed_meanwhile(self, booking, hers, his, how):
        close(hers, how)
        booking.comes()

        expect(hers.toast("Booked Birch")).to_be_visible()
        hers.shows(f"{HOUR}, your booking: Interview")
        his.shows(f"{HOUR}, booked")

    def test_is_what_counts_though_the_page_was_left(self, booking, hers, his):
        hers.page.goto("/bookings/")

        expect(hers.page.get_by_role("link", name="Interview").first).to_be_visible()
        hers.page.wait_for_load_state("networkidle")  # what a page asks for as it goes has been answered, too
        his.shows(f"{HOUR}, booked")

    def test_opens_the_dialog_again_where_something_is_to_be_mended(self, booking, hers):
        close(hers, "Escape")
        booking.comes(
            status=422, json={"code": "invalid", "field_errors": {"title": ["At most 120 characters."]}}
        )

        expect(hers.dialog.get_by_label("Title")).to_be_focused()
        expect(hers.dialog.get_by_label("Title")).to_have_value("Interview")


def test_a_double_click_on_free_time_holds_it_once(hers):
    asked = []
    hers.page.on("request", lambda request: asked.append(request.url) if request.method == "POST" else None)
    answer = Answer(hers.page, "**/venues/*/bookings/")

    hers.page.mouse.dblclick(*hers.point("Birch", "09:00"))
    answer.waits()
    answer.comes()

    expect(hers.dialog.get_by_role("heading", name="Book Birch")).to_be_visible()
    assert len(asked) == 1
