"""A refused form comes back with the focus where something is wrong, on a screen as small as a phone's."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.paying import hold

PHONE = {"width": 360, "height": 800}


@pytest.fixture
def phone(windows):
    """The guest's phone."""
    return windows.open("guest", viewport=PHONE)


def is_told(where):
    """Expect the focus there, in sight."""
    expect(where).to_be_focused()
    expect(where).to_be_in_viewport()


def test_the_checkout_on_the_card_that_is_missing(phone, day):
    phone.goto(f"/bookings/{hold(phone, day)}/checkout/")

    phone.get_by_role("button", name=re.compile("^Book and pay")).click()

    is_told(phone.get_by_label("Card number"))


def test_an_invitation_on_the_sentence_that_names_the_bad_address(phone, day):
    phone.goto(f"/bookings/{hold(phone, day)}/")
    phone.get_by_role("button", name="Book", exact=True).click()
    phone.get_by_text("Invite people").click()
    phone.get_by_label("E-mail addresses").fill("nobody@")

    phone.get_by_role("button", name="Invite", exact=True).click()

    is_told(phone.get_by_role("alert").filter(has_text="nobody@"))


def test_a_series_on_the_question_that_was_not_answered(phone, day):
    times = f"start={day}T10:00&end={day}T11:00&repeats=weekly&times=2"
    phone.goto(f"/venues/salons/series/?{times}")
    phone.get_by_label("Room", exact=True).select_option(label="Salon 2 (4)")
    expect(phone.locator(".date")).to_have_count(2)

    phone.get_by_role("button", name="Book 2 dates").click()

    is_told(phone.get_by_label("Cost center"))


def test_the_dates_of_a_series_are_gone_to_when_they_are_asked_for(phone, day):
    phone.goto("/venues/harbour-office/series/")
    phone.get_by_label("From").fill(f"{day}T07:00")
    phone.get_by_label("To", exact=True).fill(f"{day}T08:00")

    phone.get_by_role("button", name="Show the dates").click()

    is_told(phone.get_by_role("heading", name="Dates"))


def test_a_field_that_is_changed_keeps_the_focus_though_what_it_says_is_refused(phone, day):
    phone.goto("/venues/harbour-office/series/")
    phone.get_by_label(re.compile("^How many times")).fill("0")

    phone.get_by_label(re.compile("^How many times")).press("Tab")

    expect(phone.locator("#preview").get_by_role("alert")).to_be_visible()
    expect(phone.get_by_label("Or until")).to_be_focused()


def test_registering_on_the_password_that_is_too_weak(windows):
    stranger = windows.open("", "/accounts/register/", viewport=PHONE)
    stranger.get_by_label("E-mail address").fill("new@example.com")
    stranger.get_by_label(re.compile("^Password$")).fill("1234")

    stranger.get_by_role("button", name="Register").click()

    is_told(stranger.get_by_label(re.compile("^Password$")))
