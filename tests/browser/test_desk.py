"""A desk is live under every hand: what is typed stays, and what changes elsewhere shows all the same."""

import re

import pytest
from playwright.sync_api import expect

DESK = "/desk/pier-parking/"


@pytest.fixture
def desk(windows):
    page = windows.open("staff", DESK)
    expect(page.locator("[data-live]")).to_have_attribute("data-state", "live")
    return page


@pytest.fixture
def gate(windows):
    """The desk of a colleague, where cars drive in."""
    page = windows.open("admin", DESK)
    expect(page.locator("[data-live]")).to_have_attribute("data-state", "live")
    return page


def taken(desk):
    return int(desk.locator("#desk-counts dd").nth(1).inner_text())


def drives_in(gate, plate=""):
    gate.get_by_label("Plate at the gate").fill(plate)
    gate.keyboard.press("F2")
    expect(gate.locator(".toast", has_text="until it is released").first).to_be_visible()


def test_what_is_typed_outlives_the_form_of_another_car(desk):
    desk.get_by_label("Plate at the gate").fill("34 AB 12")
    desk.get_by_label("Why").fill("Oil on the floor")

    desk.locator("#lines-inside").get_by_role("button", name=re.compile("^Release")).last.click()

    expect(desk.locator(".toast", has_text="to be paid").first).to_be_visible()
    expect(desk.get_by_label("Plate at the gate")).to_have_value("34 AB 12")
    expect(desk.get_by_label("Why")).to_have_value("Oil on the floor")


def test_who_left_without_paying_stands_there_until_it_is_taken(desk):
    desk.locator("#lines-inside").get_by_role("button", name=re.compile("^Release")).last.click()
    line = desk.locator("#lines-unpaid .desk-line").first
    reference = line.get_by_role("link").get_attribute("href")

    line.locator("summary").press("Enter")
    line.get_by_role("button", name=re.compile("^Cash")).press("Enter")

    expect(desk.locator(".toast", has_text="Taken, and written down.")).to_be_visible()
    expect(desk.locator(f'#lines-unpaid a[href="{reference}"]')).to_have_count(0)


def test_counts_go_on_beside_a_field_that_somebody_is_in_and_a_car_that_was_found(desk, gate):
    drives_in(gate, "34 XX 9901")
    desk.get_by_label("Why").fill("Oil")
    before = taken(desk)

    drives_in(gate)

    expect(desk.locator("#desk-counts dd").nth(1)).to_have_text(str(before + 1))
    expect(desk.get_by_label("Why")).to_be_focused()
    expect(desk.get_by_label("Why")).to_have_value("Oil")

    desk.get_by_label("Find a car by its plate").fill("34 XX 9901")
    desk.get_by_role("button", name="Find").click()
    expect(desk.locator("[data-found]")).to_be_visible()
    drives_in(gate)

    expect(desk.locator("#desk-counts dd").nth(1)).to_have_text(str(before + 2))
    expect(desk.locator("[data-found]")).to_be_visible()


def test_a_car_moves_by_a_list_that_is_fetched_for_it(desk):
    desk.locator("#lines-inside").get_by_role("link", name=re.compile("^Move")).first.click()
    dialog = desk.get_by_role("dialog")
    where = dialog.get_by_label("To").locator("option").first.inner_text().split(",")[0]
    dialog.get_by_role("button", name="Move").click()

    expect(desk.locator(".toast", has_text="Moved.")).to_be_visible()
    expect(desk.locator("#lines-inside .desk-where", has_text=re.compile(f"^{where}$"))).to_have_count(1)
