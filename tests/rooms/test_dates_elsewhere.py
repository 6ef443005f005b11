"""A series of which some dates are in other rooms from the beginning: still one booking, all or nothing."""

from datetime import timedelta

import pytest

from reservations import IdempotencyMismatch, Invalid, NotFound, PolicyViolation, Unavailable
from rooms import operations
from rooms.models import Booking, Policy, Room
from rooms.operations import AnyOf, Repeated
from rooms.queries.verify import violations
from tests.rooms.dates import HOUR, on, taken_by
from tests.worlds import NOW, hall, office, rate, refused, room, span, traces

pytestmark = pytest.mark.usefixtures("all_is_well")
WEEKLY = "FREQ=WEEKLY;COUNT=3"


def elsewhere(places, rule=WEEKLY):
    """Return three Mondays, of which those weeks are in those rooms."""
    return Repeated(HOUR, rule, {on(week).start.date(): where for week, where in places.items()})


def test_each_date_is_where_it_was_asked_for(aurora, birch, guest, rival):
    operations.book(aurora, on(1), by=rival, now=NOW)

    booking = operations.book(aurora, elsewhere({1: birch}), by=guest, now=NOW)

    assert taken_by(booking) == [(1, "Aurora", on(0)), (2, "Birch", on(1)), (3, "Aurora", on(2))]
    assert (booking.starts_at, booking.ends_at) == (on(0).start, on(2).end)


def test_both_rooms_are_told_of_their_dates(aurora, birch, guest, heard):
    booking = operations.book(aurora, elsewhere({1: birch}), by=guest, now=NOW)

    told = booking.changes.order_by("pk").values_list("room__name", "kind", "after__occurrence")
    assert list(told) == [("Aurora", "booked", 1), ("Birch", "booked", 2), ("Aurora", "booked", 3)]


def test_a_room_in_which_no_date_is_left_hears_nothing(aurora, birch, guest):
    booking = operations.book(aurora, elsewhere({0: birch, 1: birch, 2: birch}), by=guest, now=NOW)

    aurora.refresh_from_db()
    assert ({name for _, name, _ in taken_by(booking)}, aurora.revision) == ({"Birch"}, 0)


@pytest.mark.parametrize("week", [0, 1, 2])
def test_nothing_is_taken_if_one_of_the_rooms_is(aurora, birch, guest, rival, week):
    operations.book(birch if week == 1 else aurora, on(week), by=rival, now=NOW)
    before = traces()

    with refused(Unavailable) as refusal:
        operations.book(aurora, elsewhere({1: birch}), by=guest, now=NOW)

    [conflict] = refusal.value.conflicts
    assert (conflict.room, conflict.start) == ((birch if week == 1 else aurora).pk, on(week).start)
    assert traces() == before


def test_only_the_date_in_question_needs_the_other_room(aurora, birch, guest, rival):
    for week in (0, 2):
        operations.book(birch, on(week), by=rival, now=NOW)

    assert operations.book(aurora, elsewhere({1: birch}), by=guest, now=NOW).state == "confirmed"


def test_a_date_may_be_in_several_rooms_and_in_a_hall_with_its_parts(venue, aurora, birch, guest):
    halls = hall(venue)

    booking = operations.book(
        aurora, elsewhere({1: [aurora, birch], 2: halls["Grand Hall"]}), by=guest, now=NOW
    )

    names = [(number, name) for number, name, _ in taken_by(booking)]
    assert names[:3] == [(1, "Aurora"), (2, "Aurora"), (2, "Birch")]
    assert {name for number, name in names if number == 3} == set(halls)


def test_each_date_costs_what_its_room_costs(venue, aurora, guest):
    dear = venue.types.create(name="Suite", capacity=8, policy=Policy.objects.get())
    rate(venue, 1000)
    dear.rates.create(name="Suite", amount=5000)
    suite = room(venue, "Suite", type=dear)

    booking = operations.book(aurora, elsewhere({1: suite}), by=guest, now=NOW)

    assert [(line["occurrence"], line["amount"]) for line in booking.lines] == [
        (1, 1000),
        (2, 5000),
        (3, 1000),
    ]
    assert booking.price == 7000


class TestTheTerms:
    def test_of_the_other_room_hold_on_its_date(self, venue, aurora, guest):
        short = Policy.objects.create(venue=venue, name="Short", max_minutes=30)
        booth = room(venue, "Booth", type=venue.types.create(name="Booth", capacity=8, policy=short))

        with refused(PolicyViolation) as refusal:
            operations.book(aurora, elsewhere({1: booth}), by=guest, now=NOW)

        assert refusal.value.sentence.startswith(f"Monday {on(1).start.day} ")

    def test_of_a_small_room_count_the_seats_of_that_date(self, venue, aurora, guest):
        small = room(venue, "Small", capacity=2)
        details = operations.Details(party=4)

        with refused(PolicyViolation) as refusal:
            operations.book(aurora, elsewhere({1: small}), by=guest, details=details, now=NOW)

        assert refusal.value.rule == "capacity"

    def test_ask_for_approval_if_one_of_the_rooms_does(self, venue, aurora, guest):
        asks = Policy.objects.create(venue=venue, name="Asks", needs_approval=True)
        board = room(venue, "Board", type=venue.types.create(name="Board", capacity=8, policy=asks))

        assert operations.book(aurora, elsewhere({1: board}), by=guest, now=NOW).state == "pending"


class TestNonsense:
    def test_of_a_date_that_the_series_does_not_have_is_named(self, aurora, birch, guest):
        day = on(1).start.date() + timedelta(days=1)

        with refused(Invalid) as refusal:
            operations.book(aurora, Repeated(HOUR, WEEKLY, {day: birch}), by=guest, now=NOW)

        sentence = f"The series has no date on Tuesday {day.day} {day:%B %Y} to be elsewhere."
        assert refusal.value.field_errors == {"elsewhere": [sentence]}

    def test_of_a_date_that_is_left_out_is_named(self, aurora, birch, guest):
        rule = f"{WEEKLY}\nEXDATE;VALUE=DATE:{on(1).start:%Y%m%d}"

        with refused(Invalid):
            operations.book(aurora, elsewhere({1: birch}, rule), by=guest, now=NOW)

    def test_of_rooms_is_refused(self, venue, aurora, guest):
        foreign = room(office("other"), "Foreign")
        gone = Room(pk=10**9, venue_id=venue.pk)
        kind = venue.types.get()

        for what, where, error in (
            (aurora, foreign, Invalid), (aurora, gone, NotFound), (aurora, [], Invalid),
            (aurora, "Birch", Invalid), (AnyOf(kind, 1), aurora, Invalid),
        ):  # fmt: skip
            with refused(error):
                operations.book(what, elsewhere({1: where}), by=guest, now=NOW)


def test_a_key_tells_one_place_from_another(aurora, birch, guest):
    first = operations.book(aurora, elsewhere({1: birch}), by=guest, key="k", now=NOW)

    assert operations.book(aurora, elsewhere({1: birch}), by=guest, key="k", now=NOW) == first
    with pytest.raises(IdempotencyMismatch):
        operations.book(aurora, elsewhere({2: birch}), by=guest, key="k", now=NOW)
    assert Booking.objects.count() == 1


def test_a_hold_can_be_taken_and_a_date_goes_on_by_itself(aurora, birch, guest, rival):
    held = operations.hold(aurora, elsewhere({1: birch}), by=guest, now=NOW)
    booking = operations.confirm(held, by=guest, now=NOW)

    operations.skip(booking, 2, by=guest, now=NOW)
    operations.book(birch, on(1), by=rival, now=NOW)

    assert [(number, name) for number, name, _ in taken_by(booking)] == [(1, "Aurora"), (3, "Aurora")]
    assert violations() == {}


def test_dates_in_turn_keep_their_distance_in_each_room(venue, guest):
    """Tidied for most of a day, a room is not free again on the next; another is."""
    Policy.objects.update(buffer_after_minutes=1380)
    one, other = room(venue, "One"), room(venue, "Other")
    daily = "FREQ=DAILY;COUNT=3"
    days = {span(9, 10, day=1).start.date(): other}

    with refused(PolicyViolation):
        operations.book(one, Repeated(span(9, 10.5), daily), by=guest, now=NOW)

    assert operations.book(one, Repeated(HOUR, daily, days), by=guest, now=NOW)
