"""Taking rooms: holds and bookings, all of what is asked for or nothing at all."""

from datetime import UTC, datetime, timedelta

import pytest

from reservations import IdempotencyMismatch, Invalid, PolicyViolation, Span, Unavailable
from rooms import operations
from rooms.models import Booking, Change, Policy
from tests.worlds import NOW, at, car_park, hotel, office, rate, refused, room, span

HOUR = span(9, 10)
TAKE = [operations.hold, operations.book]


def later(minutes: float) -> datetime:
    return NOW + timedelta(minutes=minutes)


class TestAHold:
    def test_keeps_a_room_until_it_runs_out(self, aurora, guest):
        hold = operations.hold(aurora, HOUR, by=guest, now=NOW)

        row = hold.allocations.get()
        assert (hold.state, hold.expires_at, hold.guest) == ("held", later(10), guest)
        assert (row.state, row.active, row.expires_at) == ("held", True, later(10))
        assert (row.room, row.starts_at, row.ends_at) == (aurora, HOUR.start, HOUR.end)

    def test_refuses_everybody_else_until_then(self, aurora, guest, rival):
        operations.hold(aurora, HOUR, by=guest, now=NOW)

        with refused(Unavailable) as refusal:
            operations.book(aurora, HOUR, by=rival, now=later(9.99))

        (conflict,) = refusal.value.conflicts
        assert (conflict.room, conflict.start, conflict.end, conflict.kind) == (
            aurora.pk, HOUR.start, HOUR.end, "held",
        )  # fmt: skip
        assert refusal.value.sentence == (
            "Aurora is on hold: Monday 23 November, 09:00 to 10:00; "
            "free again at 06:10 on Monday unless it is booked."
        )

    def test_refuses_the_guest_a_second_time_as_well(self, aurora, guest):
        operations.hold(aurora, HOUR, by=guest, now=NOW)

        with refused(Unavailable) as refusal:
            operations.hold(aurora, HOUR, by=guest, now=NOW)

        own = Booking.objects.get().reference
        assert refusal.value.sentence == (
            f"You hold Aurora for Monday 23 November, 09:00 to 10:00, until 06:10. Confirm {own} to book it."
        )

    @pytest.mark.parametrize("take", TAKE)
    def test_blocks_nobody_from_the_very_instant_it_runs_out(self, take, aurora, guest, rival):
        hold = operations.hold(aurora, HOUR, by=guest, now=NOW)

        taken = take(aurora, HOUR, by=rival, now=later(10))

        hold.refresh_from_db()
        assert (hold.state, taken.guest) == ("expired", rival)
        assert list(Change.objects.order_by("revision").values_list("revision", "kind", "by")) == [
            (1, "held", guest.pk),
            (2, "expired", None),
            (3, "held" if take is operations.hold else "booked", rival.pk),
        ]

    def test_of_several_rooms_is_moved_aside_from_all_of_them(self, aurora, birch, guest, rival):
        hold = operations.hold([aurora, birch], HOUR, by=guest, now=NOW)

        operations.book(birch, HOUR, by=rival, now=later(10))

        assert set(hold.allocations.values_list("state", "active")) == {("expired", False)}
        operations.book(aurora, HOUR, by=rival, now=later(10))

    def test_is_not_moved_aside_when_the_new_booking_fails_for_another_reason(
        self, aurora, birch, guest, rival
    ):
        operations.hold(aurora, HOUR, by=guest, now=NOW)
        operations.book(birch, HOUR, by=guest, now=NOW)

        with refused(Unavailable):
            operations.book([aurora, birch], HOUR, by=rival, now=later(11))

    def test_lasts_as_long_as_the_shortest_policy_of_its_rooms(self, venue, aurora, guest):
        short = Policy.objects.create(venue=venue, name="Short", hold_minutes=3)
        kind = venue.types.create(name="Booth", capacity=1, policy=short)
        booth = room(venue, "Booth", type=kind)

        assert operations.hold([aurora, booth], HOUR, by=guest, now=NOW).expires_at == later(3)


class TestABooking:
    def test_is_confirmed_at_once_and_never_expires(self, aurora, guest, rival):
        booking = operations.book(
            aurora, HOUR, by=guest, details=operations.Details("Daily", 4, "Chairs"), now=NOW
        )

        assert (booking.state, booking.expires_at) == ("confirmed", None)
        assert (booking.title, booking.party, booking.note) == ("Daily", 4, "Chairs")
        with refused(Unavailable) as refusal:
            operations.book(aurora, HOUR, by=rival, now=at(9))
        assert [conflict.kind for conflict in refusal.value.conflicts] == ["booked"]

    def test_waits_for_approval_where_the_policy_asks_for_it(self, guest, rival):
        place = room(office(needs_approval=True))

        request = operations.book(place, HOUR, by=guest, now=NOW)

        assert (request.state, request.allocations.get().state) == ("pending", "pending")
        with refused(Unavailable) as refusal:
            operations.book(place, HOUR, by=rival, now=at(8))
        assert [conflict.kind for conflict in refusal.value.conflicts] == ["pending"]

    def test_by_those_who_may_approve_does_not_wait(self, venue, aurora, staff):
        Policy.objects.update(needs_approval=True)
        venue.save()

        assert operations.book(aurora, HOUR, by=staff, now=NOW).state == "confirmed"
        assert operations.book(aurora, span(11, 12), by=None, now=NOW).state == "confirmed"

    def test_has_a_price_and_lines_that_add_up(self, venue, aurora, birch, guest):
        rate(venue, 2400)

        booking = operations.book([aurora, birch], span(9, 10.5), by=guest, now=NOW)

        assert (booking.price, booking.currency) == (7200, "EUR")
        assert sum(line["amount"] for line in booking.lines) == 7200
        told = {(line["room"], line["room_id"]) for line in booking.lines}
        assert told == {("Aurora", aurora.pk), ("Birch", birch.pk)}

    def test_has_a_reference_nobody_can_guess(self, aurora, guest):
        booked = [operations.book(aurora, span(9 + n, 10 + n), by=guest, now=NOW) for n in range(5)]

        assert len({booking.reference for booking in booked}) == 5
        assert all(len(booking.reference) == 9 for booking in booked)

    def test_reads_back_as_it_was_returned(self, aurora, guest):
        booking = operations.book(aurora, HOUR, by=guest, now=NOW)
        stored = Booking.objects.get(pk=booking.pk)

        names = [field.attname for field in Booking._meta.concrete_fields]
        assert {name: getattr(stored, name) for name in names} == {
            name: getattr(booking, name) for name in names
        }


class TestASpan:
    @pytest.mark.parametrize(
        ("time", "rule"),
        [
            (span(5, 6), "starts_in_past"),
            (span(9, 9.1), "too_short"),
            (span(9.1, 10), "step"),
            (span(6, 8), "opening_hours"),
            (span(19, 21), "opening_hours"),
            (span(9, 10, day=5), "opening_hours"),  # a Saturday
            (span(9, 10, day=400), "advance"),
            (Span(at(9), at(9).replace(year=2126)), "too_long"),
            (span(9, None), "too_long"),
        ],
        ids=str,
    )
    def test_keeps_to_the_terms(self, time, rule, aurora, guest):
        for take in TAKE:
            with refused(PolicyViolation, rule=rule):
                take(aurora, time, by=guest, now=NOW)

    def test_leaves_the_notice_that_a_policy_asks_for(self, guest):
        place = room(office(min_notice_minutes=240))

        with refused(PolicyViolation, rule="notice", until=at(10)):
            operations.book(place, HOUR, by=guest, now=NOW)
        operations.book(place, span(10, 11), by=guest, now=NOW)

    def test_may_begin_in_the_running_step(self, aurora, guest):
        operations.book(aurora, HOUR, by=guest, now=at(9, 14))

    @pytest.mark.parametrize(
        ("start", "end"),
        [
            (datetime(2026, 11, 23, 9), datetime(2026, 11, 23, 10)),  # noqa: DTZ001 -- what is tested
            (datetime(9999, 12, 31, 22, tzinfo=UTC), datetime(9999, 12, 31, 23, tzinfo=UTC)),
            (datetime(1, 1, 1, tzinfo=UTC), datetime(1, 1, 2, tzinfo=UTC)),
            (at(10), at(9)),
            (at(9), at(9)),
        ],
        ids=["naive", "year 9999", "year 1", "backwards", "empty"],
    )
    def test_that_makes_no_sense_is_never_even_one(self, start, end):
        with pytest.raises(Invalid):
            Span(start, end)

    @pytest.mark.parametrize("take", TAKE)
    def test_at_the_edges_of_the_calendar_is_refused_and_no_crash(self, take, guest):
        place = room(office(buffer_before_minutes=60, buffer_after_minutes=60))
        first, last = datetime(1970, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)

        for time in (Span(first, first + timedelta(hours=1)), Span(last - timedelta(hours=1), last)):
            with refused(PolicyViolation):
                take(place, time, by=guest, now=NOW)

    def test_stays_open_in_a_car_park(self, guest, rival):
        spot = room(car_park(), "Spot 1", capacity=1)

        parked = operations.book(spot, span(9, None), by=guest, now=at(9))

        assert parked.ends_at is None
        with refused(Unavailable):
            operations.book(spot, span(9, 10, day=300), by=rival, now=at(9))
        operations.book(spot, span(8, 9), by=rival, now=at(8))

    def test_that_is_open_does_not_run_over_a_later_booking(self, guest, rival):
        spot = room(car_park(), "Spot 1", capacity=1)
        operations.book(spot, span(9, 10, day=30), by=rival, now=at(9))

        with refused(Unavailable):
            operations.book(spot, span(9, None), by=guest, now=at(9))


def test_more_people_than_seats_are_refused(aurora, birch, guest):
    party = operations.Details(party=9)

    with refused(PolicyViolation, rule="capacity"):
        operations.book(aurora, HOUR, by=guest, details=party, now=NOW)
    operations.book([aurora, birch], HOUR, by=guest, details=party, now=NOW)


class TestAnIdempotencyKey:
    def ask(self, what, guest, time=HOUR, **more):
        return operations.book(what, time, by=guest, key="k-1", now=NOW, **more)

    def test_gives_the_same_answer_and_books_once(self, aurora, guest):
        first = self.ask(aurora, guest)

        again = self.ask(aurora, guest)

        assert (again.pk, Booking.objects.count(), Change.objects.count()) == (first.pk, 1, 1)

    def test_gives_it_for_ever(self, aurora, venue, guest):
        first = self.ask(aurora, guest)
        operations.cancel(first, by=guest, now=NOW)
        aurora.archived_at = NOW
        aurora.save()

        again = operations.book(aurora, HOUR, by=guest, key="k-1", now=at(9, day=30))

        assert (again.pk, again.state) == (first.pk, "cancelled")

    def test_gives_it_for_any_room_of_a_type_though_its_own_booking_took_the_last(self, aurora, venue, guest):
        first = self.ask(operations.AnyOf(venue.types.get(), 1), guest)

        assert self.ask(operations.AnyOf(venue.types.get(), 1), guest).pk == first.pk

    @pytest.mark.parametrize(
        "other",
        [{"time": span(11, 12)}, {"details": operations.Details(title="Other")}],
        ids=["another time", "another title"],
    )
    def test_refuses_another_request(self, other, aurora, guest):
        self.ask(aurora, guest)

        with refused(IdempotencyMismatch):
            self.ask(aurora, guest, **other)

    def test_refuses_another_room_and_a_hold(self, aurora, birch, guest):
        self.ask(aurora, guest)

        with refused(IdempotencyMismatch):
            self.ask(birch, guest)
        with refused(IdempotencyMismatch):
            operations.hold(aurora, HOUR, by=guest, key="k-1", now=NOW)

    def test_is_ones_own(self, aurora, birch, guest, rival):
        first = self.ask(aurora, guest)

        assert self.ask(birch, rival).pk != first.pk

    def test_is_not_spent_by_a_refusal(self, aurora, guest, rival):
        taken = operations.book(aurora, HOUR, by=rival, now=NOW)
        with refused(Unavailable):
            self.ask(aurora, guest)
        operations.cancel(taken, by=rival, now=NOW)

        assert self.ask(aurora, guest).state == "confirmed"


class TestARefusal:
    def test_carries_what_can_be_had_instead(self, aurora, birch, guest, rival):
        operations.book(aurora, HOUR, by=guest, now=NOW)

        with refused(Unavailable) as refusal:
            operations.hold(aurora, HOUR, by=rival, now=NOW)

        assert len(refusal.value.alternatives) >= 3
        assert refusal.value.alternatives[0]["rooms"] == [birch.pk]

    def test_says_nothing_of_who_came_first(self, aurora, guest, rival):
        details = operations.Details(title="Takeover of Acme", note="Secret")
        booking = operations.book(aurora, HOUR, by=guest, details=details, now=NOW)

        with refused(Unavailable) as refusal:
            operations.book(aurora, HOUR, by=rival, now=NOW)

        told = str(refusal.value.as_problem())
        for secret in ("Acme", "Secret", guest.email, guest.name, booking.reference):
            assert secret not in told


def test_nights_are_taken_from_check_in_to_check_out(guest, rival):
    double = room(hotel(), "101", capacity=2)
    stay = Span(at(15), at(11, day=2))

    operations.book(double, stay, by=guest, now=NOW)

    with refused(PolicyViolation, rule="step"):
        operations.book(double, span(9, 33, day=3), by=rival, now=NOW)
    with refused(Unavailable):
        operations.book(double, Span(at(15, day=1), at(11, day=2)), by=rival, now=NOW)
    operations.book(double, Span(at(15, day=2), at(11, day=3)), by=rival, now=NOW)


class TestWhatIsSaid:
    def test_is_said_after_commit(self, aurora, venue, guest, heard, django_capture_on_commit_callbacks):
        heard.clear()
        with django_capture_on_commit_callbacks() as callbacks:
            operations.book(aurora, HOUR, by=guest, now=NOW)
        assert heard == []

        for callback in callbacks:
            callback()

        (change,) = heard
        assert (change.venues, change.rooms, change.guests) == (
            frozenset({venue.pk}), {aurora.pk: 1}, frozenset({guest.pk}),
        )  # fmt: skip

    def test_is_never_said_of_what_was_refused(
        self, aurora, guest, rival, heard, django_capture_on_commit_callbacks
    ):
        operations.book(aurora, HOUR, by=guest, now=NOW)

        with django_capture_on_commit_callbacks(execute=True), pytest.raises(Unavailable):
            operations.book(aurora, HOUR, by=rival, now=NOW)

        assert heard == []


def test_the_databases_clock_decides_when_no_other_is_given(venue, aurora, guest):
    before = datetime.now(UTC) - timedelta(minutes=1)
    tomorrow = (datetime.now(UTC) + timedelta(days=1)).replace(hour=9, minute=0, second=0, microsecond=0)
    while tomorrow.weekday() > 4:
        tomorrow += timedelta(days=1)

    hold = operations.hold(aurora, Span(tomorrow, tomorrow + timedelta(hours=1)), by=guest)

    assert before < hold.created_at < before + timedelta(minutes=3)
    assert hold.expires_at - hold.created_at == timedelta(minutes=10)
