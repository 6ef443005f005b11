"""A series over REST: booked whole, refused with each date that is taken, and changed date by date."""

from datetime import timedelta

import pytest

from rooms.models import Booking
from tests.api.programs import MORNING, hour, problem_of, told

THREE = "FREQ=WEEKLY;COUNT=3"


def on(week, start=0):
    """That hour, so many weeks later."""
    return hour(start + 24 * 7 * week)


def shown(booking):
    """What is told of its dates: number, start and state."""
    return [(one["number"], one["start"], one["state"]) for one in booking["occurrences"]]


@pytest.fixture
def weekly(guest, aurora):
    return guest.book(aurora, hour(0), recurrence=THREE)


class TestBookingASeries:
    def test_takes_every_date(self, guest, aurora, weekly):
        assert weekly["recurrence"] == "RRULE:FREQ=WEEKLY;COUNT=3"
        assert weekly["occurrences"] == [
            {"number": n + 1, **on(n), "state": "booked", "rooms": [aurora.pk]} for n in range(3)
        ]
        assert (weekly["start"], weekly["end"]) == (on(0)["start"], on(2)["end"])
        assert (weekly["rooms"], len(weekly["allocations"])) == ([{"id": aurora.pk, "name": "Aurora"}], 3)
        assert weekly["price"] == {"amount": "72.00", "currency": "EUR"}
        assert guest.get(f"bookings/{weekly['reference']}").told == weekly

    def test_puts_dates_into_rooms_of_their_own(self, guest, rival, aurora, birch):
        rival.book(aurora, on(1))
        elsewhere = [{"date": on(1)["start"][:10], "rooms": [birch.pk]}]

        made = guest.book(aurora, hour(0), recurrence=THREE, elsewhere=elsewhere)

        assert [one["rooms"] for one in made["occurrences"]] == [[aurora.pk], [birch.pk], [aurora.pk]]
        assert made["recurrence"] == "RRULE:FREQ=WEEKLY;COUNT=3"

    @pytest.mark.parametrize(
        ("elsewhere", "more", "refusal"),
        [
            ([("week", "birch")], {"recurrence": None}, (400, "invalid")),
            ([("week", "birch"), ("week", "birch")], {}, (400, "invalid")),
            ([("no date of it", "birch")], {}, (400, "invalid")),
            ([("soon", "birch")], {}, (400, "invalid")),
            ([("week", "nowhere")], {}, (404, "not_found")),
            ([("week", "none")], {}, (400, "invalid")),
            ([("week", "birch")], {"rooms": None, "room_type": "Meeting room"}, (400, "invalid")),
        ],
    )
    def test_of_dates_elsewhere_that_make_no_sense_says_so(
        self, guest, aurora, birch, elsewhere, more, refusal
    ):
        days = {"week": on(1)["start"][:10], "no date of it": hour(24)["start"][:10], "soon": "soon"}
        where = {"birch": [birch.pk], "nowhere": [10**9], "none": []}
        listed = [{"date": days[day], "rooms": where[room]} for day, room in elsewhere]
        wanted = {"venue": "office", "rooms": [aurora.pk], **hour(0), "recurrence": THREE, **more}

        answer = guest.post("bookings", {**wanted, "elsewhere": listed})

        assert problem_of(answer) == refusal
        assert Booking.objects.count() == 0

    def test_with_a_key_tells_one_place_from_another(self, guest, aurora, birch):
        wanted = {"venue": "office", "rooms": [aurora.pk], **hour(0), "recurrence": THREE}
        places = [[{"date": on(week)["start"][:10], "rooms": [birch.pk]}] for week in (1, 1, 2)]

        key = {"idempotency-key": "k"}
        answers = [guest.post("bookings", {**wanted, "elsewhere": one}, **key) for one in places]

        assert [answer.status_code for answer in answers] == [201, 201, 422]
        assert Booking.objects.count() == 1

    def test_can_be_a_hold(self, guest, aurora):
        held = guest.book(aurora, hour(0), recurrence=THREE, hold=True)

        assert {state for _, _, state in shown(held)} == {"held"}
        assert guest.post(f"bookings/{held['reference']}/confirm").told["state"] == "confirmed"

    def test_of_what_is_taken_is_refused_with_each_date_and_offers_that_can_be_posted(
        self, guest, rival, aurora, birch
    ):
        rival.book(aurora, on(1))
        ends = rival.book(aurora, on(2), hold=True)["expires_at"]
        wanted = {"venue": "office", "rooms": [aurora.pk], **hour(0), "recurrence": THREE}

        answer = guest.post("bookings", wanted)

        assert problem_of(answer) == (409, "unavailable")
        assert answer.told["conflicts"] == [
            {"room": aurora.pk, **on(1), "kind": "booked"},
            {"room": aurora.pk, **on(2), "kind": "held", "expires_at": ends},
        ]
        assert len(answer.told["alternatives"]) >= 3
        assert Booking.objects.count() == 2
        for offer in answer.told["alternatives"]:
            made = guest.post("bookings", offer)
            assert made.status_code == 201, made.content
            guest.post(f"bookings/{made.told['reference']}/cancel")

    def test_once_for_one_key(self, guest, aurora):
        first = guest.book(aurora, hour(0), recurrence=THREE, key="weekly")

        assert guest.book(aurora, hour(0), recurrence=THREE, key="weekly") == first
        other = {"venue": "office", "rooms": [aurora.pk], **hour(0), "recurrence": "FREQ=DAILY;COUNT=2"}
        assert problem_of(guest.post("bookings", other, **{"idempotency-key": "weekly"})) == (
            422, "idempotency_mismatch",
        )  # fmt: skip

    @pytest.mark.parametrize(
        "rule",
        [
            "", "x", "FREQ=SECONDLY;COUNT=2", "FREQ=DAILY", "FREQ=DAILY;COUNT=2;BYSECOND=1",
            "FREQ=DAILY;UNTIL=99991231T235959Z", "FREQ=DAILY;COUNT=1000000000", "\ud83d\udcc5", "A=" * 400,
            "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30;COUNT=3",
        ],
    )  # fmt: skip
    def test_by_a_rule_that_makes_no_sense_is_invalid(self, guest, aurora, rule):
        wanted = {"venue": "office", "rooms": [aurora.pk], **hour(0), "recurrence": rule}

        answer = guest.post("bookings", wanted)

        assert problem_of(answer) == (400, "invalid")
        assert set(answer.told["field_errors"]) <= {"recurrence", "start"}

    @pytest.mark.parametrize("rule", [7, [], {}, True, "x" * 10_000])
    def test_by_what_is_no_rule_at_all_is_invalid(self, guest, aurora, rule):
        wanted = {"venue": "office", "rooms": [aurora.pk], **hour(0), "recurrence": rule}

        assert problem_of(guest.post("bookings", wanted)) == (400, "invalid")

    def test_without_a_rule_is_a_booking_like_any_other(self, guest, aurora):
        made = guest.book(aurora, hour(0), recurrence=None)

        assert "recurrence" not in made
        assert "occurrences" not in made


class TestASeriesInAList:
    def test_is_found_only_where_one_of_its_dates_is(self, guest, weekly):
        between = {"from": told(MORNING + timedelta(days=2)), "to": told(MORNING + timedelta(days=3))}
        about = {"from": told(MORNING + timedelta(days=6)), "to": told(MORNING + timedelta(days=8))}

        found = [
            guest.get(f"bookings?from={span['from']}&to={span['to']}").told["items"]
            for span in (between, about)
        ]

        assert [[one["reference"] for one in items] for items in found] == [[], [weekly["reference"]]]


class TestADate:
    def test_is_left_out(self, guest, weekly, rival, aurora):
        left = guest.post(f"bookings/{weekly['reference']}/occurrences/2/skip").told

        assert [state for _, _, state in shown(left)] == ["booked", "released", "booked"]
        rival.book(aurora, on(1))

    def test_is_not_left_out_twice(self, guest, weekly):
        address = f"bookings/{weekly['reference']}/occurrences/2/skip"
        guest.post(address)

        assert problem_of(guest.post(address)) == (409, "illegal_transition")

    def test_is_moved_and_the_others_stay(self, guest, weekly, birch):
        moved = guest.post(
            f"bookings/{weekly['reference']}/occurrences/2/move",
            {"start": on(1, 3)["start"], "room": birch.pk},
        ).told

        assert moved["occurrences"][1] == {"number": 2, **on(1, 3), "state": "booked", "rooms": [birch.pk]}
        assert shown(moved)[::2] == shown(weekly)[::2]

    def test_is_taken_back(self, guest, weekly):
        address = f"bookings/{weekly['reference']}/occurrences/2"
        guest.post(f"{address}/skip")

        assert guest.post(f"{address}/move", {}).told["occurrences"] == weekly["occurrences"]

    def test_that_is_not_moved_anywhere_is_asked_where_to(self, guest, weekly):
        answer = guest.post(f"bookings/{weekly['reference']}/occurrences/2/move", {})

        assert problem_of(answer) == (400, "invalid")

    @pytest.mark.parametrize("number", ["0", "4", "-1", "x", "1e3", "99999999999999999999", "²"])
    def test_that_there_is_not_is_not_found(self, guest, weekly, number):
        for verb in ("skip", "move"):
            answer = guest.post(f"bookings/{weekly['reference']}/occurrences/{number}/{verb}", {})

            assert problem_of(answer) == (404, "not_found")

    def test_of_what_is_taken_is_refused_with_offers(self, guest, rival, weekly, aurora):
        rival.book(aurora, on(1, 3))

        answer = guest.post(f"bookings/{weekly['reference']}/occurrences/2/move", on(1, 3))

        assert problem_of(answer) == (409, "unavailable")
        assert len(answer.told["alternatives"]) >= 3
        for offer in answer.told["alternatives"]:
            moved = guest.post(f"bookings/{weekly['reference']}/occurrences/2/move", offer)
            assert moved.status_code == 200, offer


class TestTheWhole:
    @pytest.mark.parametrize("verb", ["check-in", "check-out", "release"])
    def test_is_not_there_at_one_time(self, guest, weekly, verb):
        answer = guest.post(f"bookings/{weekly['reference']}/{verb}")

        assert (problem_of(answer), answer.told["rule"]) == ((422, "policy_violation"), "series")

    def test_is_not_moved_by_one_span(self, guest, weekly):
        answer = guest.post(f"bookings/{weekly['reference']}/move", on(5))

        assert (problem_of(answer), answer.told["rule"]) == ((422, "policy_violation"), "series")

    def test_is_cancelled_with_what_was_quoted(self, guest, weekly):
        quoted = guest.get(f"bookings/{weekly['reference']}/cancellation").told

        cancelled = guest.post(f"bookings/{weekly['reference']}/cancel").told

        assert (quoted["allowed"], quoted["refund_percent"], quoted["steps"]) == (True, 100, [])
        assert (cancelled["state"], cancelled["kept"]) == ("cancelled", quoted["kept"])
        assert {state for _, _, state in shown(cancelled)} == {"released"}


def test_a_departure_does_not_repeat(guest):
    answer = guest.post("bookings", {"departure": 1, "recurrence": THREE, "seats": ["1A"]})

    assert problem_of(answer) == (400, "invalid")
