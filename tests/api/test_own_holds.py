"""A hold of one's own: whoever asks again is told that it is theirs and how to go on, and nobody else is."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from rooms.models import Booking
from tests.api.programs import hour, problem_of
from tests.worlds import hall, room

SPAN = hour(0)
ASKED = f"venues/office/availability?start={SPAN['start']}&end={SPAN['end']}"


@pytest.fixture
def held(guest, aurora):
    return guest.book(aurora, SPAN, hold=True)


def sentence_of(held):
    day = Booking.objects.get(reference=held["reference"]).starts_at
    ends = Booking.objects.get(reference=held["reference"]).expires_at
    when = f"{day:%A} {day.day} {day:%B}, 10:00 to 11:00"
    return f"You hold Aurora for {when}, until {ends:%H:%M}. Confirm {held['reference']} to book it."


class TestAvailability:
    def test_says_to_whom_a_hold_belongs_that_it_is_theirs(self, guest, held):
        (found,) = guest.get(ASKED).told["items"]

        (reason,) = found["reasons"]
        assert (found["free"], reason["code"], reason["rule"]) == (False, "unavailable", "held")
        assert (reason["mine"], reason["sentence"]) == (held["reference"], sentence_of(held))

    def test_says_to_others_that_it_is_on_hold_and_no_more(self, anonymous, rival, staff, held):
        for program in (anonymous, rival, staff):
            answer = program.get(ASKED)

            [reason] = answer.told["items"][0]["reasons"]
            assert reason.keys() == {"code", "rule", "sentence", "until"}
            assert reason["sentence"].startswith("Aurora is on hold: ")
            assert held["reference"] not in answer.content.decode()

    def test_tells_a_hold_of_a_part_from_that_of_others(self, guest, rival, venue):
        halls = hall(venue)
        own = guest.book(halls["Hall A"], SPAN, hold=True)
        rival.book(halls["Hall B"], SPAN, hold=True)

        items = {one["name"]: one["reasons"] for one in guest.get(ASKED).told["items"]}

        assert [reason.get("mine") for reason in items["Grand Hall"]] == [own["reference"], None]

    def test_says_nothing_of_a_hold_that_is_confirmed(self, guest, held):
        guest.post(f"bookings/{held['reference']}/confirm")

        [reason] = guest.get(ASKED).told["items"][0]["reasons"]

        assert ("mine" in reason, reason["rule"]) == (False, "booked")

    def test_asks_no_more_of_the_tables_for_thirty_than_for_one(self, guest, venue, held):
        guest.get(ASKED)
        with CaptureQueriesContext(
            connection,
        ) as of_one:
            guest.get(ASKED)
        for number in range(10):
            guest.book(room(venue, f"Room {number}"), hour(5 + number), hold=number < 1)
        guest.get(ASKED)
        with CaptureQueriesContext(connection) as of_many:
            guest.get(ASKED)

        assert len(of_many) == len(of_one)


class TestARefusal:
    @pytest.mark.parametrize("hold", [True, False])
    def test_of_what_one_holds_oneself_names_how_to_go_on(self, guest, aurora, held, hold):
        answer = guest.post("bookings", {"venue": "office", "rooms": [aurora.pk], **SPAN, "hold": hold})

        assert problem_of(answer) == (409, "unavailable")
        assert answer.told["detail"] == sentence_of(held)
        assert answer.told["conflicts"] == [
            {
                "room": aurora.pk,
                **SPAN,
                "kind": "held",
                "mine": held["reference"],
                "expires_at": held["expires_at"],
            }
        ]

    def test_says_only_when_it_runs_out_to_others(self, rival, aurora, held):
        answer = rival.post("bookings", {"venue": "office", "rooms": [aurora.pk], **SPAN})

        [conflict] = answer.told["conflicts"]
        assert conflict == {"room": aurora.pk, **SPAN, "kind": "held", "expires_at": held["expires_at"]}
        assert answer.told["detail"].startswith("Aurora is on hold: ")
        assert held["reference"] not in answer.content.decode()

    def test_of_rooms_that_others_have_too_names_only_ones_own(self, guest, rival, aurora, birch, held):
        rival.book(birch, SPAN, hold=True)

        answer = guest.post("bookings", {"venue": "office", "rooms": [aurora.pk, birch.pk], **SPAN})

        assert answer.told["detail"] == "Aurora, Birch are taken for part of that time."
        assert {one["room"]: one.get("mine") for one in answer.told["conflicts"]} == {
            aurora.pk: held["reference"],
            birch.pk: None,
        }
