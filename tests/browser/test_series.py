"""A series: what would become of each date is there before it is booked, and stays true while one looks."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import expect

OFFICE = "/venues/harbour-office/"


@pytest.fixture
def first(site):
    """A Tuesday in some weeks, of which no other test wants the early morning."""
    day = site.today + timedelta(days=35)
    return day + timedelta(days=(1 - day.weekday()) % 7)


@pytest.fixture
def asked(windows, first):
    """The guest asks for Orchard on four Tuesdays, from seven to eight."""
    page = windows.open("guest")
    page.goto(f"{OFFICE}series/")
    page.get_by_label("Room").select_option(label=orchard(page))
    page.get_by_label("From").fill(f"{first}T07:00")
    page.get_by_label("To", exact=True).fill(f"{first}T08:00")
    page.get_by_label(re.compile("^How many times")).fill("4")
    page.get_by_label(re.compile("^How many times")).press("Tab")
    expect(page.locator(".date")).to_have_count(4)
    return page


def orchard(page):
    return page.get_by_label("Room").locator("option", has_text="Orchard").first.text_content().strip()


def test_a_rivals_booking_turns_its_line_red_and_one_goes_on_without_that_date(windows, asked, first):
    page, rival = asked, windows.open("guest2")
    expect(page.locator(".date.is-taken")).to_have_count(0)
    page.evaluate("document.body.dataset.same = 'yes'")
    taken = first + timedelta(days=14)

    room = page.get_by_label("Room").input_value()
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
