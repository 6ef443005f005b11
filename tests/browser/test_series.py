"""A series: what would become of each date is there before it is booked, and stays true while one looks."""

import itertools
import re
from datetime import timedelta

import pytest
from playwright.sync_api import expect

OFFICE = "/venues/harbour-office/"
numbers = itertools.count()


@pytest.fixture
def first(site):
    """A Tuesday in some weeks, of which, as of the three after it, no other test wants the early morning."""
    day = site.today + timedelta(days=35 + 28 * next(numbers))
    return day + timedelta(days=(1 - day.weekday()) % 7)


@pytest.fixture
def asked(windows, first):
    """The guest asks for Orchard on four Tuesdays, from seven to eight."""
    page = windows.open("guest")
    page.goto(f"{OFFICE}series/")
    page.get_by_label("Room", exact=True).select_option(label=orchard(page))
    page.get_by_label("From").fill(f"{first}T07:00")
    page.get_by_label("To", exact=True).fill(f"{first}T08:00")
    page.get_by_label(re.compile("^How many times")).fill("4")
    page.get_by_label(re.compile("^How many times")).press("Tab")
    expect(page.locator(".date")).to_have_count(4)
    return page


def orchard(page):
    return (
        page.get_by_label("Room", exact=True)
        .locator("option", has_text="Orchard")
        .first.text_content()
        .strip()
    )


def test_a_rivals_booking_turns_its_line_red_and_one_goes_on_without_that_date(windows, asked, first):
    page, rival = asked, windows.open("guest2")
    expect(page.locator(".date.is-taken")).to_have_count(0)
    page.evaluate("document.body.dataset.same = 'yes'")
    taken = first + timedelta(days=14)

    room = page.get_by_label("Room", exact=True).input_value()
    rival.goto(f"{OFFICE}book/?room={room}&start={taken}T07:00&end={taken}T08:00")
    rival.get_by_role("button", name="Book", exact=True).click()
    rival.wait_for_url(re.compile("/bookings/"))

    expect(page.locator(".date.is-taken")).to_have_count(1)
    expect(page.locator(".date.is-taken")).to_contain_text("Orchard is booked")
    expect(page.get_by_role("button", name="Book 4 dates")).to_be_disabled()
    assert page.evaluate("document.body.dataset.same") == "yes"

    page.get_by_label(f"Leave out {taken:%A} {taken.day} {taken:%B %Y}").check()
    page.get_by_label(re.compile("^Title")).fill("Choir")
    page.get_by_role("button", name="Book 3 dates").click()

    expect(page.get_by_role("heading", name="Choir")).to_be_visible()
    expect(page.locator(".date")).to_have_count(3)
    page.locator(".date").nth(1).get_by_role("button", name=re.compile("^Leave out")).click()
    expect(page.locator(".date.is-out")).to_have_count(1)
    page.get_by_role("button", name=re.compile("^Take back")).click()
    expect(page.locator(".date.is-out")).to_have_count(0)


def test_a_date_that_is_taken_is_put_into_another_room(windows, asked, first):
    page, rival = asked, windows.open("guest2")
    taken = first + timedelta(days=7)
    room = page.get_by_label("Room", exact=True).input_value()
    rival.goto(f"{OFFICE}book/?room={room}&start={taken}T07:00&end={taken}T08:00")
    rival.get_by_role("button", name="Book", exact=True).click()
    rival.wait_for_url(re.compile("/bookings/"))
    expect(page.locator(".date.is-taken")).to_have_count(1)

    where = page.get_by_label(f"Room on {taken:%A} {taken.day} {taken:%B %Y}")
    other = where.locator("option").nth(1)
    name = other.text_content().partition(" (")[0]
    where.focus()
    where.select_option(other.get_attribute("value"))
    expect(page.locator(".date").nth(1)).to_contain_text(f"free in {name}")
    expect(where).to_be_focused()
    page.get_by_role("button", name="Book 4 dates").click()

    page.wait_for_url(re.compile("/bookings/"))
    expect(page.locator(".date")).to_have_count(4)
    expect(page.locator(".date").nth(1)).to_contain_text(name)


def test_what_was_typed_stays_when_dates_are_put_elsewhere_or_left_out_at_one_press(windows, asked, first):
    page, rival = asked, windows.open("guest2")
    room = page.get_by_label("Room", exact=True).input_value()
    page.get_by_label(re.compile("^Title")).fill("Choir")
    rival.goto(f"{OFFICE}book/?room={room}&start={first}T07:00&end={first}T08:00")
    rival.get_by_role("button", name="Book", exact=True).click()
    rival.wait_for_url(re.compile("/bookings/"))

    page.get_by_role("link", name=re.compile("^That date in ")).click()
    expect(page.locator(".date").first).to_contain_text("free in ")
    expect(page.locator("#preview-title")).to_be_focused()
    page.locator(".date select").select_option("")
    page.get_by_role("link", name="Leave out what cannot be had").click()
    expect(page.locator(".date.is-out")).to_have_count(1)
    page.get_by_role("button", name="Book 3 dates").click()

    expect(page.get_by_role("heading", name="Choir")).to_be_visible()
