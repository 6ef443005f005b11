"""Who gets what at every address: anybody, the guest, another guest, staff and managers."""

import pytest
from django.urls import reverse

from rooms import operations
from rooms.models import Policy, Venue
from rooms.urls import urlpatterns
from tests.rooms.admin.desk import coming
from tests.rooms.pages.conftest import JSON, act, create, problem_of, wanted, written

WHO = ("anonymous", "guest", "other", "staff", "manager")
ACTS = ("confirm", "cancel", "renew", "describe", "move", "move_date", "skip", "approve", "decline")
LOG_IN = 302


@pytest.fixture
def booking(aurora, lena):
    return operations.book(aurora, coming(10, 11), by=lena)


@pytest.fixture
def request_of(aurora, lena):
    """A booking that waits for approval."""
    Policy.objects.update(needs_approval=True)
    aurora.venue.save()
    return operations.book(aurora, coming(10, 11), by=lena)


def statuses(browsers, ask):
    """Return what everybody gets."""
    return {name: ask(browsers[name]).status_code for name in WHO}


def expected(*codes):
    return dict(zip(WHO, codes, strict=True))


class TestReading:
    @pytest.mark.parametrize("view", ["day", "week", "list", "plan"])
    def test_a_listed_venue_is_everybodys(self, browsers, venue, aurora, view):
        found = statuses(browsers, lambda browser: browser.get(f"/venues/{venue.slug}/?view={view}"))

        assert found == expected(200, 200, 200, 200, 200)

    def test_home_is_everybodys(self, browsers, venue):
        assert statuses(browsers, lambda browser: browser.get("/")) == expected(200, 200, 200, 200, 200)

    @pytest.mark.parametrize("page", ["", "book/", "why/?room=1"])
    def test_a_venue_that_is_not_shown_does_not_exist_but_for_its_staff(self, browsers, venue, aurora, page):
        Venue.objects.update(is_listed=False)
        span = (
            ""
            if page != "why/?room=1"
            else f"&start={coming(9, 10).start:%Y-%m-%dT%H:%M}&end={coming(9, 10).end:%Y-%m-%dT%H:%M}"
        )
        page = page.replace("room=1", f"room={aurora.pk}")

        found = statuses(browsers, lambda browser: browser.get(f"/venues/{venue.slug}/{page}{span}"))

        assert found == expected(404, 404, 404, 200, 200)
        assert venue.name not in browsers["guest"].get(f"/venues/{venue.slug}/").content.decode()

    def test_the_form_is_for_those_who_are_logged_in(self, browsers, venue, aurora):
        found = statuses(
            browsers, lambda browser: browser.get(f"/venues/{venue.slug}/book/?room={aurora.pk}")
        )

        assert found == expected(LOG_IN, 200, 200, 200, 200)

    def test_a_series_is_begun_by_those_who_are_logged_in(self, browsers, venue, aurora):
        found = statuses(browsers, lambda browser: browser.get(f"/venues/{venue.slug}/series/"))

        assert found == expected(LOG_IN, 200, 200, 200, 200)

    def test_ones_bookings_are_ones_own(self, browsers, booking):
        assert statuses(browsers, lambda browser: browser.get("/bookings/")) == expected(
            LOG_IN, 200, 200, 200, 200
        )
        assert booking.reference in browsers["guest"].get("/bookings/").content.decode()
        for name in ("other", "staff", "manager"):
            assert booking.reference not in browsers[name].get("/bookings/").content.decode()

    @pytest.mark.parametrize("accept", ["text/html", "application/json"])
    def test_a_booking_is_its_guests_and_the_staffs(self, browsers, booking, accept):
        found = statuses(
            browsers,
            lambda browser: browser.get(f"/bookings/{booking.reference}/", headers={"accept": accept}),
        )

        nobody = LOG_IN if accept == "text/html" else 401
        assert found == expected(nobody, 200, 404, 200, 200)

    def test_another_persons_booking_answers_like_none(self, browsers, booking):
        theirs = browsers["other"].get(f"/bookings/{booking.reference}/", **JSON)
        nobodys = browsers["other"].get("/bookings/ZZZZ-ZZZZ/", **JSON)

        assert problem_of(theirs) == problem_of(nobodys)

    @pytest.mark.parametrize("what", ["{}/", "{}.ics", "{}/checkout/", "{}/receipt.pdf"])
    def test_a_visitor_learns_of_no_reference_whether_there_is_such_a_booking(self, browsers, booking, what):
        for reference in (booking.reference, "ZZZZ-ZZZZ"):
            address = f"/bookings/{what.format(reference)}"
            answer = browsers["anonymous"].get(address)
            assert (answer.status_code, answer.url) == (LOG_IN, f"/accounts/login/?next={address}")
            assert browsers["anonymous"].get(address, **JSON).status_code == 401

    @pytest.mark.parametrize(
        "reference",
        ["%00", "a%00b", "%ED%A0%80", "x" * 300, "RX7K-42QM%0A", "%F0%9F%92%A9", "%E2%80%AE", "ß" * 9],
    )
    def test_an_odd_reference_is_none(self, browser, reference):
        assert browser.get(f"/bookings/{reference}/", **JSON).status_code == 404
        assert browser.post(f"/bookings/{reference}/cancel/", **JSON).status_code == 404

    def test_a_reference_is_read_however_it_was_typed(self, browser, booking):
        assert browser.get(f"/bookings/{booking.reference.lower()}/").status_code == 200


class TestDoing:
    @pytest.mark.parametrize("accept", ["text/html", "application/json"])
    def test_whoever_is_logged_in_books(self, browsers, venue, aurora, accept):
        hours = iter(range(8, 20))

        found = statuses(
            browsers,
            lambda browser: browser.post(
                create(venue),
                wanted(aurora, start=(hour := next(hours)), end=hour + 1),
                headers={"accept": accept},
            ),
        )

        assert found == (
            expected(LOG_IN, 303, 303, 303, 303)
            if accept == "text/html"
            else expected(401, 201, 201, 201, 201)
        )

    @pytest.mark.parametrize(
        ("what", "codes"),
        [
            ("cancel", (401, 200, 404, 200, 200)),
            ("renew", (401, 409, 404, 409, 409)),  # it is no hold
            ("confirm", (401, 200, 404, 200, 200)),  # a second press of the button is no mistake
            ("describe", (401, 200, 404, 200, 200)),
            ("move", (401, 400, 404, 400, 400)),  # nobody said where to
            ("approve", (401, 403, 404, 409, 409)),
            ("decline", (401, 403, 404, 409, 409)),
        ],
    )
    def test_a_booking_answers_its_guest_and_the_staff(self, browsers, aurora, lena, what, codes):
        found = {}
        for number, name in enumerate(WHO):
            own = operations.book(aurora, coming(8 + number, 9 + number), by=lena)
            found[name] = browsers[name].post(act(own, what), **JSON).status_code

        assert found == expected(*codes)

    @pytest.mark.parametrize("what", ["skip", "move_date"])
    def test_a_date_of_a_series_answers_its_guest_and_the_staff(self, browsers, aurora, lena, what):
        found = {}
        for number, name in enumerate(WHO):
            daily = operations.Repeated(coming(8 + number, 9 + number), "FREQ=DAILY;COUNT=2")
            own = operations.book(aurora, daily, by=lena)
            found[name] = browsers[name].post(act(own, what), {"date": 2}, **JSON).status_code

        assert found == expected(401, 200, 404, 200, 200)

    @pytest.mark.parametrize("what", ["approve", "decline"])
    def test_a_request_is_decided_on_by_staff_alone(self, browsers, request_of, what):
        for name, code in (("anonymous", 401), ("other", 404), ("guest", 403), ("staff", 200)):
            assert browsers[name].post(act(request_of, what), **JSON).status_code == code
        request_of.refresh_from_db()
        assert request_of.state == {"approve": "confirmed", "decline": "declined"}[what]

    def test_nothing_is_done_by_a_link(self, browsers, venue, booking):
        before = written()

        for name in WHO:
            assert browsers[name].get(create(venue)).status_code == 405
            for what in ACTS:
                assert browsers[name].get(act(booking, what)).status_code == 405

        assert written() == before

    def test_pages_that_are_read_take_no_post(self, browser, venue, booking):
        for page in (
            "/",
            f"/venues/{venue.slug}/",
            f"/venues/{venue.slug}/book/",
            f"/venues/{venue.slug}/why/",
        ):
            assert browser.post(page).status_code == 405
        assert browser.post("/bookings/").status_code == 405
        assert browser.post(f"/bookings/{booking.reference}/").status_code == 405


class TestTheWayBack:
    def test_after_log_in_leads_to_the_page_that_was_asked_for(self, client, venue):
        answer = client.get(f"/venues/{venue.slug}/book/?room=7")

        assert answer.url == f"/accounts/login/?next=/venues/{venue.slug}/book/%3Froom%3D7"

    def test_after_a_press_leads_to_the_page_with_the_button(self, client, venue, aurora):
        answer = client.post(
            create(venue),
            wanted(aurora),
            headers={"referer": f"http://testserver/venues/{venue.slug}/?view=week"},
        )

        assert answer.url == f"/accounts/login/?next=/venues/{venue.slug}/%3Fview%3Dweek"

    @pytest.mark.parametrize(
        "referer",
        [
            "https://evil.example/venues/",
            "//evil.example/",
            "http://testserver//evil.example/",
            "http://testserver@evil.example/",
            "javascript:alert(1)",
            "http://[",
            "\\\\evil.example",
            "",
        ],
    )
    def test_never_leads_to_another_site(self, client, venue, aurora, referer):
        answer = client.post(create(venue), wanted(aurora), headers={"referer": referer})

        assert answer.url == "/accounts/login/?next=/"


def test_every_address_is_in_these_tests():
    tried = {"home", "venue", "book", "bookings_create", "why", "bookings", "booking"}
    tried |= {"series", *(f"booking_{what}" for what in ACTS)}

    # What these begin with has tests of its own.
    parts = (
        "agenda",
        "desk",
        "display",
        "plan",
        "stay",
        "take",
        "journey",
        "ticket",
        "wait",
        "watch",
        "departure",
    )
    parts += (
        "history",
        "member",
        "invitation",
        "inbox",
        "message",
        "thread",
        "view",
        "participant",
        "invited",
        "offered",
        "right",
        "room",
    )
    elsewhere = {f"booking_{what}" for what in ("check_in", "check_out", "release", "plate")}
    elsewhere |= {"booking_undo_check_in", "booking_no_show"}

    found = {pattern.name for pattern in urlpatterns} - elsewhere
    assert {name for name in found if not name.startswith(parts)} == tried
    assert reverse("rooms:home") == "/"
