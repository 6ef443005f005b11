"""Watching a room: one window books, and a toast in the other says so, on whatever page it is."""

import re

import pytest
from playwright.sync_api import expect

AT_ONCE = 1_000  # ms: what "live" means
BOOKED = re.compile(r"Aurora: booked \w{3} \d+ \w{3}, 10:00.11:00")


@pytest.fixture
def watcher(board):
    """The board of somebody who pressed Watch on it; they watch nothing any more afterwards."""
    hers = board("guest2")
    hers.page.get_by_role("link", name="Watch", exact=True).click()
    dialog = hers.page.locator("dialog[data-host]")
    dialog.get_by_label("Room").select_option(label="Aurora")
    dialog.get_by_role("button", name="Watch").click()
    expect(hers.toast("You watch Aurora.")).to_be_visible()
    expect(dialog).to_be_hidden()
    yield hers
    hers.page.goto("/watching/")
    hers.page.get_by_role("button", name="Watch Aurora no more").click()
    expect(hers.page.get_by_text("You watch no room.")).to_be_visible()


def stands_after(watcher, act):
    """Act, and wait until the topic of watched rooms has answered."""
    with watcher.page.expect_websocket() as opened:
        act()
    with opened.value.expect_event("framereceived", lambda frame: '"watching"' in str(frame)):
        pass


def test_a_booking_and_its_cancellation_are_told_at_once_without_a_name(watcher, board):
    his = board("guest")

    his.book("Aurora", "10:00", "11:00", "Secret merger")
    expect(watcher.toast(BOOKED)).to_be_visible(timeout=AT_ONCE)
    his.click("Aurora", "10:20")
    his.page.get_by_text("Cancel it").click()
    his.page.get_by_role("button", name="Cancel the booking").click()

    expect(watcher.toast(re.compile("Aurora: cancelled .*, 10:00.11:00"))).to_be_visible()
    assert "Secret" not in str([frame for frame in watcher.line.frames if '"watching"' in frame])


@pytest.mark.parametrize("path", ["/accounts/profile/", "/watching/", "/journeys/", "/nowhere/"])
def test_a_page_that_is_not_live_itself_tells_as_well_and_asks_nothing_meanwhile(watcher, board, path):
    his = board("guest")
    stands_after(watcher, lambda: watcher.page.goto(path))

    with watcher.line.unheard() as asked:
        his.book("Aurora", "10:00", "11:00")
        expect(watcher.toast(BOOKED)).to_be_visible(timeout=AT_ONCE)

    assert asked == []


def test_what_happens_between_two_pages_is_told_on_the_next(watcher, board):
    his = board("guest")
    watcher.page.goto("about:blank")
    his.book("Aurora", "10:00", "11:00")

    watcher.page.goto("/accounts/profile/")

    expect(watcher.toast(BOOKED)).to_be_visible()


def test_ones_own_doing_and_other_rooms_are_no_news(watcher, board):
    his = board("guest")
    watcher.book("Aurora", "12:00", "13:00")
    his.book("Birch", "10:00", "11:00")
    his.book("Aurora", "14:00", "15:00")

    expect(watcher.toast(re.compile("Aurora: booked .*, 14:00.15:00"))).to_be_visible()

    assert watcher.toast(re.compile("^(Birch|Aurora: booked .* 12:00)")).count() == 0
