"""A guest and the staff write to each other, each in a window of their own; nobody reloads anything."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.test_staff import booked
from tests.browser.writing import answer, ask

AT_ONCE = 1_000  # ms: what "live" means
DESK = "/desk/harbour-office/"


@pytest.fixture
def theirs(board, windows):
    """A booking's page in its guest's window, with its address."""
    address = booked(board("guest"), "Birch", "10:00", "11:00", "Retro")
    return windows.open("guest", address), address


def test_a_problem_is_at_the_desk_at_once_and_its_answer_wherever_the_guest_is(theirs, windows):
    page, address = theirs
    elsewhere = windows.open("guest", "/bookings/")
    desk = windows.open("staff", DESK)
    expect(elsewhere.locator("[data-live]")).to_have_attribute("data-state", "live")
    expect(desk.locator("[data-live]")).to_have_attribute("data-state", "live")
    waiting = desk.locator("section[aria-labelledby=written]")
    before = int(waiting.get_attribute("data-waiting"))

    ask(page, "The screen is black.")

    expect(waiting).to_have_attribute("data-waiting", str(before + 1), timeout=3 * AT_ONCE)
    expect(desk.locator(".toast", has_text="Another guest waits for an answer.")).to_be_visible()
    desk.goto(f"{DESK}messages/")
    desk.locator(".desk-line", has_text="The screen is black.").last.get_by_role("link").click()
    page.get_by_label("Write to Harbour Office").fill("Half a sent")
    answer(desk, "A colleague is on the way.")

    expect(page.get_by_text("A colleague is on the way.")).to_be_visible(timeout=3 * AT_ONCE)
    expect(page.get_by_label("Write to Harbour Office")).to_have_value("Half a sent")
    expect(page.get_by_label("Write to Harbour Office")).to_be_focused()
    toast = elsewhere.locator(".toast", has_text="has a message from the venue")
    toast.get_by_role("link").click()
    expect(elsewhere).to_have_url(re.compile(f"{address}#messages"))
    expect(elsewhere.get_by_text("A colleague is on the way.")).to_be_visible()


def test_the_staff_close_it_and_the_guest_opens_it_again_in_the_open_list(theirs, windows):
    page, address = theirs
    ask(page, "May we bring a dog?", "A question")
    staff = windows.open("staff", address)
    staff.get_by_role("button", name="Close", exact=True).click()
    expect(staff.get_by_text("Closed", exact=True)).to_be_visible()
    inbox = windows.open("staff", f"{DESK}messages/")
    expect(inbox.locator("[data-live]")).to_have_attribute("data-state", "live")
    expect(inbox.get_by_text("May we bring a dog?")).to_have_count(0)

    page.get_by_label("Write to Harbour Office").fill("And two dogs?")
    page.get_by_role("button", name="Send").click()

    expect(inbox.get_by_text("And two dogs?")).to_be_visible(timeout=3 * AT_ONCE)
    expect(staff.get_by_text("And two dogs?")).to_be_visible(timeout=3 * AT_ONCE)


def test_both_write_without_javascript(theirs, windows):
    _, address = theirs
    page = windows.open("guest", address, java_script_enabled=False)
    ask(page, "Is there a projector?", "A question")

    staff = windows.open("staff", f"{DESK}messages/", java_script_enabled=False)
    staff.locator(".desk-line", has_text="Is there a projector?").last.get_by_role("link").click()
    answer(staff, "There is one.")

    page.reload()
    expect(page.get_by_text("There is one.")).to_be_visible()


def test_what_was_refused_stays_while_the_other_side_writes(theirs, windows):
    page, address = theirs
    ask(page, "Is there a projector?", "A question")
    staff = windows.open("staff", address)
    words = page.get_by_label("Write to Harbour Office")
    words.focus()  # from now on the page is not drawn anew under it
    words.evaluate("area => area.removeAttribute('maxlength')")
    words.fill("x" * 2001)
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("alert")).to_contain_text("At most 2000 characters")

    answer(staff, "There is one.")

    expect(page.get_by_text("There is one.")).to_be_visible(timeout=3 * AT_ONCE)
    page.wait_for_timeout(AT_ONCE)  # long enough for all of the booking to have come anew
    expect(words).to_have_value("x" * 2001)
    expect(page.get_by_role("alert")).to_be_visible()


def test_nothing_is_exchanged_under_a_pointer_that_is_pressed(theirs, windows):
    page, address = theirs
    ask(page, "Is there a projector?", "A question")
    staff = windows.open("staff", address)
    staff.get_by_text("Change its details").click()
    staff.get_by_label("Title").fill("Retrospective")
    page.get_by_label("Write to Harbour Office").fill("And a flip chart?")
    page.evaluate("document.querySelector('#booking').dataset.old = 'yes'")
    page.get_by_role("button", name="Send").hover()
    page.mouse.down()

    staff.get_by_role("button", name="Save").click()

    expect(page.locator(".toast", has_text="has a new title")).to_be_visible(timeout=3 * AT_ONCE)
    page.wait_for_timeout(AT_ONCE)  # long enough for all of the booking to have come anew
    expect(page.locator("#booking[data-old]")).to_have_count(1)
    page.mouse.up()
    expect(page.locator("#thread").get_by_text("And a flip chart?")).to_be_visible()


def test_a_problem_stays_one_while_the_page_is_drawn_anew(theirs, windows):
    page, address = theirs
    ask(page, "Is there a projector?", "A question")
    staff = windows.open("staff", address)
    page.get_by_label("Write to Harbour Office").fill("It is broken")
    page.get_by_label("A problem").check()
    page.evaluate("document.activeElement.blur(); document.querySelector('#booking').dataset.old = 'yes'")

    answer(staff, "There is one.")

    expect(page.locator("#booking[data-old]")).to_have_count(0, timeout=3 * AT_ONCE)
    expect(page.get_by_label("A problem")).to_be_checked()
    expect(page.get_by_label("Write to Harbour Office")).to_have_value("It is broken")


def test_what_is_sent_from_an_earlier_page_of_the_thread_is_seen_on_its_last(theirs):
    page, address = theirs
    ask(page, "Is there a projector?", "A question")
    page.goto(f"{address}?messages=2")

    page.get_by_label("Write to Harbour Office").fill("And a flip chart?")
    page.get_by_role("button", name="Send").click()

    expect(page.get_by_text("And a flip chart?")).to_be_visible()
    expect(page).to_have_url(re.compile(f"{address}$"))


def test_what_came_while_one_was_typing_can_be_closed_as_seen(theirs, windows):
    page, address = theirs
    ask(page, "Is there a projector?", "A question")
    staff = windows.open("staff", address)
    expect(staff.locator("[data-live]")).to_have_attribute("data-state", "live")
    staff.get_by_label("Answer the guest").fill("Half a sent")
    page.get_by_label("Write to Harbour Office").fill("Never mind.")
    page.get_by_role("button", name="Send").click()
    expect(staff.get_by_text("Never mind.")).to_be_visible(timeout=3 * AT_ONCE)

    staff.get_by_role("button", name="Close", exact=True).click()

    expect(staff.get_by_text("Closed", exact=True)).to_be_visible()
