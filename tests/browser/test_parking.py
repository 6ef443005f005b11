"""Parking in the browser: two windows see one car park, a sign counts at once, and keys are enough."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.paying import pay

PARKING = "/venues/pier-parking/?level=Level+3"
AT_ONCE = 1_500  # ms: a second, and a little for a busy machine


@pytest.fixture
def free(windows):
    """The map of the third level, in the window of a guest."""
    window = windows.open("guest2", PARKING)
    expect(window.locator("[data-live]")).to_have_text("Live")
    return window


def spot_of(window):
    """Return the name of the first free spot that lasts."""
    return window.locator("a.spot.is-free").first.get_attribute("aria-label").split(", ")[0]


def count(window):
    return int(window.locator("[data-free]").inner_text())


def test_a_spot_taken_in_one_window_is_taken_in_the_other_and_said_there(windows, free):
    other = windows.open("guest", PARKING)
    before, name = count(free), spot_of(other)

    other.get_by_label(re.compile(f"^{name}, free")).click()
    other.get_by_role("button", name=f"Take {name.split()[1]} now").click()

    expect(free.get_by_label(re.compile(f"^{name}, taken"))).to_be_attached()
    expect(free.locator("[data-free]")).to_have_text(str(before - 1))
    expect(free.locator("[data-said]")).to_contain_text(f"{name} is taken")
    expect(other.get_by_label(re.compile(f"^{name}, yours"))).to_be_attached()
    other.get_by_role("button", name="Release and pay").last.click()
    expect(free.get_by_label(re.compile(f"^{name}, free"))).to_be_attached()


def test_a_spot_is_found_taken_and_released_by_keys_alone(free):
    free.locator("a.spot[tabindex='0']").focus()
    for key in ("ArrowRight", "ArrowDown", "ArrowLeft", "ArrowUp"):
        free.keyboard.press(key)
    name = free.evaluate("document.activeElement.getAttribute('aria-label')").split(", ")[0]
    free.keyboard.press("Enter")
    expect(free.locator("#chosen")).to_be_focused()
    free.keyboard.press("Tab")
    free.keyboard.type("34 kz 1978")
    free.keyboard.press("Enter")

    expect(
        free.get_by_role(
            "heading", name=f"Your {name.lower().replace(name.split()[1].lower(), name.split()[1])}"
        )
    ).to_be_visible()
    free.get_by_role("button", name="Release and pay").first.press("Enter")
    expect(free).to_have_url(re.compile("/bookings/"))


def test_a_choice_is_not_lost_to_what_the_page_fetches_by_itself_meanwhile(windows, free):
    other, slow = windows.open("guest2", PARKING), []
    name = spot_of(other)
    free.route(re.compile("spot="), lambda route: slow.append(route))
    free.locator("a.spot.is-free").last.click()
    other.get_by_label(re.compile(f"^{name}, free")).click()
    other.get_by_role("button", name=f"Take {name.split()[1]} now").click()
    expect(free.get_by_label(re.compile(f"^{name}, yours"))).to_be_attached()
    free.wait_for_timeout(1_000)  # until what stands beside the map is fetched again

    [route] = slow
    route.continue_()

    expect(free.locator("#chosen")).to_be_focused()
    other.get_by_role("button", name="Release and pay").last.click()
    expect(free.get_by_label(re.compile(f"^{name}, free"))).to_be_attached()


CAME = (
    "from datetime import timedelta; from rooms.sql import database_now; "
    "from accounts.models import User; from rooms import operations; from rooms.models import Room; "
    "spots = Room.objects.filter(venue__slug='pier-parking', archived_at=None); "
    "operations.take(spots.exclude(allocations__active=True).first(),"
    " now=database_now() - timedelta(hours=3), by=User.objects.get(email='guest2@example.com'))"
)


@pytest.mark.parametrize("on_its_own_page", [False, True])
def test_one_press_releases_a_car_and_leads_to_where_it_is_paid(windows, site, on_its_own_page):
    site.manage("shell", "-c", CAME)
    page = windows.open("guest2", PARKING)
    if on_its_own_page:
        page.get_by_role("link", name="All about it").first.click()

    page.get_by_role("button", name="Release and pay").first.click()

    expect(page).to_have_url(re.compile(r"/bookings/[^/]+/checkout/$"))
    expect(
        page.get_by_text(re.compile("^You have left. .* is to be paid here or at the desk"))
    ).to_be_visible()
    pay(page, "4242 4242 4242 4242", button="Pay", terms=False)
    expect(page.get_by_text("Paid. Thank you.")).to_be_visible()


def test_the_sign_counts_a_walk_in_within_a_second(windows):
    desk = windows.open("staff", "/desk/pier-parking/")
    desk.get_by_label("Where it hangs").fill("Gate")
    desk.locator("section[aria-labelledby=displays]").get_by_role("button", name="Add").click()
    link = desk.locator("section[aria-labelledby=displays] a.desk-where").first
    sign = windows.open("", link.get_attribute("href"))
    expect(sign.locator("[data-free]")).not_to_have_text("0")
    desk.wait_for_timeout(300)  # the desk settles after its own change
    before = count(sign)

    desk.keyboard.press("F2")

    expect(sign.locator("[data-free]")).to_have_text(str(before - 1))
    expect(desk.locator(".toast", has_text="until it is released").first).to_be_visible()


def hung(windows, who, slug, name):
    """Hang a sign at a venue and return the window of who looks at it."""
    desk = windows.open(who, f"/desk/{slug}/")
    displays = desk.locator("section[aria-labelledby=displays]")
    desk.get_by_label("Where it hangs").fill(name)
    displays.get_by_role("button", name="Add").click()
    address = displays.locator("a.desk-where", has_text=name).first.get_attribute("href")
    sign = windows.open("", address)
    expect(sign.locator("[data-free]")).to_be_visible()
    return desk, sign


def test_the_signs_of_two_car_parks_flip_within_a_second_each_for_its_own(windows):
    pier, here = hung(windows, "staff", "pier-parking", "North gate")
    hill, there = hung(windows, "admin", "hill-parking", "Hill gate")
    expect(there.locator("[data-free]")).to_have_text("1")
    pier.wait_for_timeout(300)  # the desks settle after their own changes
    before = count(here)

    hill.keyboard.press("F2")
    expect(there.locator("[data-free]")).to_have_text("0", timeout=AT_ONCE)
    expect(there.locator("[data-word]")).to_have_text("full")
    assert count(here) == before
    pier.keyboard.press("F2")
    expect(here.locator("[data-free]")).to_have_text(str(before - 1), timeout=AT_ONCE)
    hill.get_by_role("button", name="Release").first.click()
    expect(there.locator("[data-free]")).to_have_text("1", timeout=AT_ONCE)


def test_a_refusal_stands_apart_from_what_is_below_it(free):
    free.locator("#any-plate").fill("???")
    free.get_by_role("button", name="Take any spot now").click()

    (said, below) = (free.locator(part).bounding_box() for part in ("[role=alert]", ".with-side"))
    assert said["y"] + said["height"] + 8 <= below["y"]


def test_a_phone_shows_everything_without_scrolling_the_page(windows):
    phone = windows.open("guest", PARKING, viewport={"width": 360, "height": 740})

    for address in (PARKING, f"{PARKING}&view=list", "/venues/pier-parking/"):
        phone.goto(address)
        assert phone.evaluate("document.documentElement.scrollWidth") <= 360


VENUE = "from rooms.models import Room, Rate; from django.utils.timezone import now; "
DEARER = VENUE + (
    "[(setattr(rate, 'amount', rate.amount + {more}), rate.save())"
    " for rate in Rate.objects.filter(type__venue__slug='pier-parking')]"
)
RETIRED = VENUE + "spot = Room.objects.get(pk={spot}); spot.archived_at = {moment}; spot.save()"


def test_other_prices_and_spots_show_by_themselves_and_keep_the_choice_as_far_as_it_can_be_had(free, site):
    spot = free.locator("a.spot.is-free").first
    number, name = spot.get_attribute("data-spot"), spot_of(free)
    spot.click()
    expect(free.locator("#chosen")).to_have_text(name)
    free.locator("#plate").fill("34 KZ 1978")
    free.evaluate("globalThis.sameDocument = true")
    words = free.locator(".page-head p").first
    before = words.inner_text()

    site.manage("shell", "-c", DEARER.format(more=100))
    try:
        expect(words).not_to_have_text(before)
        expect(free.locator(".toast", has_text="This shows it as it is now.")).to_be_visible()
        expect(free.locator("#chosen")).to_have_text(name)
        expect(free.locator("#plate")).to_have_value("34 KZ 1978")
        site.manage("shell", "-c", RETIRED.format(spot=number, moment="now()"))

        expect(free.locator(f'a[data-spot="{number}"]')).to_have_count(0)
        expect(free.locator(".toast.is-bad")).to_have_text(
            f"{name}, which you had chosen, is not let any more."
        )
        expect(free.locator("#chosen")).to_have_count(0)
        assert free.evaluate("sameDocument") is True
    finally:
        site.manage("shell", "-c", RETIRED.format(spot=number, moment="None"))
        site.manage("shell", "-c", DEARER.format(more=-100))
