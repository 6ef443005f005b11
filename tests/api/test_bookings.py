"""Book, look, and do what can be done with a booking."""

from datetime import UTC, datetime, timedelta

import pytest

from rooms.models import Booking
from tests.api.programs import MORNING, begun, hour, problem_of, told
from tests.worlds import car_park, office, rate, room, rooms, works_at


class TestBooking:
    def test_a_room_is_answered_with_all_there_is_to_know(self, guest, aurora):
        said = {"title": "Planning", "party": 4, "note": "Tea"}
        answer = guest.post("bookings", {"venue": "office", "rooms": [aurora.pk], **hour(0), **said})

        made = answer.told
        assert answer.status_code == 201
        assert answer.headers["Location"] == f"/api/v1/bookings/{made['reference']}"
        assert made == {
            "reference": made["reference"],
            "state": "confirmed",
            "venue": "office",
            **said,
            **hour(0),
            "expires_at": None,
            "created_at": made["created_at"],
            "price": {"amount": "24.00", "currency": "EUR"},
            "kept": None,
            "lines": [
                {
                    "text": "Standard, 1 hour",
                    "amount": {"amount": "24.00", "currency": "EUR"},
                    "on": hour(0)["start"][:10],
                    "room": "Aurora",
                }
            ],
            "rooms": [{"id": aurora.pk, "name": "Aurora"}],
            "allocations": [
                {"id": aurora.allocations.get().pk, "room": aurora.pk, **hour(0), "state": "booked"}
            ],
        }
        assert guest.get(f"bookings/{made['reference']}").told == made
        assert guest.get(f"bookings/{made['reference'].lower()}").told == made

    def test_with_hold_keeps_it_until_it_runs_out(self, guest, aurora):
        made = guest.book(aurora, hour(0), hold=True)

        left = datetime.fromisoformat(made["expires_at"]) - datetime.now(UTC)
        assert made["state"] == "held"
        assert timedelta(minutes=9) < left <= timedelta(minutes=10)

    def test_where_the_venue_approves_is_a_request(self, guest, staff):
        hall = room(office("hall", hours=None, needs_approval=True))

        assert guest.book(hall, hour(0))["state"] == "pending"

    def test_any_n_of_a_type_takes_that_many_or_none(self, guest, venue):
        rooms(venue, 3)
        wanted = {"venue": "office", "room_type": "Meeting room", **hour(0)}

        two = guest.post("bookings", {**wanted, "count": 2})
        too_many = guest.post("bookings", {**wanted, "count": 2})

        assert (two.status_code, len(two.told["rooms"])) == (201, 2)
        assert problem_of(too_many) == (409, "unavailable")
        assert "1 is free" in too_many.told["detail"]
        assert Booking.objects.count() == 1

    def test_a_type_is_named_or_numbered(self, guest, aurora):
        wanted = {"venue": "office", "room_type": aurora.type_id, **hour(0)}

        assert guest.post("bookings", wanted).told["rooms"] == [{"id": aurora.pk, "name": "Aurora"}]

    def test_several_types_are_one_booking(self, guest, aurora):
        twin = aurora.venue.types.create(name="Twin", policy=aurora.venue.policies.get())
        room(aurora.venue, "Twin 1", type=twin)
        types = [{"room_type": aurora.type_id}, {"room_type": "Twin", "count": 1}]

        made = guest.post("bookings", {"venue": "office", "room_types": types, **hour(0)})

        assert sorted(one["name"] for one in made.told["rooms"]) == ["Aurora", "Twin 1"]

    def test_a_car_has_no_end_yet(self, guest):
        spot = room(car_park(), "14", capacity=1)

        made = guest.book(spot, {"start": hour(0)["start"], "end": None})

        assert (made["end"], made["price"]["amount"]) == (None, "0.00")

    def test_by_staff_may_be_for_somebody_else(self, staff, guest, aurora):
        made = staff.book(aurora, hour(0), guest="guest@example.com")

        assert made["guest"] == {"name": "Guest", "email": "guest@example.com"}
        mine = guest.get(f"bookings/{made['reference']}").told
        assert (mine["reference"], "guest" in mine) == (made["reference"], False)

    def test_by_staff_for_somebody_else_is_still_for_them_where_an_alternative_is_taken(
        self, staff, guest, aurora
    ):
        staff.book(aurora, hour(0))
        body = {"venue": "office", "rooms": [aurora.pk], **hour(0), "guest": "guest@example.com"}

        offer = staff.post("bookings", body).told["alternatives"][0]
        made = staff.post("bookings", offer).told

        assert made["guest"]["email"] == "guest@example.com"

    def test_by_staff_may_be_for_a_name_without_an_account(self, staff, aurora):
        made = staff.book(aurora, hour(0), guest="Nur Aksoy", title="Interview")

        assert (made["guest"], made["title"]) == (None, "Nur Aksoy · Interview")

    def test_for_somebody_else_is_not_for_guests(self, guest, rival, aurora):
        body = {"venue": "office", "rooms": [aurora.pk], **hour(0)}

        known = guest.post("bookings", {**body, "guest": "rival@example.com"})
        unknown = guest.post("bookings", {**body, "guest": "nobody@example.com"})

        assert problem_of(known) == problem_of(unknown) == (403, "forbidden")
        assert known.told == unknown.told

    @pytest.mark.parametrize("field", ["repeats", "leaves", "price", "state", "booked_by", "roms", "b`\n"])
    def test_with_a_field_that_nobody_reads_is_refused_and_not_half_done(self, guest, aurora, field):
        answer = guest.post("bookings", {"venue": "office", "rooms": [aurora.pk], **hour(0), field: None})

        assert problem_of(answer) == (400, "invalid")
        assert answer.told["field_errors"] == {field: ["This call has no such field."]}
        assert Booking.objects.count() == 0

    @pytest.mark.parametrize(
        ("changed", "field"),
        [
            ({"start": "tomorrow"}, "start"),
            ({"start": "2026-11-23T10:00:00"}, "start"),  # no offset
            ({"start": None}, "start"),
            ({"end": "2026-11-23"}, "end"),
            ({"end": hour(-1)["start"]}, "end"),  # before the start
            ({"start": "1969-01-01T00:00:00Z"}, "start"),
            ({"end": "9999-12-31T23:59:59Z"}, "end"),
            ({"rooms": []}, "rooms"),
            ({"rooms": [0]}, "rooms"),
            ({"rooms": ["1"]}, "rooms"),
            ({"rooms": 1}, "rooms"),
            ({"rooms": [1] * 101}, "rooms"),
            ({"rooms": None}, "rooms"),  # neither rooms nor a type
            ({"room_type": "Meeting room"}, "rooms"),  # both
            ({"party": 0}, "party"),
            ({"party": True}, "party"),
            ({"party": 2**40}, "party"),
            ({"title": "x" * 121}, "title"),
            ({"title": "two\nlines"}, "title"),
            ({"title": "\u202eback"}, "title"),
            ({"note": 7}, "note"),
            ({"hold": "yes"}, "hold"),
            ({"venue": 1}, "venue"),
        ],
    )
    def test_that_makes_no_sense_says_which_field(self, guest, aurora, changed, field):
        body = {"venue": "office", "rooms": [aurora.pk], **hour(0), **changed}

        answer = guest.post("bookings", body)

        assert problem_of(answer) == (400, "invalid")
        assert list(answer.told["field_errors"]) == [field]
        assert Booking.objects.count() == 0

    def test_of_what_is_not_there_is_not_found(self, guest, aurora):
        elsewhere = room(office("elsewhere", hours=None))
        body = {"venue": "office", "rooms": [aurora.pk], **hour(0)}

        for changed in (
            {"venue": "nowhere"},
            {"rooms": [10**9]},
            {"rooms": [aurora.pk, elsewhere.pk]},
            {"rooms": None, "room_type": "Ballroom"},
            {"rooms": None, "room_type": 10**9},
        ):
            assert problem_of(guest.post("bookings", {**body, **changed})) == (404, "not_found")


class TestARefusal:
    def test_of_taken_time_offers_what_can_be_posted_as_it_is(self, guest, rival, aurora, birch):
        rival.book(aurora, hour(0), title="Secret")

        answer = guest.post("bookings", {"venue": "office", "rooms": [aurora.pk], **hour(0), "title": "Mine"})

        assert problem_of(answer) == (409, "unavailable")
        assert answer.told["conflicts"] == [{"room": aurora.pk, **hour(0), "kind": "booked"}]
        assert "Secret" not in answer.content.decode()
        assert len(answer.told["alternatives"]) >= 3
        taken = guest.post("bookings", answer.told["alternatives"][0])
        assert (taken.status_code, taken.told["title"]) == (201, "Mine")

    def test_by_the_terms_names_the_rule_and_when_it_ends(self, guest):
        closed = room(office("nine-to-five", hours=(9, 17)))
        night = {"start": told(MORNING.replace(hour=3)), "end": told(MORNING.replace(hour=4))}

        answer = guest.post("bookings", {"venue": "nine-to-five", "rooms": [closed.pk], **night})

        assert problem_of(answer) == (422, "policy_violation")
        assert answer.told["rule"] == "opening_hours"
        assert "until" in answer.told


class TestVerbs:
    def test_confirm_makes_a_hold_a_booking_and_says_of_itself_what_it_is_told(self, guest, aurora):
        held = guest.book(aurora, hour(0), hold=True, title="Perhaps", party=3, note="Tea")

        answer = guest.post(f"bookings/{held['reference']}/confirm", {"title": "Surely"})

        now = answer.told
        assert (answer.status_code, now["state"], now["expires_at"]) == (200, "confirmed", None)
        assert (now["title"], now["party"], now["note"]) == ("Surely", 3, "Tea")

    def test_confirm_needs_no_body(self, guest, aurora):
        held = guest.book(aurora, hour(0), hold=True)

        assert guest.post(f"bookings/{held['reference']}/confirm").told["state"] == "confirmed"

    def test_confirm_of_a_hold_that_ran_out_is_gone(self, guest, aurora):
        held = guest.book(aurora, hour(0), hold=True)
        _run_out(held)

        answer = guest.post(f"bookings/{held['reference']}/confirm")

        assert problem_of(answer) == (410, "hold_expired")
        assert len(answer.told["alternatives"]) >= 3
        seen = guest.get(f"bookings/{held['reference']}").told
        assert (seen["state"], seen["allocations"][0]["state"]) == ("expired", "released")

    def test_a_refused_move_offers_other_places_to_move_to(self, guest, rival, aurora, birch):
        made = guest.book(aurora, hour(0))
        rival.book(birch, hour(0))
        move = f"bookings/{made['reference']}/move"

        answer = guest.post(move, {"room": birch.pk})

        assert problem_of(answer) == (409, "unavailable")
        offers = answer.told["alternatives"]
        places = [(offer["rooms"], offer["start"]) for offer in offers]
        assert len(offers) >= 3
        assert ([aurora.pk], made["start"]) not in places
        assert [guest.post(move, offer).status_code for offer in offers] == [200] * len(offers)

    def test_renew_gives_the_full_time_as_often_as_the_terms_say(self, guest, aurora):
        held = guest.book(aurora, hour(0), hold=True)
        renew = f"bookings/{held['reference']}/renew"

        answers = [guest.post(renew) for _ in range(3)]

        assert [answer.status_code for answer in answers] == [200, 200, 422]
        assert answers[0].told["expires_at"] > held["expires_at"]
        assert answers[2].told["rule"] == "renewals"

    def test_cancel_gives_the_room_back_once(self, guest, rival, aurora):
        made = guest.book(aurora, hour(0))

        assert guest.post(f"bookings/{made['reference']}/cancel").told["state"] == "cancelled"

        again = guest.post(f"bookings/{made['reference']}/cancel")
        assert problem_of(again) == (409, "illegal_transition")
        rival.book(aurora, hour(0))

    def test_check_in_and_check_out_free_what_is_left(self, guest, rival, aurora):
        address = f"bookings/{begun(guest.book(aurora, hour(0)))['reference']}"

        there = guest.post(f"{address}/check-in").told
        gone = guest.post(f"{address}/check-out").told

        assert (there["state"], there["allocations"][0]["state"]) == ("checked_in", "occupied")
        assert (gone["state"], gone["allocations"][0]["state"]) == ("completed", "released")
        assert gone["end"] < hour(0)["end"]
        rival.book(aurora, hour(0))

    @pytest.mark.parametrize("verb", ["check-in", "check-out", "release"])
    def test_what_has_not_begun_can_be_cancelled_but_not_left(self, guest, aurora, verb):
        made = guest.book(aurora, hour(0))

        answer = guest.post(f"bookings/{made['reference']}/{verb}")

        assert problem_of(answer) == (422, "policy_violation")
        assert answer.told["rule"] == "not_begun"

    def test_release_lets_go_of_a_hold_and_of_what_is_left_of_a_booking(self, guest, aurora, birch):
        held = guest.book(aurora, hour(0), hold=True)
        running = begun(guest.book(birch, hour(0)))

        states = [guest.post(f"bookings/{one['reference']}/release").told["state"] for one in (held, running)]

        assert states == ["cancelled", "completed"]

    def test_move_takes_another_hour_another_room_or_both(self, guest, aurora, birch):
        move = f"bookings/{guest.book(aurora, hour(0))['reference']}/move"

        later = guest.post(move, {"start": hour(2)["start"]}).told
        elsewhere = guest.post(move, {"room": birch.pk}).told
        both = guest.post(move, {**hour(4, 6), "rooms": [aurora.pk]}).told

        assert (later["start"], later["end"]) == (hour(2)["start"], hour(2)["end"])
        assert elsewhere["rooms"] == [{"id": birch.pk, "name": "Birch"}]
        assert (both["end"], both["price"]["amount"]) == (hour(5)["end"], "48.00")
        assert both["rooms"] == [{"id": aurora.pk, "name": "Aurora"}]

    def test_move_to_where_somebody_is_changes_nothing(self, guest, rival, aurora):
        rival.book(aurora, hour(1))
        made = guest.book(aurora, hour(0))

        answer = guest.post(f"bookings/{made['reference']}/move", hour(1))

        assert problem_of(answer) == (409, "unavailable")
        assert guest.get(f"bookings/{made['reference']}").told == made

    @pytest.mark.parametrize("body", [{}, {"room": 1, "rooms": [1]}, {"start": "soon"}, {"end": 5}])
    def test_move_to_nowhere_makes_no_sense(self, guest, aurora, body):
        made = guest.book(aurora, hour(0))

        assert problem_of(guest.post(f"bookings/{made['reference']}/move", body)) == (400, "invalid")

    def test_approve_and_decline_are_the_staffs(self, guest, staff):
        hall = room(office("hall", hours=None, needs_approval=True))
        works_at(staff.person, hall.venue)
        wanted, unwanted = guest.book(hall, hour(0)), guest.book(hall, hour(1))

        assert problem_of(guest.post(f"bookings/{wanted['reference']}/approve")) == (403, "forbidden")
        assert staff.post(f"bookings/{wanted['reference']}/approve").told["state"] == "confirmed"
        assert staff.post(f"bookings/{unwanted['reference']}/decline").told["state"] == "declined"

    def test_decline_may_say_why_and_the_guest_is_told(self, guest, staff):
        hall = room(office("hall", hours=None, needs_approval=True))
        works_at(staff.person, hall.venue)
        made, other = guest.book(hall, hour(0)), guest.book(hall, hour(1))
        address = f"bookings/{made['reference']}"

        long = staff.post(f"{address}/decline", {"reason": "x" * 201})
        declined = staff.post(f"{address}/decline", {"reason": "We are closed."}).told
        staff.post(f"bookings/{other['reference']}/decline", {})

        assert problem_of(long) == (400, "invalid")
        assert (declined["state"], declined["reason"]) == ("declined", "We are closed.")
        assert guest.get(address).told["reason"] == "We are closed."
        listed = guest.get("bookings").told["items"]
        assert {one["reference"]: one.get("reason") for one in listed} == {
            made["reference"]: "We are closed.",
            other["reference"]: None,
        }


class TestCancellation:
    def test_tells_what_the_terms_say(self, guest):
        terms = {"cancellation_steps": [[48, 100], [24, 50]], "cancel_until_minutes": 60}
        strict = office("strict", hours=None, **terms)
        rate(strict, 10000)
        made = guest.book(room(strict), hour(0))

        quoted = guest.get(f"bookings/{made['reference']}/cancellation").told

        nothing = {"amount": "0.00", "currency": "EUR"}
        assert quoted == {
            "reference": made["reference"],
            "allowed": True,
            "reason": None,
            "until": told(MORNING - timedelta(minutes=60)),
            "refund_percent": quoted["refund_percent"],
            "steps": [
                {"until": told(MORNING - timedelta(hours=48)), "refund_percent": 100},
                {"until": told(MORNING - timedelta(hours=24)), "refund_percent": 50},
                {"until": None, "refund_percent": 0},
            ],
            "price": {"amount": "100.00", "currency": "EUR"},
            "kept": nothing if quoted["refund_percent"] == 100 else {"amount": "50.00", "currency": "EUR"},
            "paid": nothing,
            "refund": nothing,
            "owed": nothing if quoted["refund_percent"] == 100 else {"amount": "50.00", "currency": "EUR"},
        }
        assert quoted["refund_percent"] in (50, 100)  # the morning is a day and some hours away

    def test_is_allowed_exactly_when_cancelling_is(self, guest, aurora):
        held = guest.book(aurora, hour(0), hold=True)
        address = f"bookings/{held['reference']}"
        assert guest.get(f"{address}/cancellation").told["allowed"] is True

        guest.post(f"{address}/cancel")

        quoted = guest.get(f"{address}/cancellation").told
        assert quoted["allowed"] is False
        assert quoted["reason"] == guest.post(f"{address}/cancel").told["detail"]


def _run_out(held):
    """Let the hold's time pass: nobody waits ten minutes in a test."""
    past = datetime.now(UTC) - timedelta(seconds=1)
    Booking.objects.filter(reference=held["reference"]).update(expires_at=past)
    booking = Booking.objects.get(reference=held["reference"])
    booking.allocations.update(expires_at=past)
