"""When the line is down: the page says so, says since when, and mends itself without a reload."""

import json
import re

import pytest
from playwright.sync_api import expect

TALL = {"viewport": {"width": 1280, "height": 1700}}  # every row is drawn, so that all can be compared
SILENCE = 30_000  # ms: two missed pings, their grace, and a busy machine


@pytest.fixture
def his(board):
    shown = board("guest2", **TALL)
    shown.page.evaluate("globalThis.sameDocument = true")
    return shown


def is_stale(board, site, **how):
    bar = board.page.locator("[data-stale]")
    expect(bar).to_have_text(re.compile(r"^Not live since \d\d:\d\d\. Reconnecting…$"), **how)
    expect(bar).to_be_visible()
    shown = re.search(r"\d\d:\d\d", bar.text_content())[0]
    since = site.now.hour * 60 + site.now.minute - int(shown[:2]) * 60 - int(shown[3:])
    assert 0 <= since <= 1
    expect(board.page.locator("[data-live]")).to_have_text("Not live")


def cut(shown):
    """Take the network away, and return how long the page may take to notice.

    Chromium tells a page that the network went. But on a machine that has none it calls itself offline all
    along, though it reaches the site, and has nothing new to tell: there the page goes by the silence.
    """
    told = shown.page.evaluate("navigator.onLine")
    shown.page.context.set_offline(True)
    return {} if told else {"timeout": SILENCE}


def is_as_if_fresh(his, board):
    """Expect the page to show what a window opened now shows, and never to have reloaded."""
    expect(his.page.locator("[data-stale]")).to_be_hidden(timeout=SILENCE)
    his.is_live()
    fresh = board("guest2", **TALL)
    assert his.rows() == fresh.rows()
    assert his.page.evaluate("sameDocument") is True


class TestWithoutNetwork:
    def test_the_page_says_so_and_then_catches_up_with_all_it_missed(self, his, board, site):
        hers = board("guest")
        hers.book("Aurora", "09:00", "10:00")
        his.shows("Aurora, 09:00 to 10:00, booked")

        is_stale(his, site, **cut(his))
        hers.book("Birch", "10:00", "12:00")
        hers.drag("Aurora", "09:20", "13:20", room="Delta")
        hers.shows("Delta, 13:00 to 14:00, your booking")
        hers.book("Umber", "15:00", "16:00")
        his.shows_no("Birch, 10:00 to 12:00, booked")
        heard = len(his.line.frames)
        his.page.context.set_offline(False)

        his.shows("Delta, 13:00 to 14:00, booked", timeout=SILENCE)
        his.shows("Birch, 10:00 to 12:00, booked")
        missed = [json.loads(frame) for frame in his.line.frames[heard:]]
        told = {frame["type"] for frame in missed if frame.get("topic") == his.topic}
        assert told - {"heartbeat"} == {"change"}  # no snapshot; a line also beats, as long as it stands
        is_as_if_fresh(his, board)

    def test_what_one_asks_for_is_refused_in_words(self, his, site):
        is_stale(his, site, **cut(his))

        his.click("Birch", "10:00")

        expect(his.dialog.get_by_role("alert")).to_have_text(
            "That did not reach the server. Please try again."
        )
        his.page.context.set_offline(False)
        expect(his.page.locator("[data-stale]")).to_be_hidden(timeout=SILENCE)
        his.is_live()


class TestWithoutServer:
    def test_a_server_that_was_killed_comes_back_and_so_does_the_page(self, his, board, site):
        site.kill()
        is_stale(his, site)

        site.start()

        is_as_if_fresh(his, board)

    def test_a_restart_in_order_is_told_to_the_page_which_comes_back_by_itself(self, his, board, site):
        with his.page.expect_websocket(timeout=SILENCE):
            site.stop()
            site.start()

        is_as_if_fresh(his, board)

    def test_a_server_that_hangs_is_found_out_by_its_silence(self, his, board, site):
        with site.frozen():
            is_stale(his, site, timeout=SILENCE)

        is_as_if_fresh(his, board)
