"""Every refusal of the contract as a problem document: code, status, sentence, and what helps."""

import pytest

from reservations import Unready, iso
from rooms import operations
from rooms.models import Booking, Policy
from rooms.sql import database_now
from rooms.views import booking as booking_views
from tests.rooms.admin.desk import coming
from tests.rooms.pages.conftest import JSON, act, create, problem_of, wanted, written
from tests.worlds import office, room


def ran_out(booking):
    for row in (booking, booking.allocations.get()):
        row.expires_at = database_now()
        row.save(update_fields=["expires_at"])


class TestUnavailable:
    def test_says_what_is_taken_and_at_least_three_ways_out(self, browser, venue, aurora):
        birch = room(venue, "Birch")
        taken = operations.book(aurora, coming(10, 12), by=None)

        answer = browser.post(create(venue), wanted(aurora, start=11, end=13), **JSON)

        body = problem_of(answer)
        assert (answer.status_code, body["code"]) == (409, "unavailable")
        assert body["conflicts"] == [
            {"room": aurora.pk, "start": iso(taken.starts_at), "end": iso(taken.ends_at), "kind": "booked"}
        ]
        assert len(body["alternatives"]) >= 3
        assert body["alternatives"][0]["rooms"] == [birch.pk]

    @pytest.mark.parametrize("number", [0, 1, 2])
    def test_offers_what_can_be_posted_as_it_is(self, browser, venue, aurora, number):
        room(venue, "Birch")
        operations.book(aurora, coming(10, 12), by=None)
        refused = browser.post(create(venue), wanted(aurora, start=11, end=13, title="Review"), **JSON)
        offer = refused.json()["alternatives"][number]

        answer = browser.post(create(venue), offer, content_type="application/json", **JSON)

        assert answer.status_code == 201
        body = answer.json()
        assert [one["id"] for one in body["rooms"]] == offer["rooms"]
        assert (body["start"], body["end"], body["title"]) == (offer["start"], offer["end"], "Review")

    def test_names_each_kind_of_taken(self, browser, lena, venue, aurora):
        hours = {"held": 8, "booked": 10, "blocked": 12}
        operations.hold(aurora, coming(8, 9), by=lena)
        operations.book(aurora, coming(10, 11), by=None)
        operations.block(aurora, coming(12, 13), by=None)

        for kind, hour in hours.items():
            body = problem_of(browser.post(create(venue), wanted(aurora, start=hour, end=hour + 1), **JSON))
            assert [one["kind"] for one in body["conflicts"]] == [kind]

    def test_of_any_n_says_how_many_are_free(self, browser, venue, aurora):
        sent = wanted() | {"type": venue.types.get().pk, "count": 2}

        body = problem_of(browser.post(create(venue), sent, **JSON))

        assert body["code"] == "unavailable"
        assert "1" in body["detail"]

    def test_of_a_move_offers_what_a_move_takes_as_it_is(self, browser, lena, venue, aurora):
        birch = room(venue, "Birch")
        own = operations.book(aurora, coming(8, 9), by=lena)
        operations.book(aurora, coming(10, 11), by=None)
        refused = browser.post(act(own, "move"), wanted(aurora), **JSON)
        offer = problem_of(refused)["alternatives"][0]
        assert offer["rooms"] == [birch.pk]

        answer = browser.post(act(own, "move"), offer, content_type="application/json", **JSON)

        assert answer.status_code == 200
        assert [one["id"] for one in answer.json()["rooms"]] == [birch.pk]


def test_a_hold_that_ran_out_is_gone_and_offers_others(browser, lena, venue, aurora):
    held = operations.hold(aurora, coming(10, 11), by=lena)
    ran_out(held)

    for what in ("confirm", "renew", "move"):
        answer = browser.post(act(held, what), wanted(aurora, start=12, end=13), **JSON)
        body = problem_of(answer)
        assert (answer.status_code, body["code"]) == (410, "hold_expired")
        if what == "confirm":
            assert len(body["alternatives"]) >= 3
    held.refresh_from_db()
    assert held.state != "confirmed"


@pytest.mark.parametrize("what", ["confirm", "renew", "cancel", "move"])
def test_a_move_that_the_state_forbids_is_an_illegal_transition(browser, lena, aurora, what):
    own = operations.cancel(operations.book(aurora, coming(10, 11), by=lena), by=lena)

    answer = browser.post(act(own, what), wanted(aurora, start=12, end=13), **JSON)

    assert (answer.status_code, problem_of(answer)["code"]) == (409, "illegal_transition")


class TestPolicyViolation:
    @pytest.mark.parametrize(
        ("rule", "sent"),
        [
            ("starts_in_past", {"days": -1}),
            ("advance", {"days": 400}),
            ("too_short", {"start": 10, "end": 10.25}),
            ("too_long", {"start": 0, "end": 24 * 20}),
            ("step", {"start": 10.1, "end": 12}),
            ("capacity", {"party": 5}),
        ],
    )
    def test_names_the_rule_and_says_it_in_a_sentence(self, browser, venue, aurora, rule, sent):
        Policy.objects.update(min_minutes=30, max_minutes=60 * 24 * 14)
        venue.save()

        answer = browser.post(create(venue), wanted(aurora, **sent), **JSON)

        body = problem_of(answer)
        assert (answer.status_code, body["code"], body["rule"]) == (422, "policy_violation", rule)
        assert body["detail"].endswith(".")

    def test_says_when_notice_allows_it(self, browser, venue, aurora):
        Policy.objects.update(min_notice_minutes=60 * 24 * 10)
        venue.save()

        body = problem_of(browser.post(create(venue), wanted(aurora), **JSON))

        assert body["rule"] == "notice"
        assert body["until"].endswith("Z")

    def test_says_when_it_opens(self, browser, venue, aurora):
        for weekday in range(7):
            venue.opening_hours.create(weekday=weekday, opens="08:00", closes="18:00")

        body = problem_of(browser.post(create(venue), wanted(aurora, start=6, end=7), **JSON))

        assert (body["rule"], body["until"]) == ("opening_hours", iso(coming(8, 9).start))

    def test_counts_holds_and_renewals(self, browser, venue, aurora):
        Policy.objects.update(max_holds=1, max_renewals=1)
        venue.save()
        browser.post(create(venue), wanted(aurora, hold="1"), **JSON)
        held = Booking.objects.get()

        second = browser.post(create(venue), wanted(aurora, start=12, end=13, hold="1"), **JSON)
        assert problem_of(second)["rule"] == "holds"

        assert browser.post(act(held, "renew"), **JSON).status_code == 200
        assert problem_of(browser.post(act(held, "renew"), **JSON))["rule"] == "renewals"

    def test_is_given_to_who_cancels_what_has_begun(self, browser, lena, aurora):
        now = database_now()
        own = operations.book(aurora, coming(10, 11), by=lena)
        Booking.objects.filter(pk=own.pk).update(starts_at=now)

        assert problem_of(browser.post(act(own, "cancel"), **JSON))["rule"] == "begun"


class TestIdempotencyMismatch:
    def test_is_the_same_key_for_something_else(self, browser, venue, aurora):
        key = {"key": "abc"}
        first = browser.post(create(venue), wanted(aurora, **key), **JSON)
        same = browser.post(create(venue), wanted(aurora, **key), **JSON)
        before = written()

        for sent in ({"title": "x"}, {"party": 2}, {"start": 12, "end": 13}, {"hold": "1"}):
            answer = browser.post(create(venue), wanted(aurora, **key, **sent), **JSON)
            assert (answer.status_code, problem_of(answer)["code"]) == (422, "idempotency_mismatch")

        assert (same.status_code, same.json()) == (201, first.json())
        assert written() == before

    def test_is_never_somebody_elses_key(self, browsers, venue, aurora):
        first = browsers["guest"].post(create(venue), wanted(aurora, key="abc"), **JSON)
        other = browsers["other"].post(create(venue), wanted(aurora, start=12, end=13, key="abc"), **JSON)

        assert (first.status_code, other.status_code) == (201, 201)
        assert first.json()["reference"] != other.json()["reference"]


def test_who_is_not_logged_in_is_told_so(client, venue, aurora):
    answer = client.post(create(venue), wanted(aurora), **JSON)

    assert (answer.status_code, problem_of(answer)["code"]) == (401, "not_authenticated")


def test_a_room_of_another_venue_is_not_found(browser, venue, aurora):
    foreign = room(office("other", hours=None), "Canary")

    answer = browser.post(create(venue), wanted(foreign), **JSON)

    assert (answer.status_code, problem_of(answer)["code"]) == (404, "not_found")
    assert "Canary" not in answer.content.decode()


@pytest.mark.parametrize("page", ["/venues/none/", "/venues/none/why/?room=1", "/venues/none/book/"])
def test_an_unknown_venue_is_not_found(browser, page):
    answer = browser.get(page, **JSON)

    assert (answer.status_code, problem_of(answer)["code"]) == (404, "not_found")


def test_only_staff_may_decide(browser, lena, aurora, venue):
    Policy.objects.update(needs_approval=True)
    venue.save()
    own = operations.book(aurora, coming(10, 11), by=lena)

    answer = browser.post(act(own, "approve"), **JSON)

    assert (answer.status_code, problem_of(answer)["code"]) == (403, "forbidden")


@pytest.mark.parametrize("accept", ["application/json", "text/html"])
def test_a_busy_database_says_when_to_come_again(browser, venue, aurora, monkeypatch, accept):
    def busy(*args, **kwargs):
        raise Unready("The booking desk is busy. Please try again in a moment.")

    monkeypatch.setattr(booking_views.operations, "book", busy)  # no test waits for a real lock to time out

    answer = browser.post(create(venue), wanted(aurora), headers={"accept": accept})

    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "1")


class TestAnswers:
    def test_of_a_booking_have_all_that_the_design_promises(self, browser, venue, aurora):
        answer = browser.post(create(venue), wanted(aurora, title="Review", party=2), **JSON)

        made = Booking.objects.get()
        row = made.allocations.get()
        span = {"start": iso(made.starts_at), "end": iso(made.ends_at)}
        assert answer.headers["Location"] == f"/bookings/{made.reference}/"
        assert answer.json() == {
            "asks": False,
            "reference": made.reference,
            "state": "confirmed",
            "venue": "office",
            "title": "Review",
            "party": 2,
            **span,
            "expires_at": None,
            "price": {"amount": "0.00", "currency": "EUR"},
            "rooms": [{"id": aurora.pk, "name": "Aurora"}],
            "allocations": [{"id": row.pk, "room": aurora.pk, **span, "state": "booked"}],
            "page": f"/bookings/{made.reference}/",
        }
        asks = {"asks": False}  # of an answer to a wish: whether the venue looks at it first
        assert {**browser.get(answer.headers["Location"], **JSON).json(), **asks} == answer.json()

    def test_are_the_same_for_a_form_and_for_json(self, browser, venue, aurora):
        sent = wanted(aurora, start=12, end=13, title="Review", party=2)
        form = browser.post(create(venue), wanted(aurora, title="Review", party=2), **JSON).json()
        json = browser.post(create(venue), sent, content_type="application/json", **JSON).json()

        differing = {name for name in form if form[name] != json[name]}
        assert differing == {"reference", "start", "end", "allocations", "page"}

    def test_to_why_are_the_words_of_the_refusal(self, browser, venue, aurora):
        operations.book(aurora, coming(10, 11), by=None)
        sent = wanted(aurora)

        told = browser.get(f"/venues/{venue.slug}/why/", sent).json()
        refused = problem_of(browser.post(create(venue), sent, **JSON))

        assert told["free"] is False
        assert [(one["code"], one["sentence"]) for one in told["reasons"]] == [
            (refused["code"], refused["detail"])
        ]

    def test_to_why_of_ones_own_hold_are_that_it_is_ones_own(self, browser, client, lena, venue, aurora):
        own = operations.hold(aurora, coming(10, 11), by=lena)

        [told] = browser.get(f"/venues/{venue.slug}/why/", wanted(aurora)).json()["reasons"]
        [to_others] = client.get(f"/venues/{venue.slug}/why/", wanted(aurora)).json()["reasons"]
        refused = problem_of(browser.post(create(venue), wanted(aurora), **JSON))

        assert (told["mine"], told["sentence"]) == (own.reference, refused["detail"])
        assert told["sentence"].startswith("You hold Aurora for ")
        assert "mine" not in to_others

    def test_to_why_are_none_for_free_time(self, client, venue, aurora):
        assert client.get(f"/venues/{venue.slug}/why/", wanted(aurora)).json() == {
            "free": True,
            "reasons": [],
        }

    def test_differ_by_what_is_accepted_and_say_so(self, browser, lena, aurora):
        own = operations.book(aurora, coming(10, 11), by=lena)

        for accept in ("text/html", "application/json"):
            answer = browser.get(f"/bookings/{own.reference}/", headers={"accept": accept})
            assert answer.headers["Content-Type"].startswith(accept)
            assert "accept" in answer.headers["Vary"].lower()

    @pytest.mark.parametrize(
        "accept",
        ["*/*", "", "garbage", "application/json;q=abc", "text/*;q=0.1", "a/b/c;;;", "application/json;q=0"],
    )
    def test_to_an_odd_wish_are_never_an_error(self, browser, venue, aurora, accept):
        answer = browser.post(create(venue), wanted(aurora), headers={"accept": accept})

        assert answer.status_code in (201, 303)


def test_a_body_too_large_is_a_problem_and_not_a_page(browser, venue, aurora):
    body = b'{"title": "' + b"x" * 10_485_760 + b'"}'

    answer = browser.post(create(venue), body, content_type="application/json", **JSON)

    assert (answer.status_code, problem_of(answer)["code"]) == (400, "invalid")
    assert written() == [0, 0, 0, 0]
