"""Two people before the seats of one train, with the mouse and with the keyboard alone."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from tests.browser.drawn import strongest

AT_ONCE = 1_500  # ms: a second, and a little for a busy machine


@pytest.fixture
def train(windows, site):
    """Open the seats of the bus in so many days: train("guest")."""

    def open_seats(who, ahead):
        page = windows.open(who)
        day = site.today + timedelta(days=ahead)
        page.goto(f"/journeys/?origin=Istanbul&destination=Izmir&date={day}")
        page.get_by_role("link", name="Bus B12").click()
        expect(page.locator("[data-live]")).to_have_text("Live")
        return page

    return open_seats


def seat(page, label):
    return page.locator("label.seat", has=page.get_by_text(label, exact=True)).first


def test_a_seat_that_another_holds_is_on_hold_here_at_once_and_said_to_be_lost(train):
    hers, his = train("guest", 20), train("guest2", 20)
    seat(hers, "9A").locator("input").check(force=True)
    seat(his, "9A").locator("input").check(force=True)

    hers.get_by_role("button", name="Hold these seats").click()
    expect(hers).to_have_url(re.compile("/checkout/"))

    expect(seat(his, "9A")).to_have_class(re.compile("is-held"), timeout=AT_ONCE)
    expect(seat(his, "9A").locator("hold-countdown")).to_have_text(re.compile(r"^\d+:\d\d$"))
    expect(his.locator("[data-seat-news]")).to_have_text("Seat 9A, which you had chosen, is on hold now.")
    expect(seat(his, "9A").locator("input")).to_be_disabled()


def test_a_seat_of_ones_own_is_told_from_one_that_is_chosen(train):
    page = train("guest", 25)
    here = page.url
    seat(page, "9A").locator("input").check(force=True)
    page.get_by_role("button", name="Hold these seats").click()
    expect(page).to_have_url(re.compile("/checkout/"))
    page.goto(here)

    seat(page, "9C").locator("input").check(force=True)

    expect(page.get_by_role("list", name="Key")).to_contain_text("Already yours")
    expect(page.get_by_role("checkbox", name=re.compile("^Seat 9A.*, already yours$"))).to_be_disabled()
    expect(page.get_by_role("checkbox", name=re.compile("^Seat 9C.*, free$"))).to_be_checked()
    looks = [
        seat(page, label).evaluate(
            "seat => [getComputedStyle(seat).backgroundColor, getComputedStyle(seat, '::after').maskImage]"
        )
        for label in ("9A", "9C")
    ]
    assert [mine != chosen for mine, chosen in zip(*looks, strict=True)] == [True, True]


def test_a_free_seat_that_is_pointed_at_stays_green(train):
    page = train("guest", 26)
    page.emulate_media(color_scheme="light")

    seat(page, "9A").hover()

    assert strongest(seat(page, "9A")) == "green"


def test_seats_are_chosen_and_held_by_keyboard_alone(train):
    page = train("guest", 21)
    box = seat(page, "8C").locator("input")
    box.focus()
    page.keyboard.press("Space")
    expect(page.get_by_text("1 chosen")).to_be_visible()

    page.keyboard.press("Enter")

    expect(page).to_have_url(re.compile("/checkout/"))


def test_one_walks_from_seat_to_seat_by_arrows_and_past_the_coach_by_one_tab(train):
    hers, page = train("guest2", 24), train("guest", 24)
    seat(hers, "9B").locator("input").check(force=True)
    hers.get_by_role("button", name="Hold these seats").click()
    expect(seat(page, "9B")).to_have_class(re.compile("is-held"))
    seat(page, "9A").locator("input").focus()

    page.keyboard.press("ArrowDown")

    taken = page.get_by_role("checkbox", name=re.compile("^Seat 9B.*, on hold$"))
    expect(taken).to_be_focused()
    page.keyboard.press("Space")
    expect(taken).not_to_be_checked()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowRight")
    expect(seat(page, "10C").locator("input")).to_be_focused()
    page.keyboard.press("Home")
    expect(seat(page, "1C").locator("input")).to_be_focused()
    assert page.locator("input[name=seat][tabindex='0']").count() == 1
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.name") != "seat"


def test_a_phone_says_what_is_chosen_beside_the_way_to_hold_it(windows, site):
    page = windows.open("guest", viewport={"width": 360, "height": 740})
    page.goto(f"/journeys/?origin=Istanbul&destination=Izmir&date={site.today + timedelta(days=21)}")
    page.get_by_role("link", name="Bus B12").click()

    seat(page, "9C").locator("input").check(force=True)

    expect(page.get_by_text("1 seat, €23.00")).to_be_in_viewport()
    page.get_by_role("link", name="Go on").click()
    expect(page.get_by_role("button", name="Hold these seats")).to_be_in_viewport()


def test_a_departure_that_is_late_says_so_to_who_looks_at_its_seats(train, site):
    page = train("guest", 22)
    number = re.search(r"/journeys/(\d+)/", page.url)[1]

    site.manage(
        "shell",
        "-c",
        "from rooms import operations; from rooms.models import Departure; "
        f"operations.delay(Departure.objects.get(pk={number}), 15, note='Snow', by=None)",
    )

    expect(page.locator("#news")).to_have_text(re.compile("About 15 minutes late: Snow"))


ROUTE = "from rooms.models import Departure, Room; departure = Departure.objects.get(pk={number}); "
DEARER = (
    ROUTE
    + "[(setattr(fare, 'amount', fare.amount + {more}), fare.save()) for fare in departure.route.fares.all()]"
)
RETIRED = ROUTE + (
    "from django.utils.timezone import now; seat = Room.objects.get(venue=departure.vehicle, name='9C'); "
    "seat.archived_at = {moment}; seat.save()"
)


def test_other_prices_and_seats_show_by_themselves_and_keep_the_choice_as_far_as_it_can_be_had(train, site):
    page = train("guest", 23)
    number = re.search(r"/journeys/(\d+)/", page.url)[1]
    for label in ("9A", "9C"):
        seat(page, label).locator("input").check(force=True)
    page.get_by_label("Name of passenger 1").fill("Ada Kaya")
    page.get_by_label("Kind of passenger 1").select_option("child")
    page.get_by_label("Name of passenger 2").press("x")
    page.evaluate("globalThis.sameDocument = true")
    before = page.locator("[data-total]").inner_text()

    site.manage("shell", "-c", DEARER.format(number=number, more=1000))
    try:
        expect(page.locator("[data-total]")).not_to_have_text(before)
        expect(page.locator("[data-count]")).to_have_text("2 chosen")
        expect(page.locator(".toast", has_text="This shows it as it is now.")).to_be_visible()
        assert page.evaluate("document.activeElement.id") == "name-2"
        page.keyboard.press("y")
        site.manage("shell", "-c", RETIRED.format(number=number, moment="now()"))

        expect(page.locator("[data-seat-news]")).to_have_text(
            "Seat 9C, which you had chosen, is not sold any more."
        )
        expect(page.locator("[data-count]")).to_have_text("1 chosen")
        expect(seat(page, "9A").locator("input")).to_be_checked()
        expect(page.get_by_label("Name of passenger 1")).to_have_value("Ada Kaya")
        expect(page.get_by_label("Kind of passenger 1")).to_have_value("child")
        expect(page.locator("#name-2")).to_have_value("xy")
        assert page.evaluate("sameDocument") is True
    finally:
        site.manage("shell", "-c", RETIRED.format(number=number, moment="None"))
        site.manage("shell", "-c", DEARER.format(number=number, more=-1000))


def test_a_page_that_came_with_a_refusal_is_drawn_anew_for_the_same_way(train, site):
    page = train("guest", 24)
    number = re.search(r"/journeys/(\d+)/", page.url)[1]
    page.goto(f"/journeys/{number}/?from_stop=1&to_stop=2")
    heading = page.locator("h1.route").inner_text()
    page.get_by_label("Name of passenger 1").fill("Ada Kaya")
    page.evaluate("document.querySelector('#count').max = 100; document.querySelector('#count').value = 100")
    page.get_by_role("button", name="Hold the best seats together").click()
    expect(page.get_by_role("alert")).to_be_visible()

    site.manage("shell", "-c", DEARER.format(number=number, more=100))
    try:
        expect(page.locator(".toast", has_text="This shows it as it is now.")).to_be_visible()
    finally:
        site.manage("shell", "-c", DEARER.format(number=number, more=-100))

    assert page.locator("h1.route").inner_text() == heading
    expect(page.get_by_label("Name of passenger 1")).to_have_value("Ada Kaya")
    expect(page.get_by_role("alert")).to_be_visible()
