"""What each verb answers, and that watching tells the truth."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import now

from live.line_calling import Call
from live.line_methods import bookings
from reservations import Span
from rooms import operations
from rooms.models import Booking
from tests.days import TUE, WED, span
from tests.line.clients import Refused
from tests.live.clients import Board
from tests.worlds import car_park, office, person, rate, room, rooms

DAY = {"start": f"{TUE}T00:00", "end": f"{WED}T00:00"}
TIMES = {"start": f"{TUE}T09:00", "end": f"{TUE}T10:00"}


@pytest.fixture
def venue(transactional_db):
    return office(timezone="Europe/Istanbul")


@pytest.fixture
def guest(transactional_db):
    return person("guest")


class TestRooms:
    def test_tell_how_each_is_now(self, transactional_db, guest, program):
        park = car_park()
        taken, free = room(park, "Spot 1", capacity=1), room(park, "Spot 2", capacity=1)
        operations.book(taken, Span(now(), None), by=guest)

        told = program.call("rooms", venue="parking")["rooms"]

        assert [(one["id"], one["state"]) for one in told] == [(taken.pk, "booked"), (free.pk, "free")]


class TestAvailability:
    def test_lists_what_can_be_had_with_its_price(self, venue, guest, program):
        rate(venue, 1000)
        aurora, birch = room(venue, "Aurora"), room(venue, "Birch")
        operations.book(aurora, span(6, 7), by=guest)

        told = program.call("availability", venue="office", count=2, **TIMES)

        assert [(one["name"], one["price"]) for one in told["rooms"]] == [
            ("Birch", {"amount": "10.00", "currency": "EUR"})
        ]
        assert (told["free"], told["count"], told["enough"]) == (1, 2, False)
        assert told["start"] == f"{TUE}T06:00:00Z"  # the venue's nine o'clock
        assert birch.pk == told["rooms"][0]["id"]

    def test_says_why_nothing_can_be_had(self, venue, program):
        room(venue)

        told = program.call("availability", venue="office", start=f"{TUE}T03:00", end=f"{TUE}T04:00")

        assert (told["rooms"], told["reason"]) == ([], "Office opens at 07:00 on Tuesday.")

    def test_says_that_what_is_in_the_way_is_ones_own(self, venue, guest, server, connect):
        room(venue, "Aurora")
        own, other = connect(server).log_in(guest), connect(server)
        held = own.call("hold", venue="office", count=1, **TIMES)

        told = own.call("availability", venue="office", **TIMES)["reason"]

        assert told.startswith("You hold Aurora for ")
        assert told.endswith(f"Confirm {held['reference']} to book it.")
        assert other.call("availability", venue="office", **TIMES)["reason"].startswith("Aurora is on hold: ")

    def test_of_a_type_or_a_size_that_is_not_there_is_nothing(self, venue, program):
        room(venue, capacity=4)

        assert program.call("availability", venue="office", party=5, **TIMES)["free"] == 0
        with pytest.raises(Refused, match="no such type"):
            program.call("availability", venue="office", type="Suite", **TIMES)


class TestBooking:
    def test_takes_rooms_by_id_and_by_name(self, venue, guest, program):
        aurora, birch = room(venue, "Aurora"), room(venue, "Birch")
        program.log_in(guest)

        told = program.call(
            "book", venue="office", rooms=[aurora.pk, " birch"], title="Daily", party=3, note="Tea", **TIMES
        )

        assert told["rooms"] == [{"id": aurora.pk, "name": "Aurora"}, {"id": birch.pk, "name": "Birch"}]
        stored = Booking.objects.get(reference=told["reference"])
        assert (stored.title, stored.party, stored.note, stored.guest) == ("Daily", 3, "Tea", guest)

    def test_reads_times_with_an_offset_as_they_say(self, venue, guest, program):
        room(venue)
        program.log_in(guest)

        told = program.call("book", venue="office", count=1, start=f"{TUE}T09:00Z", end=f"{TUE}T11:00+01:00")

        assert (told["start"], told["end"]) == (f"{TUE}T09:00:00Z", f"{TUE}T10:00:00Z")

    def test_without_an_end_lasts_until_it_is_left(self, guest, program):
        room(car_park(), "Spot 1", capacity=1)
        program.log_in(guest)
        start = (now() - timedelta(seconds=1)).isoformat()

        told = program.call("book", venue="parking", count=1, start=start)
        left = program.call("check_out", reference=told["reference"])

        assert told["end"] is None
        assert [one["state"] for one in left["freed"]] == ["completed"]
        assert program.call("rooms", venue="parking")["rooms"][0]["state"] == "free"

    @pytest.mark.parametrize(
        ("params", "code"),
        [
            ({}, "invalid"),
            ({"count": 1, "rooms": ["Aurora"]}, "invalid"),
            ({"count": 0}, "invalid"),
            ({"count": 101}, "invalid"),
            ({"rooms": ["Aurora", "aurora"]}, "invalid"),
            ({"rooms": ["Zebra"]}, "not_found"),
            ({"rooms": [10**18]}, "not_found"),
            ({"count": 1, "end": f"{TUE}T08:00"}, "invalid"),
            ({"count": 1, "start": "2020-01-01T09:00", "end": "2020-01-01T10:00"}, "policy_violation"),
            ({"count": 1, "venue": "nowhere"}, "not_found"),
            ({"count": 1, "party": 50}, "policy_violation"),
        ],
    )
    def test_is_refused_with_the_same_codes_as_everywhere(self, venue, guest, program, params, code):
        room(venue)
        program.log_in(guest)

        answer = program.ask("book", **{"venue": "office", **TIMES, **params})

        assert answer["error"]["data"]["code"] == code
        assert not Booking.objects.exists()

    def test_offers_what_is_free_instead(self, venue, guest, program):
        room(venue)
        program.log_in(guest)
        program.call("book", venue="office", rooms=["Aurora"], **TIMES)

        with pytest.raises(Refused) as caught:
            program.call("book", venue="office", rooms=["Aurora"], **TIMES)

        assert len(caught.value.data["alternatives"]) >= 3
        offer = caught.value.data["alternatives"][0]
        wanted = {name: offer[name] for name in ("venue", "rooms", "start", "end")}
        assert program.call(offer["method"], **wanted)["state"] == "confirmed"

    def test_with_one_key_acts_once(self, venue, guest, program):
        room(venue), room(venue, "Birch")
        program.log_in(guest)

        first = program.call("book", venue="office", count=1, key="k1", **TIMES)
        again = program.call("book", venue="office", count=1, key="k1", **TIMES)
        other = program.ask("book", venue="office", count=2, key="k1", **TIMES)

        assert first == again
        assert other["error"]["data"]["code"] == "idempotency_mismatch"

    def test_with_a_key_that_was_used_tells_of_its_booking_as_it_is_by_then(self, venue, guest, program):
        room(venue)
        program.log_in(guest)
        wish = {"venue": "office", "count": 1, "key": "k1", **TIMES}
        first = program.call("book", **wish)
        program.call("cancel", reference=first["reference"])

        again = program.call("book", **wish)

        assert (again["reference"], again["state"]) == (first["reference"], "cancelled")
        assert program.call("book", **{**wish, "key": "k2"})["state"] == "confirmed"

    def test_with_a_key_that_is_refused_leaves_it_unused(self, venue, guest, program):
        room(venue)
        program.log_in(guest)
        other = program.call("book", venue="office", count=1, **TIMES)
        wish = {"venue": "office", "count": 1, "key": "k1", **TIMES}
        assert program.ask("book", **wish)["error"]["data"]["code"] == "unavailable"
        program.call("cancel", reference=other["reference"])

        assert program.call("book", **wish)["state"] == "confirmed"


class TestHolding:
    def test_is_confirmed_or_given_back(self, venue, guest, program):
        rooms(venue, 2)
        program.log_in(guest)
        held = program.call("hold", venue="office", count=1, **TIMES)
        other = program.call("hold", venue="office", count=1, **TIMES)

        confirmed = program.call("confirm", reference=held["reference"].lower())
        cancelled = program.call("cancel", reference=other["reference"])

        assert (held["state"], held["expires_at"] is None) == ("held", False)
        assert (confirmed["state"], confirmed["expires_at"]) == ("confirmed", None)
        assert cancelled["state"] == "cancelled"
        assert (
            program.ask("confirm", reference=other["reference"])["error"]["data"]["code"]
            == "illegal_transition"
        )


class TestDescribing:
    def test_changes_what_is_said_and_keeps_the_rest(self, venue, guest, program):
        room(venue)
        program.log_in(guest)
        made = program.call("book", venue="office", count=1, title="Retor", party=2, **TIMES)

        told = program.call("describe", reference=made["reference"], title="Review")

        assert told == {**made, "title": "Review"}
        assert program.ask("describe", reference=made["reference"])["error"]["data"]["code"] == "invalid"


class TestCheckingOut:
    def test_keeps_what_the_terms_keep_and_says_why(self, transactional_db, guest, program):
        venue = office(cancel_until_minutes=60 * 24 * 365)
        room(venue), room(venue, "Birch")
        program.log_in(guest)
        bound = program.call("book", venue="office", rooms=["Aurora"], **TIMES)
        held = program.call("hold", venue="office", rooms=["Birch"], **TIMES)

        answer = program.call("check_out", all=True)

        assert [one["reference"] for one in answer["freed"]] == [held["reference"]]
        [kept] = answer["kept"]
        assert (kept["reference"], kept["code"], kept["rule"]) == (
            bound["reference"],
            "policy_violation",
            "cancel_until",
        )

    def test_needs_to_know_of_what(self, venue, guest, program):
        program.log_in(guest)

        for params in ({}, {"all": False}, {"reference": "RX7K-42QM", "all": True}):
            assert program.ask("check_out", **params)["error"]["data"]["code"] == "invalid"


class TestBookings:
    def test_are_listed_by_scope(self, venue, guest, program):
        room(venue)
        program.log_in(guest)
        booking = program.call("book", venue="office", count=1, **TIMES)
        program.call("cancel", reference=booking["reference"])

        assert program.call("bookings") == []
        assert [one["reference"] for one in program.call("bookings", scope="cancelled")] == [
            booking["reference"]
        ]
        assert program.call("bookings", scope="past") == []
        assert program.ask("bookings", scope="all")["error"]["data"]["code"] == "invalid"

    def test_cost_the_same_queries_however_many(self, venue, guest):
        aurora = room(venue)
        counted = []
        for hours in ([6], [7, 8]):
            for hour in hours:
                operations.book(aurora, span(hour, hour + 1), by=guest)
            with CaptureQueriesContext(
                connection,
            ) as queries:
                bookings(Call(guest, {}))
            counted.append(len(queries))

        assert counted[0] == counted[1] <= 5


class TestWatching:
    def test_a_snapshot_and_its_changes_add_up_to_a_new_snapshot(self, venue, guest, server, connect):
        rooms(venue, 3)
        watcher, actor = connect(server), connect(server).log_in(guest)
        board = Board()
        board.apply(watcher.call("watch", topic="venue:office", **DAY))

        held = actor.call("hold", venue="office", count=2, **TIMES)
        actor.call("confirm", reference=held["reference"])
        later = {"start": f"{TUE}T11:00", "end": f"{TUE}T12:00"}
        actor.call("book", venue="office", rooms=["Room 3"], **later)
        actor.call("check_out", reference=held["reference"])
        while board.revision < 7:
            board.apply(watcher.hears())

        fresh = Board()
        fresh.apply(connect(server).call("watch", topic="venue:office", **DAY))
        assert board.shown() == fresh.shown()
        assert (len(board.frames), board.revision) != (1, 0)

    def test_since_revisions_one_holds_answers_with_what_is_new(self, venue, guest, server, connect):
        rooms(venue, 2)
        held = connect(server).call("watch", topic="venue:office", **DAY)
        connect(server).log_in(guest).call("book", venue="office", rooms=["Room 2"], **TIMES)
        since = {str(one["id"]): one["revision"] for one in held["rooms"]}
        told = {"terms": held["terms"], "window": held["window"]}

        news = connect(server).call("watch", topic="venue:office", since=since, **told, **DAY)
        other_day = connect(server).call("watch", topic="venue:office", since=since, **told)

        assert other_day["type"] == "snapshot"
        assert (news["type"], len(news["rooms"]), news["rooms"][0]["revision"]) == ("change", 1, 1)

    def test_ends_with_unwatch(self, venue, guest, server, connect):
        room(venue)
        watcher, actor = connect(server), connect(server).log_in(guest)
        watcher.call("watch", topic="venue:office", **DAY)

        assert watcher.call("unwatch", topic="venue:office") == {"topic": "venue:office", "watched": True}
        actor.call("book", venue="office", count=1, **TIMES)

        watcher.socket.settimeout(1)
        with pytest.raises(TimeoutError):
            watcher.read()

    def test_in_a_batch_answers_before_any_change(self, venue, guest, server, connect):
        import json

        room(venue)
        watcher, actor = connect(server), connect(server).log_in(guest)
        calls = [
            {"jsonrpc": "2.0", "id": 1, "method": "watch", "params": {"topic": "venue:office", **DAY}},
            *(
                {"jsonrpc": "2.0", "id": n, "method": "rooms", "params": {"venue": "office"}}
                for n in range(2, 21)
            ),
        ]
        watcher.send(json.dumps(calls).encode() + b"\n")
        actor.call("book", venue="office", count=1, **TIMES)

        first = watcher.read()

        assert [one["id"] for one in first] == list(range(1, 21))
        revision = first[0]["result"]["revision"]
        assert revision == 1 or watcher.hears()["revision"] == 1

    def test_of_mine_shows_titles_to_their_owner(self, venue, guest, program):
        room(venue)
        program.log_in(guest)
        program.call("watch", topic="mine")

        booking = program.call("book", venue="office", count=1, title="Daily", **TIMES)

        [told] = program.hears()["allocations"]
        assert (told["booking"], told["title"]) == (booking["reference"], "Daily")

    @pytest.mark.parametrize(
        ("params", "code"),
        [
            ({"topic": "venue:nowhere"}, "not_found"),
            ({"topic": "nonsense"}, "not_found"),
            ({"topic": ""}, "invalid"),
            ({"topic": "venue:office", "start": f"{TUE}T00:00"}, "invalid"),
            ({"topic": "venue:office", "start": f"{TUE}T00:00", "end": "2027-11-24T00:00"}, "invalid"),
            ({"topic": "venue:office", "since": {"x": 1}}, "invalid"),
        ],
    )
    def test_is_refused_with_a_reason_and_leaves_nothing_behind(self, venue, server, program, params, code):
        assert program.ask("watch", **params)["error"]["data"]["code"] == code
        [line] = server.server.lines
        assert line.watching._subscriptions == {}

    def test_has_a_limit(self, venue, server, program):
        room(venue)
        for number in range(20):
            office(f"place-{number}")
            program.call("watch", topic=f"venue:place-{number}")

        with pytest.raises(Refused, match="at most 20"):
            program.call("watch", topic="venue:office")


def test_help_tells_of_every_method_or_of_one(program):
    told = program.call("help")["methods"]
    [one] = program.call("help", method="book")["methods"]

    assert {verb["method"] for verb in told} >= {"register", "login", "check_out", "watch", "ping"}
    assert one in told
    assert program.ask("help", method="nonsense")["error"]["code"] == -32601
