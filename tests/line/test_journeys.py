"""Journeys on a line: searched, looked at and booked as everywhere, by programs and by people."""

import pytest

from live.line_client_here import Mistyped
from live.line_client_journeys import riding, wanted_seats
from rooms import operations
from rooms.models import Booking, Passenger
from tests.line.clients import Refused
from tests.line.screens import objects, piped, plain
from tests.travel import first_class, ride, soon, together
from tests.worlds import PASSWORD, person

ADA = ("ada@example.com", PASSWORD)


@pytest.fixture
def guest(transactional_db):
    return person("ada")


@pytest.fixture
def run(transactional_db):
    return soon()


class TestSeats:
    def test_are_sold_again_on_legs_that_nobody_has(self, guest, run, program):
        operations.book_seats(ride(run, "1A", way=(0, 1)), by=person("rival"))
        program.log_in(guest)

        before = program.call("seats", departure=run.pk, from_stop=0, to_stop=2)["seats"][0]
        after = program.call("seats", departure=run.pk, from_stop="izmit")["seats"][0]
        made = program.call("book_seats", departure=run.pk, seats=["1A"], from_stop="Izmit")

        assert (before["name"], before["state"], after["state"]) == ("1A", "booked", "free")
        assert made["journey"] == {"departure": run.pk, "from_stop": 1, "to_stop": 3}
        with pytest.raises(Refused) as refused:
            program.call("book_seats", departure=run.pk, seats=["1A"], from_stop=0, to_stop=2)
        assert refused.value.data["code"] == "unavailable"

    def test_too_few_are_refused_with_how_many_are_left(self, guest, run, program):
        operations.book_seats(together(run, 10), by=person("rival"))
        program.log_in(guest)

        with pytest.raises(Refused) as refused:
            program.call("book_seats", departure=run.pk, type="Second", count=3)

        assert (refused.value.data["code"], refused.value.data["free"]) == ("unavailable", 2)

    def test_are_answered_with_others_that_can_be_booked_as_they_come(self, guest, run, program):
        operations.book_seats(ride(run, "1A", "1B"), by=person("rival"))
        program.log_in(guest)
        told = ("departure", "from_stop", "to_stop", "seats", "type", "count", "passengers")

        for wanted in ({"seats": ["1A"]}, {"type": "Second", "count": 11}):
            with pytest.raises(Refused) as refused:
                program.call("book_seats", departure=run.pk, **wanted)
            offer = refused.value.data["alternatives"][0]
            made = program.call(offer["method"], **{name: offer[name] for name in told if name in offer})
            assert made["state"] == "confirmed"
            program.call("cancel", reference=made["reference"])

    def test_are_not_free_for_a_span_that_is_no_way_between_stops(self, run, program):
        span = {"start": run.starts_at.isoformat(), "end": run.ends_at.isoformat()}

        told = program.call("availability", venue=run.vehicle.slug, **span)

        assert (told["free"], told["enough"], told["rooms"]) == (0, False, [])
        assert told["reason"] == "Seats are booked from one stop of a departure to another."

    @pytest.mark.parametrize(
        ("wrong", "code"),
        [
            ({"seats": ["9Z"]}, "not_found"),
            ({"type": "Third"}, "not_found"),
            ({"departure": 999_999, "seats": ["1A"]}, "not_found"),
            ({}, "invalid"),
            ({"seats": ["1A"], "type": "Second"}, "invalid"),
            ({"seats": ["1A"], "count": 1}, "invalid"),
            ({"seats": ["1A", "1A"]}, "invalid"),
            ({"type": "Second", "count": 0}, "invalid"),
            ({"type": "Second", "count": 101}, "invalid"),
            ({"seats": ["1A"], "to_stop": "Paris"}, "invalid"),
            ({"seats": ["1A"], "from_stop": 3}, "invalid"),
            ({"seats": ["1A"], "passengers": [{"kind": "dog"}]}, "invalid"),
            ({"seats": ["1A"], "passengers": [{}, {}]}, "invalid"),
            ({"seats": ["1A"], "passengers": [{"name": 5}]}, "invalid"),
        ],
        ids=str,
    )
    def test_that_make_no_sense_are_refused(self, guest, run, program, wrong, code):
        program.log_in(guest)

        with pytest.raises(Refused) as refused:
            program.call("book_seats", **{"departure": run.pk, **wrong})

        assert refused.value.data["code"] == code
        assert not Booking.objects.exists()

    def test_are_for_who_logs_in(self, run, program):
        with pytest.raises(Refused) as refused:
            program.call("hold_seats", departure=run.pk, seats=["1A"])

        assert refused.value.data["code"] == "not_authenticated"

    def test_of_a_vehicle_that_is_not_shown_are_not_found(self, guest, run, program):
        run.vehicle.is_listed = False
        run.vehicle.save()
        program.log_in(guest)

        with pytest.raises(Refused) as refused:
            program.call("seats", departure=run.pk)

        assert refused.value.data["code"] == "not_found"


@pytest.mark.parametrize(
    "wrong",
    [
        {"date": "soon"},
        {"date": "2026-13-01"},
        {"origin": " "},
        {"mode": "boat"},
        {"origin": "x" * 81},
        {"class": ""},
    ],
)
def test_a_search_that_makes_no_sense_is_refused(transactional_db, program, wrong):
    asked = {"origin": "Istanbul", "destination": "Ankara", "date": "2026-12-01", **wrong}

    with pytest.raises(Refused) as refused:
        program.call("journeys", **asked)

    assert list(refused.value.data["field_errors"]) == list(wrong)


class TestTickets:
    def test_tell_when_and_where_they_were_used(self, guest, run, program):
        made = operations.book_seats(ride(run, "1A", "1B", kinds=("adult", "child")), by=guest)
        program.log_in(guest)
        code = program.call("tickets", reference=made.reference)["tickets"][0]["code"]
        operations.use_ticket(code, run, where="Door 2", by=None)

        told = program.call("tickets", reference=made.reference)["tickets"]

        assert [one["state"] for one in told] == ["used", "valid"]
        assert (told[0]["used_where"], told[1]["used_at"]) == ("Door 2", None)

    def test_of_a_hold_are_worth_nothing_yet(self, guest, run, program):
        made = operations.hold_seats(ride(run, "1A"), by=guest)
        program.log_in(guest)

        [told] = program.call("tickets", reference=made.reference)["tickets"]

        assert (told["state"], told["code"]) == ("cancelled", None)

    def test_of_somebody_else_are_not_found(self, guest, run, program):
        made = operations.book_seats(ride(run, "1A"), by=person("rival"))
        program.log_in(guest)

        with pytest.raises(Refused) as refused:
            program.call("tickets", reference=made.reference)

        assert refused.value.data["code"] == "not_found"


class TestTyped:
    def test_a_guest_searches_looks_rides_and_prints_tickets(self, guest, run, server):
        day = f"{run.starts_at:%Y-%m-%d}"

        ended = piped(
            server.address, *ADA, f"journeys istanbul to Izmit {day}", f"seats {run.pk} from Izmit",
            f"ride {run.pk} 2A, 2b from Istanbul to Izmit for Ada Kaya, Can child",
            f"ride hold {run.pk} 2 sec", "confirm", "query", options=["--json"],
        )  # fmt: skip

        assert ended.returncode == 0, ended.stderr
        told = [one["result"] for one in objects(ended)]
        assert told[0][0]["departure"] == told[1]["departure"] == run.pk
        assert [room["name"] for room in told[2]["rooms"]] == ["2A", "2B"]
        assert list(Passenger.objects.order_by("pk").values_list("name", "kind"))[:2] == [
            ("Ada Kaya", "adult"), ("Can", "child"),
        ]  # fmt: skip
        assert (told[3]["state"], told[4]["state"], len(told[5])) == ("held", "confirmed", 2)

    def test_a_search_says_from_what_the_cheapest_free_seat_costs(self, guest, run, server):
        first_class(run, "1A", fare=9900)  # the first class on board, and the dearest

        ended = piped(server.address, *ADA, f"journeys istanbul to Ankara {run.starts_at:%Y-%m-%d}")

        assert "30.00" in ended.stdout
        assert "99.00" not in ended.stdout

    def test_a_guest_reads_what_is_free_instead_of_a_seat_that_is_taken(self, guest, run, server):
        operations.book_seats(ride(run, "2A"), by=person("rival"))

        ended = piped(server.address, *ADA, f"ride {run.pk} 2A")

        assert "Instead: Seat 2B, Second: Train 81042, " in ended.stdout

    def test_tab_completes_the_journeys_that_were_listed(self, guest, run, screen):
        ada = screen("--anonymous")
        ada.until("> ")
        ada.type("jou\t")
        ada.until("journeys ")
        ada.enter(f"Istanbul to Ankara {run.starts_at:%Y-%m-%d}")
        ada.until("Train 81042")
        ada.type(f"watch journey:{str(run.pk)[:1]}\t\n")
        assert "Watching journey" in plain(ada.until("12 seats"))

    @pytest.mark.parametrize(
        ("typed", "params", "what"),
        [
            ("12", {"departure": 12}, ""),
            ("12 2A", {"departure": 12}, "2A"),
            ("12 from Izmit", {"departure": 12, "from_stop": "Izmit"}, ""),
            (
                "12 2 Second from New York to San Jose for Ada, Can child",
                {
                    "departure": 12, "from_stop": "New York", "to_stop": "San Jose",
                    "passengers": [{"name": "Ada", "kind": "adult"}, {"name": "Can", "kind": "child"}],
                },
                "2 Second",
            ),
        ],
    )  # fmt: skip
    def test_words_say_which_way_and_who(self, typed, params, what):
        asked = riding(typed)

        assert (asked.params, asked.what) == (params, what)

    @pytest.mark.parametrize(
        ("what", "asked"),
        [
            ("2a, 2B", {"seats": ["2A", "2B"]}),
            ("2a 2b", {"seats": ["2A", "2B"]}),
            ("2 sec", {"count": 2, "type": "Second"}),
            ("1 Second", {"count": 1, "type": "Second"}),
        ],
    )
    def test_seats_are_named_or_counted(self, what, asked):
        assert wanted_seats(what, ["First", "Second"]) == asked

    @pytest.mark.parametrize("what", ["", "2", "2 third"])
    def test_seats_of_no_class_are_asked_back(self, what):
        with pytest.raises(Mistyped):
            wanted_seats(what, ["First", "Second"])
