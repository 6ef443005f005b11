"""Every page there is: who looks at it, where it is, and what is done there first."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from playwright.sync_api import Page as Window
from playwright.sync_api import expect

from tests.browser import inviting, waiting, writing
from tests.browser.board import Board
from tests.browser.paying import hold, pay
from tests.browser.served import OPENS
from tests.browser.windows import Windows


@dataclass(frozen=True)
class Page:
    """A page: who looks at it, where it is, and what is done there first."""

    name: str
    address: str
    who: str = ""
    first: Callable[[Window, date, Windows], Any] | None = None


def _board(page: Window, day: date) -> Board:
    return Board(page, "harbour-office", day).goto()


def _hold(page: Window, day: date, windows: Windows) -> None:
    _board(page, day).hold("Birch", "10:00", "11:00")


def _lost(page: Window, day: date, windows: Windows) -> None:
    board = _board(page, day)
    span = {"start": board.at("10:00").isoformat(), "end": board.at("11:00").isoformat()}
    offers = [{"rooms": [board.room(name)], **span} for name in ("Cedar", "Delta", "Ember")]
    problem = {"code": "unavailable", "detail": "Birch is booked.", "alternatives": offers}
    page.route("**/venues/*/bookings/", lambda route: route.fulfill(status=409, json=problem), times=1)
    board.sweep("Birch", "10:00", "11:00")
    expect(board.dialog.locator("button.alternative")).to_have_count(3)


def _why(page: Window, day: date, windows: Windows) -> None:
    # Past time, today: the one cell that is not free whatever the day.
    page.locator(".seg.is-closed, .seg.is-past, .seg.is-booked").first.click()
    expect(page.locator(".why")).to_be_visible()


def _log_in_panel(page: Window, day: date, windows: Windows) -> None:
    board = _board(page, day)
    board.click("Birch", "10:00")
    expect(board.dialog.get_by_role("link", name="Log in")).to_be_visible()


def _booking(page: Window, day: date, windows: Windows) -> None:
    board = _board(page, day)
    board.book("Cedar", "10:00", "11:00", "Design review")
    board.toast("Booked Cedar").get_by_role("link").click()
    expect(page.get_by_role("heading", name="Design review")).to_be_visible()
    for fold in page.locator("details.fold > summary").all():
        fold.click()


def _request(page: Window, day: date, windows: Windows) -> None:
    board = _board(windows.open("guest"), day)
    board.book("Ember", "10:00", "11:00", "Board meeting")
    page.goto(board.toast("Asked for Ember").get_by_role("link").get_attribute("href"))
    expect(page.get_by_role("button", name="Approve")).to_be_visible()


def _agenda(page: Window, day: date, windows: Windows) -> None:
    rows = (
        "&title=Opening&minutes=60&party=18&title=Workshop&minutes=90&party=8&title=Ball&minutes=60&party=900"
    )
    page.goto(f"{OFFICE}agenda/?start={day}T09:00&end={day}T18:00&apart=1{rows}")
    expect(page.get_by_text("2 placed, 1 not")).to_be_visible()


def _checkout(page: Window, day: date, windows: Windows) -> None:
    page.goto(f"/bookings/{hold(page, day)}/checkout/")
    page.get_by_text("Cards to try it with").click()


def _checkout_refused(page: Window, day: date, windows: Windows) -> None:
    page.goto(f"/bookings/{hold(page, day)}/checkout/")
    pay(page, "4000 0000 0000 0002")
    expect(page.get_by_role("alert")).to_be_visible()


def _bank(page: Window, day: date, windows: Windows) -> None:
    page.goto(f"/bookings/{hold(page, day)}/checkout/")
    pay(page, "4000 0000 0000 3220")
    expect(page.get_by_role("button", name="Approve the payment")).to_be_visible()


def _form_in_dialog(page: Window, day: date, windows: Windows) -> None:
    _board(page, day)
    page.get_by_role("link", name="Book", exact=True).click()
    expect(page.get_by_role("dialog").get_by_role("heading", name="Book a room")).to_be_visible()


def _series(page: Window, day: date, windows: Windows) -> None:
    """The first of its dates is taken, so that another room can be chosen for it."""
    wanted = f"?room={_board(page, day).room('Birch')}&start={day}T12:00&end={day}T13:00"
    page.goto(f"{OFFICE}book/{wanted}")
    page.get_by_role("button", name="Book", exact=True).click()
    page.wait_for_url(re.compile("/bookings/"))
    page.goto(f"{OFFICE}series/{wanted}&repeats=weekly&times=3")
    expect(page.locator(".date select").first).to_be_visible()


def _dates(page: Window, day: date, windows: Windows) -> None:
    board = _board(page, day)
    # In a room of their own: the dates after the first are days of other tests.
    times = f"start={day}T12:00&end={day}T13:00&repeats=weekly&times=3"
    page.goto(f"{OFFICE}series/?room={board.room('Juniper')}&{times}")
    expect(page.locator(".date")).to_have_count(3)
    page.get_by_role("button", name="Book 3 dates").click()
    page.locator(".date").nth(1).get_by_role("link", name=re.compile("^Move")).click()
    expect(page.get_by_role("button", name="Move this date")).to_be_visible()


def _menu(page: Window, day: date, windows: Windows) -> None:
    page.locator("summary.who").click()
    expect(page.get_by_role("link", name="Profile")).to_be_visible()


def _views(page: Window, day: date, windows: Windows) -> None:
    page.locator("details.views > summary").click()
    page.get_by_label("Keep this view and its filters as").fill("As it is")
    page.get_by_role("button", name="Keep", exact=True).click()
    page.locator("details.views > summary").click()
    expect(page.get_by_role("button", name="Remove As it is")).to_be_visible()


def _feed(page: Window, day: date, windows: Windows) -> None:
    if not page.get_by_label("Secret address").count():
        page.get_by_role("button", name="Make an address for my bookings").click()
    expect(page.get_by_role("button", name="Copy")).to_be_visible()


def _wrong_form(page: Window, day: date, windows: Windows) -> None:
    page.get_by_role("button", name=re.compile("^(Register|Log in|Book)$")).last.click()
    expect(page.locator("[aria-invalid=true]").first).to_be_visible()


def _code(page: Window, day: date, windows: Windows) -> None:
    page.get_by_label("E-mail address").fill("nobody@example.com")
    page.get_by_role("button", name="Send the code").click()
    expect(page.get_by_label("Code")).to_be_visible()


def _no_rights(page: Window, day: date, windows: Windows) -> None:
    row = page.locator("#result_list th a").first.get_attribute("href")
    page.goto(row.replace("change", "delete"))


def _venue(page: Window, day: date, windows: Windows) -> None:
    page.locator("#result_list tbody th a").first.click()
    expect(page.get_by_role("heading", name=re.compile("^Prices"))).to_be_visible()
    page.get_by_role("button", name="Add another Room", exact=True).click()


def _invite(page: Window, day: date, windows: Windows) -> None:
    page.get_by_label("E-mail address").fill("staff@example.com")
    page.get_by_role("button", name="Send the invitation").click()
    expect(page.get_by_role("alert")).to_be_visible()


def _other_calendars(page: Window, day: date, windows: Windows) -> None:
    for address in ("https://portal.example.com/busy.ics", "portal"):
        page.get_by_label("Whose it is").fill("Hotel portal")
        page.get_by_label("Its secret address").fill(address)
        page.get_by_role("button", name="Add", exact=True).click()
        page.wait_for_load_state()
    expect(page.get_by_role("alert")).to_be_visible()


def _no_table(page: Window, day: date, windows: Windows) -> None:
    page.get_by_role("button", name="Import rooms").click()
    expect(page.get_by_role("alert")).to_be_visible()


def _act(page: Window, day: date, windows: Windows) -> None:
    page.goto("/admin/accounts/user/?q=guest2")
    page.locator("input[name=_selected_action]").first.check()
    page.get_by_label("Action:").select_option("act_for")
    page.get_by_role("button", name="Go", exact=True).click()
    expect(page.get_by_text("It is written down.")).to_be_visible()


def _planned(day: date) -> date:
    """Return a day for which the demo's departures are planned, which are so for thirty days."""
    return min(day, OPENS.date() + timedelta(days=25))


def _seats(page: Window, day: date, windows: Windows) -> None:
    page.goto(f"/journeys/?origin=istanbul&destination=ankara&date={_planned(day)}")
    page.get_by_role("link", name="Train 81042").first.click()
    page.get_by_role("checkbox", disabled=False).first.check(force=True)
    expect(page.get_by_text("1 chosen")).to_be_visible()


def _sign(page: Window, day: date, windows: Windows) -> None:
    page.goto("/desk/pier-parking/")
    page.get_by_label("Where it hangs").fill("Entrance")
    page.locator("section[aria-labelledby=displays]").get_by_role("button", name="Add").click()
    link = page.locator("section[aria-labelledby=displays] a.desk-where", has_text="Entrance").first
    page.goto(link.get_attribute("href"))
    expect(page.locator("[data-free]")).to_be_visible()


def _panel(page: Window, day: date, windows: Windows) -> None:
    page.goto("/desk/open-house/")
    page.get_by_label("Where it hangs").fill("Panel")
    page.get_by_label("or door of").select_option(label="Nook 5")
    page.get_by_label("Buttons at the door").select_option("any")
    page.locator("section[aria-labelledby=displays]").get_by_role("button", name="Add").click()
    link = page.locator("section[aria-labelledby=displays] a.desk-where", has_text="Panel").first
    page.goto(link.get_attribute("href"))
    expect(page.locator("#acts button").first).to_be_visible()


def _move_car(page: Window, day: date, windows: Windows) -> None:
    page.goto("/desk/pier-parking/")
    page.goto(page.locator("#lines-inside").get_by_role("link", name="Move").first.get_attribute("href"))


def _departure(page: Window, day: date, windows: Windows) -> None:
    page.goto("/desk/bus-b12/departures/")
    page.locator("a.desk-where").last.click()
    expect(page.get_by_role("heading", name="Plan anew")).to_be_visible()


def _departure_changed(page: Window, day: date, windows: Windows) -> None:
    _departure(page, day, windows)
    page.locator("section[aria-labelledby=off]").get_by_role("button").click()
    expect(page.get_by_role("heading", name="Cancel this departure?")).to_be_visible()


def _check_tickets(page: Window, day: date, windows: Windows) -> None:
    page.goto("/desk/bus-b12/departures/")
    page.get_by_role("link", name=re.compile("^Check tickets")).last.click()
    page.get_by_label("Ticket").fill("RT1.altered.ticket")
    page.get_by_role("button", name="Check", exact=True).click()
    expect(page.get_by_text("Altered, or no ticket")).to_be_visible()


def _tickets(page: Window, day: date, windows: Windows) -> None:
    page.goto(f"/journeys/?origin=istanbul&destination=izmir&date={_planned(day)}")
    page.get_by_role("link", name="Bus B12").click()
    page.get_by_role("button", name="Hold the best seats together").click()
    pay(page, "4242 4242 4242 4242")
    page.wait_for_url(re.compile("/bookings/"))
    page.goto("/bookings/?show=tickets")
    expect(page.get_by_role("heading", name=re.compile("Upcoming tickets"))).to_be_visible()


def _with_tickets(page: Window, day: date, windows: Windows) -> None:
    _tickets(page, day, windows)
    page.locator(".wallet a", has_text="Istanbul to Izmir").first.click()
    expect(page.get_by_role("heading", name="Tickets")).to_be_visible()


def _rights(page: Window, day: date, windows: Windows) -> None:
    page.goto("/desk/harbour-office/rights/")
    page.get_by_role("link", name="Change the rights in Zephyr").click()
    page.get_by_label("E-mail addresses").fill("guest@example.com")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_label("guest@example.com may book")).to_be_checked()


def _room(page: Window, day: date, windows: Windows) -> None:
    _rights(page, day, windows)
    page.get_by_role("link", name="The room").click()
    expect(page.get_by_role("heading", name="Out of use")).to_be_visible()


OFFICE = "/venues/harbour-office/"
PAGES = [
    Page("the front page", "/"),
    Page("the front page, logged in, menu open", "/", "guest", _menu),
    Page("the board of a lively day", OFFICE, "guest"),
    Page("the board to a stranger", OFFICE),
    Page("the board to the staff", OFFICE, "staff"),
    Page("the board of a hall", "/venues/pier-hall/", "guest"),
    Page("the board of a closed day", f"{OFFICE}?date=2026-11-28", "guest"),
    Page("the week", f"{OFFICE}?view=week", "guest"),
    Page("a hotel", "/venues/lantern-house/", "guest"),
    Page("a hotel to a stranger, another night", "/venues/quay-hotel/?arrive=2026-12-04&depart=2026-12-05"),
    Page("a hotel's tape chart", "/venues/lantern-house/?view=month", "staff"),
    Page("stays that were found", "/?arrive=2026-12-04&depart=2026-12-08&guests=2"),
    Page("no stay was found", "/?arrive=2026-12-04&depart=2026-12-08&guests=2&place=nowhere"),
    Page("journeys", "/journeys/"),
    Page("no journey was found", "/journeys/?origin=istanbul&destination=nowhere", "guest"),
    Page("the seats of a train", "", "guest", _seats),
    Page("the seats of a train, to a stranger", "", "", _seats),
    Page("my tickets", "", "guest", _tickets),
    Page("a booking with tickets", "", "guest2", _with_tickets),
    Page("the departures of a bus", "/desk/bus-b12/departures/", "staff"),
    Page("a departure", "", "staff", _departure),
    Page("a departure, about to be cancelled", "", "staff", _departure_changed),
    Page("the check of tickets, refused", "", "staff", _check_tickets),
    Page("a car park", "/venues/pier-parking/?level=Level+2", "guest"),
    Page("a car park's list", "/venues/pier-parking/?view=list", "guest"),
    Page("the desk of a car park", "/desk/pier-parking/", "staff"),
    Page("a car that is moved", "", "staff", _move_car),
    Page("the plan of a car park", "/venues/pier-parking/plan/", "manager"),
    Page("the sign of a car park", "", "staff", _sign),
    Page("the panel of a door, with buttons", "", "admin", _panel),
    Page("the list", f"{OFFICE}?view=list", "guest"),
    Page("the floor plan", f"{OFFICE}?view=plan", "guest"),
    Page("a part of the floor plan", f"{OFFICE}?view=plan&capacity=4&within=0,0,400,300&on=2"),
    Page("the halls' plan", "/venues/pier-hall/?view=plan", "staff"),
    Page("my views of a board", f"{OFFICE}?view=week", "staff", _views),
    Page("the dialog of a held room", "", "guest", _hold),
    Page("the dialog of a lost race", "", "guest", _lost),
    Page("the dialog of a stranger", "", "", _log_in_panel),
    Page("why not", OFFICE, "guest2", _why),
    Page("the booking form in a dialog", "", "guest", _form_in_dialog),
    Page("the booking form", f"{OFFICE}book/", "guest"),
    Page("the booking form, refused", f"{OFFICE}book/", "guest", _wrong_form),
    Page("a booking", "", "guest", _booking),
    Page("a problem, to its guest", "", "guest", writing.written),
    Page("a problem that is answered, to the staff", "", "staff", writing.answered),
    Page("a booking that people are invited to", "", "guest", inviting.with_people),
    Page("what one is invited to", "", "guest2", inviting.invited),
    Page("what one waited for, from the letter", "", "", waiting.offered),
    Page("what guests have written", "", "staff", writing.listed),
    Page("several events", "", "guest", _agenda),
    Page("the form of a series", "", "guest", _series),
    Page("a series", "", "guest", _dates),
    Page("the checkout", "", "guest", _checkout),
    Page("the checkout, refused", "", "guest", _checkout_refused),
    Page("the bank's page of the sandbox", "", "guest2", _bank),
    Page("a request, to the staff", "", "staff", _request),
    Page("my bookings", "/bookings/", "guest"),
    Page("my past bookings", "/bookings/?show=past", "guest"),
    Page("no bookings", "/bookings/?show=cancelled", "admin"),
    Page("log in", "/accounts/login/"),
    Page("log in, refused", "/accounts/login/", "", _wrong_form),
    Page("a code to log in with, typed in", "/accounts/login/code/", "", _code),
    Page("a log-in at a provider that is over", "/accounts/sso/back/?state=stale"),
    Page("register", "/accounts/register/"),
    Page("register, refused", "/accounts/register/", "", _wrong_form),
    Page("log out", "/accounts/logout/", "guest"),
    Page("profile", "/accounts/profile/", "guest"),
    Page("a copy of one's data", "/accounts/data/", "guest"),
    Page("the end of an account, not yet", "/accounts/close/", "guest"),
    Page("choice of mails", "/accounts/notifications/", "guest"),
    Page("the rooms one watches, none", "/watching/", "guest"),
    Page("the rooms one watches", "/watching/", "manager"),
    Page("watching a room", "/venues/lantern-house/watch/", "guest"),
    Page("calendars", "/accounts/calendars/?venue=harbour-office", "guest", _feed),
    Page("end of reminders, stale link", "/accounts/notifications/unsubscribe/1.x/"),
    Page("change of password", "/accounts/password/change/", "guest"),
    Page("forgotten password", "/accounts/password/reset/"),
    Page("forgotten password, mailed", "/accounts/password/reset/done/"),
    Page("forgotten password, stale link", "/accounts/password/reset/key/1-nonsense/"),
    Page("change of e-mail", "/accounts/email/", "guest"),
    Page("confirmation, stale link", "/accounts/confirm-email/nonsense/"),
    Page("a venue with all beside it", "/admin/rooms/venue/?q=lantern", "manager", _venue),
    Page("adding many rooms", "/admin/rooms/room/many/", "manager"),
    Page("a table of rooms, refused", "/admin/rooms/room/import/", "manager", _no_table),
    Page("who may do what", "/accounts/roles/", "staff"),
    Page("an invitation that is over", "/accounts/invitations/nonsense/", "guest"),
    Page("the manager's day", "/reports/today/?venue=harbour-office", "manager"),
    Page("the manager's day everywhere", "/reports/today/", "manager"),
    Page("the manager's day of a hotel", "/reports/today/?venue=lantern-house", "manager"),
    Page("the wall", "/reports/wall/?venue=lantern-house", "manager"),
    Page("the wall of all venues", "/reports/wall/", "manager"),
    Page("the reports", "/reports/", "manager"),
    Page("how full it is, by day", "/reports/occupancy/?by=day&venue=harbour-office", "manager"),
    Page("how full it is, by room type", "/reports/occupancy/?by=type", "manager"),
    Page("when it fills", "/reports/heatmap/?venue=lantern-house", "manager"),
    Page("the history", "/desk/harbour-office/history/", "manager"),
    Page("the history, refused", "/desk/harbour-office/history/?before=x", "manager"),
    Page("the people of a venue", "/desk/harbour-office/members/", "admin"),
    Page("the rights of a venue", "/desk/harbour-office/rights/", "manager"),
    Page("the rights in a room", "", "manager", _rights),
    Page("a room to who looks after it", "", "manager", _room),
    Page("the people of a venue, refused", "/desk/harbour-office/members/", "admin", _invite),
    Page("other calendars, refused", "/desk/quay-hotel/calendars/", "manager", _other_calendars),
    Page("acting for somebody", "", "admin once more", _act),
    Page("no such page (404)", "/venues/nowhere/"),
    Page("not allowed (403)", "/admin/rooms/booking/", "admin", _no_rights),
    Page("the admin", "/admin/", "admin"),
    Page("the admin's log-in", "/admin/login/"),
]
