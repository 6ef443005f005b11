"""Without JavaScript everything still works: pages and forms, and the server's word."""

import re

import pytest
from playwright.sync_api import expect


@pytest.fixture
def page(windows):
    return windows.open("", java_script_enabled=False)


def test_one_registers_books_from_the_list_moves_it_and_cancels_it(page, day):
    page.goto("/accounts/register/")
    page.get_by_label("E-mail address").fill(f"no-script-{day}@example.com")
    page.get_by_label("Password").fill("a quiet harbour morning")
    page.get_by_role("button", name="Register").click()
    expect(page.get_by_role("link", name="My bookings").first).to_be_visible()

    page.goto(f"/venues/harbour-office/?view=list&date={day}")
    page.get_by_role("list", name="Free times of Birch").get_by_role("link").click()
    expect(page.get_by_role("heading", name="Book Birch")).to_be_visible()
    page.get_by_label("From").fill(f"{day}T10:00")
    page.get_by_label("To", exact=True).fill(f"{day}T11:00")
    page.get_by_label("Title").fill("Paper and pencil")
    page.get_by_role("button", name="Book", exact=True).click()

    expect(page.get_by_role("heading", name="Paper and pencil")).to_be_visible()
    expect(page.get_by_text("10:00 to 11:00").first).to_be_visible()

    page.get_by_role("link", name="My bookings").first.click()
    page.get_by_role("link", name="Paper and pencil").click()
    page.get_by_text("Move it to another time or room").click()
    page.get_by_label("From").fill(f"{day}T14:00")
    page.get_by_label("To", exact=True).fill(f"{day}T15:00")
    page.get_by_role("button", name="Move", exact=True).click()
    expect(page.get_by_text("14:00 to 15:00").first).to_be_visible()

    page.get_by_text("Cancel it").click()
    page.get_by_role("button", name="Cancel the booking").click()
    expect(page.get_by_text("The booking is cancelled, and the room is free again.")).to_be_visible()
    page.get_by_role("link", name=re.compile("^Not taken")).click()
    expect(page.get_by_role("link", name="Paper and pencil")).to_be_visible()


def test_one_logs_in_and_comes_back_to_where_one_wanted_to_go(page, day):
    wanted = f"/venues/harbour-office/book/?date={day}"
    page.goto(wanted)
    page.get_by_label("E-mail address").fill("guest2@example.com")
    page.get_by_label("Password").fill("reserve-demo")
    page.get_by_role("button", name="Log in", exact=True).click()

    expect(page).to_have_url(re.compile(re.escape(wanted)))
    expect(page.get_by_role("heading", name="Book a room")).to_be_visible()


def test_a_taken_time_comes_back_with_what_was_typed_and_offers_to_press(windows, board, day):
    board("guest").book("Birch", "10:00", "11:00")
    page = windows.open("guest2", "/venues/harbour-office/book/", java_script_enabled=False)
    page.get_by_label("Room").select_option(label="Birch (8)")
    page.get_by_label("From").fill(f"{day}T10:30")
    page.get_by_label("To", exact=True).fill(f"{day}T11:30")
    page.get_by_label("Title").fill("Half an hour late")
    page.get_by_role("button", name="Book", exact=True).click()

    expect(page.get_by_role("alert")).to_contain_text("Birch is booked")
    expect(page.get_by_label("Title")).to_have_value("Half an hour late")
    page.locator("button.alternative").first.click()
    expect(page.get_by_text("On hold")).to_be_visible()
    page.get_by_role("button", name="Book", exact=True).click()
    expect(page.get_by_role("heading", name="Half an hour late")).to_be_visible()


def test_the_board_points_to_the_list_and_the_list_filters(page, day):
    page.goto(f"/venues/harbour-office/?date={day}")
    page.get_by_role("link", name="The list shows the same free times").click()
    assert page.locator("[data-list-room]").count() == 24

    page.get_by_role("combobox", name="Seats").select_option("20")
    page.get_by_role("button", name="Apply").click()

    expect(page).to_have_url(re.compile("capacity=20"))
    expect(page.locator("[data-list-room]:visible")).to_have_count(4)
