"""Paying in a browser: what was typed is kept, and every window of the guest hears of it."""

import re

from playwright.sync_api import expect

from tests.browser.paying import hold, pay


def test_a_card_that_fails_costs_nobody_what_they_typed_and_the_next_one_books(windows, day):
    page = windows.open("guest")
    reference = hold(page, day)
    page.goto(f"/bookings/{reference}/checkout/")
    expect(page.locator("hold-countdown")).to_have_text(re.compile(r"^\d+:\d\d$"))
    page.get_by_label("Name").fill("Lena Fischer")
    page.get_by_label("Wishes").fill("By the window")

    pay(page, "4000 0000 0000 0002")

    expect(page.get_by_role("alert")).to_contain_text("The bank declined the card")
    expect(page.get_by_label("Name")).to_have_value("Lena Fischer")
    expect(page.get_by_label("Wishes")).to_have_value("By the window")
    expect(page.get_by_label("Card number")).to_have_value("")
    pay(page, "4242 4242 4242 4242")
    expect(page.get_by_text("Paid. Your booking is confirmed.")).to_be_visible()
    expect(page.get_by_role("heading", name="Lantern House")).to_be_visible()
    expect(page.get_by_text("Lena Fischer")).to_be_visible()


def test_terms_that_are_not_agreed_to_cost_nobody_the_number_of_their_card(windows, day):
    page = windows.open("guest")
    reference = hold(page, day)
    page.goto(f"/bookings/{reference}/checkout/")
    page.get_by_label("Card number").fill("4242 4242 4242 4242")

    page.get_by_role("button", name=re.compile("^Book and pay")).click()

    expect(page.get_by_label("I have read the terms and agree.")).to_be_focused()
    expect(page.get_by_label("Card number")).to_have_value("4242 4242 4242 4242")
    page.get_by_label("I have read the terms and agree.").check()
    page.get_by_role("button", name=re.compile("^Book and pay")).click()
    expect(page.get_by_text("Paid. Your booking is confirmed.")).to_be_visible()


def test_the_staff_book_by_name_and_leave_the_money_for_the_desk(windows, day):
    page = windows.open("staff", f"/venues/lantern-house/?arrive={day}")
    page.get_by_label("For").fill("Nur Aksoy")
    page.get_by_role("button", name=re.compile("^Hold for")).click()

    page.get_by_role("button", name="Book", exact=True).click()

    expect(page.get_by_text("Booked. It is paid at the desk.")).to_be_visible()
    expect(page.get_by_text("Nur Aksoy, without an account")).to_be_visible()


def test_a_second_step_is_taken_at_the_bank_and_another_window_hears_of_it(windows, day):
    page = windows.open("guest")
    reference = hold(page, day)
    other = windows.open("guest", f"/bookings/{reference}/")
    expect(other.get_by_text("On hold")).to_be_visible()
    page.goto(f"/bookings/{reference}/checkout/")

    pay(page, "4000 0000 0000 3220")
    page.get_by_role("button", name="Approve the payment").click()

    expect(page.get_by_text("Paid. Your booking is confirmed.")).to_be_visible()
    expect(other.locator("#booking .state")).to_have_text("Booked")


def test_more_time_is_given_and_what_was_typed_is_kept(windows, day):
    page = windows.open("guest")
    page.goto(f"/bookings/{hold(page, day)}/checkout/")
    page.get_by_label("Name").fill("Lena Fischer")

    page.get_by_role("button", name="More time").click()

    expect(page.get_by_label("Name")).to_have_value("Lena Fischer")


def test_book_on_a_board_leads_to_the_checkout_where_the_terms_ask_for_money_first(board):
    hers = board("guest", "pay-first")
    hers.sweep("Studio 1", "10:00", "11:00")

    hers.dialog.get_by_label("Title").fill("Dress rehearsal")
    hers.dialog.get_by_role("button", name="Book", exact=True).click()

    expect(hers.page).to_have_url(re.compile("/bookings/[^/]+/checkout/$"))
    expect(hers.page.get_by_label("Title")).to_have_value("Dress rehearsal")
    pay(hers.page, "4242 4242 4242 4242")
    expect(hers.page.get_by_text("Paid. Your booking is confirmed.")).to_be_visible()


def test_the_staff_take_cash_at_the_press_of_a_button_and_the_guest_sees_it_paid(windows, day):
    guest = windows.open("guest")
    reference = hold(guest, day)
    guest.goto(f"/bookings/{reference}/")
    desk = windows.open("staff", f"/bookings/{reference}/")
    desk.get_by_label("Amount taken at the desk").fill("20")

    desk.get_by_role("button", name="Cash").click()

    expect(desk.get_by_text("Taken, and written down.")).to_be_visible()
    expect(desk.locator(".movements")).to_contain_text("€20.00")
    expect(guest.locator(".movements")).to_contain_text("€20.00")


def test_a_page_that_stays_open_says_when_the_money_is_given_back(windows, day):
    page = windows.open("guest")
    page.goto(f"/bookings/{hold(page, day)}/checkout/")
    pay(page, "4242 4242 4242 4242")

    page.get_by_text("Cancel it").click()
    page.get_by_role("button", name="Cancel the booking").click()

    expect(page.locator(".movements")).to_contain_text("Given back")


def test_what_is_paid_at_the_desk_is_not_called_paid_by_card(windows, day):
    page = windows.open("guest")
    page.goto(f"/bookings/{hold(page, day)}/checkout/")
    expect(page.get_by_text("To pay by card now")).to_be_visible()

    page.get_by_label("At the desk").check()

    expect(page.get_by_text("To pay at the desk")).to_be_visible()
    expect(page.get_by_text("To pay by card now")).to_be_hidden()
