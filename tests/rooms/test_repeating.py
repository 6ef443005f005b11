"""A series: every date of it in one transaction or none."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from reservations import IdempotencyMismatch, Invalid, PolicyViolation, Span, Unavailable
from rooms import operations
from rooms.models import Change, Policy
from rooms.operations import AnyOf, Repeated
from tests.rooms.dates import HOUR, THREE, YEAR, again, on, taken_by
from tests.worlds import NOW, hall, office, rate, refused, room, span

pytestmark = pytest.mark.usefixtures("all_is_well")


class TestASeries:
    def test_has_its_room_on_every_date_and_spans_them_all(self, weekly):
        assert taken_by(weekly) == [(n + 1, "Aurora", on(n)) for n in range(3)]
        assert (weekly.state, weekly.starts_at, weekly.ends_at) == ("confirmed", on(0).start, on(2).end)
        assert weekly.recurrence.endswith("RRULE:FREQ=WEEKLY;COUNT=3")

    def test_leaves_the_room_to_others_between_its_dates(self, weekly, aurora, rival):
        operations.book(aurora, span(10, 11), by=rival, now=NOW)
        operations.book(aurora, span(9, 10, day=1), by=rival, now=NOW)

        with refused(Unavailable) as refusal:
            operations.book(aurora, span(8, 11, day=14), by=rival, now=NOW)

        (conflict,) = refusal.value.conflicts
        assert (conflict.start, conflict.end, conflict.kind) == (on(2).start, on(2).end, "booked")

    def test_is_told_as_one_change_for_each_date(self, weekly, aurora, heard):
        told = Change.objects.filter(room=aurora).order_by("revision")

        assert [(one.revision, one.kind, one.after["occurrence"]) for one in told] == [
            (1, "booked", 1), (2, "booked", 2), (3, "booked", 3),
        ]  # fmt: skip
        aurora.refresh_from_db()
        assert aurora.revision == 3

    def test_keeps_19_00_on_tuesdays_for_a_year_across_both_changes_of_the_clocks(self, guest):
        venue = office("berlin", timezone="Europe/Berlin", max_advance_days=400)
        first = Span(datetime(2026, 12, 1, 18, tzinfo=UTC), datetime(2026, 12, 1, 19, tzinfo=UTC))

        booking = operations.book(room(venue), Repeated(first, "FREQ=WEEKLY;COUNT=52"), by=guest, now=NOW)

        starts = [row.starts_at for row in booking.allocations.order_by("starts_at")]
        assert {f"{start.astimezone(venue.zone):%A %H:%M}" for start in starts} == {"Tuesday 19:00"}
        assert [start.hour for start in starts] == [18] * 17 + [17] * 31 + [18] * 4

    def test_takes_a_hall_with_its_parts_on_every_date(self, venue, guest, rival):
        rooms = hall(venue)

        booking = operations.book(rooms["Grand Hall"], THREE, by=guest, now=NOW)

        assert len(taken_by(booking)) == 12
        with refused(Unavailable):
            operations.book(rooms["Hall B"], on(1), by=rival, now=NOW)

    def test_of_a_part_counts_the_whole_once(self, venue, guest):
        rooms = hall(venue)

        operations.book(rooms["Hall A"], THREE, by=guest, now=NOW)

        rooms["Grand Hall"].refresh_from_db()
        assert rooms["Grand Hall"].revision == 1

    def test_takes_several_rooms(self, aurora, birch, guest):
        booking = operations.book([aurora, birch], THREE, by=guest, now=NOW)

        assert [name for _, name, _ in taken_by(booking)] == ["Aurora", "Birch"] * 3

    def test_of_any_room_takes_one_that_is_free_on_all_dates(self, venue, aurora, birch, guest, rival):
        operations.book(aurora, on(1), by=rival, now=NOW)

        booking = operations.book(AnyOf(venue.types.get(), 1), THREE, by=guest, now=NOW)

        assert {name for _, name, _ in taken_by(booking)} == {"Birch"}

    def test_of_any_room_is_refused_if_none_is_free_on_all_dates(self, venue, aurora, birch, guest, rival):
        operations.book(aurora, on(1), by=rival, now=NOW)
        operations.book(birch, on(2), by=rival, now=NOW)

        with refused(Unavailable):
            operations.book(AnyOf(venue.types.get(), 1), THREE, by=guest, now=NOW)

    def test_costs_the_sum_of_its_dates(self, venue, aurora, guest):
        rate(venue, 1200)

        booking = operations.book(aurora, THREE, by=guest, now=NOW)

        assert (booking.price, [line["occurrence"] for line in booking.lines]) == (3600, [1, 2, 3])
        assert [line["on"] for line in booking.lines] == ["2026-11-23", "2026-11-30", "2026-12-07"]

    def test_may_leave_dates_out_from_the_beginning(self, aurora, guest, rival):
        operations.book(aurora, on(1), by=rival, now=NOW)

        rule = "FREQ=WEEKLY;COUNT=3\nEXDATE;VALUE=DATE:20261130"
        booking = operations.book(aurora, Repeated(HOUR, rule), by=guest, now=NOW)

        assert [number for number, _, _ in taken_by(booking)] == [1, 3]

    def test_is_taken_once_for_one_key(self, aurora, guest):
        first = operations.book(aurora, THREE, by=guest, key="k", now=NOW)

        assert operations.book(aurora, THREE, by=guest, key="k", now=NOW) == first
        with refused(IdempotencyMismatch):
            operations.book(aurora, Repeated(HOUR, "FREQ=WEEKLY;COUNT=4"), by=guest, key="k", now=NOW)
        with refused(IdempotencyMismatch):
            operations.book(aurora, HOUR, by=guest, key="k", now=NOW)

    def test_of_52_dates_takes_as_many_statements_as_one_of_3(self, venue, aurora, birch, guest):
        operations.book(aurora, span(15, 16), by=guest, now=NOW)  # so that memory knows the terms
        counts = []
        for where, wanted in ((aurora, THREE), (birch, YEAR)):
            with CaptureQueriesContext(
                connection,
            ) as asked:
                operations.hold(where, wanted, by=guest, now=NOW)
            counts.append(len(asked))

        assert counts[0] == counts[1] < 20


class TestASeriesIsRefused:
    def test_as_a_whole_if_one_date_is_taken(self, aurora, guest, rival):
        operations.book(aurora, on(30), by=rival, now=NOW)

        with refused(Unavailable) as refusal:
            operations.book(aurora, YEAR, by=guest, now=NOW)

        assert [(one.start, one.kind) for one in refusal.value.conflicts] == [(on(30).start, "booked")]

    def test_with_every_date_that_is_taken(self, aurora, guest, rival):
        operations.book(aurora, on(1), by=rival, now=NOW)
        operations.hold(aurora, on(2), by=rival, now=NOW)

        with refused(Unavailable) as refusal:
            operations.book(aurora, THREE, by=guest, now=NOW)

        assert [(one.start, one.kind) for one in refusal.value.conflicts] == [
            (on(1).start, "booked"), (on(2).start, "held"),
        ]  # fmt: skip
        assert refusal.value.sentence == (
            "Aurora is taken on 2 dates: "
            "Monday 30 November, 09:00 to 10:00; Monday 7 December, 09:00 to 10:00."
        )

    def test_but_not_for_a_hold_that_ran_out(self, aurora, guest, rival):
        hold = operations.hold(aurora, on(1), by=rival, now=NOW)

        operations.book(aurora, THREE, by=guest, now=NOW + timedelta(minutes=10))

        assert again(hold).state == "expired"

    def test_with_offers_that_can_be_had(self, aurora, birch, guest, rival):
        operations.book(aurora, on(1), by=rival, now=NOW)

        with refused(Unavailable) as refusal:
            operations.book(aurora, THREE, by=guest, now=NOW)

        offers = refusal.value.alternatives
        assert [offer["sentence"] for offer in offers] == [
            "Birch: all 3 dates",
            "Aurora: 2 of the 3 dates, without Monday 30 November 2026",
            "Aurora: 08:00 to 09:00, all 3 dates",
            "Aurora: 10:00 to 11:00, all 3 dates",
        ]
        for offer in offers:
            wanted = Span(*(datetime.fromisoformat(offer[edge]) for edge in ("start", "end")))
            place = (
                [aurora, birch]
                if len(offer["rooms"]) == 2
                else next(one for one in (aurora, birch) if [one.pk] == offer["rooms"])
            )
            operations.cancel(
                operations.book(place, Repeated(wanted, offer["recurrence"]), by=guest, now=NOW),
                by=guest,
                now=NOW,
            )

    @pytest.mark.parametrize(
        ("rule", "first", "broken", "sentence"),
        [
            ("FREQ=DAILY;COUNT=7", HOUR, "opening_hours", "Saturday 28 November 2026: Office "),
            (
                "FREQ=MONTHLY;COUNT=13",
                HOUR,
                "advance",
                "Wednesday 23 December 2026: Office takes bookings up to",
            ),
            (
                "FREQ=WEEKLY;COUNT=3",
                span(9, 9.1),
                "too_short",
                "Monday 23 November 2026: A booking at Office",
            ),
        ],
    )
    def test_with_the_date_that_the_terms_do_not_allow(self, rule, first, broken, sentence, aurora, guest):
        Policy.objects.update(max_advance_days=25)

        with refused(PolicyViolation, rule=broken) as refusal:
            operations.book(aurora, Repeated(first, rule), by=guest, now=NOW)

        assert refusal.value.sentence.startswith(sentence)

    def test_if_it_makes_no_sense(self, aurora, guest):
        with refused(
            Invalid, field_errors={"recurrence": ["FREQ is one of DAILY, WEEKLY, MONTHLY, YEARLY."]}
        ):
            operations.book(aurora, Repeated(HOUR, "FREQ=MINUTELY;COUNT=3"), by=guest, now=NOW)
        with refused(Invalid):
            operations.book(aurora, Repeated(HOUR, ""), by=guest, now=NOW)
        with refused(Invalid):
            operations.book(aurora, Repeated(span(9, None), "FREQ=DAILY;COUNT=2"), by=guest, now=NOW)

    def test_if_the_buffers_of_its_dates_meet(self, guest):
        tight = room(office("tight", hours=None, buffer_after_minutes=60))

        with refused(PolicyViolation, rule="buffer"):
            operations.book(tight, Repeated(span(8, 32), "FREQ=DAILY;COUNT=2"), by=guest, now=NOW)

    def test_if_it_takes_too_much_at_once(self, venue, guest):
        many = [room(venue, f"Room {n}") for n in range(20)]

        with refused(Invalid) as refusal:
            operations.book(many, YEAR, by=guest, now=NOW)

        assert "at most 1000 rooms" in refusal.value.sentence


class TestAHeldSeries:
    def test_is_confirmed_as_a_whole(self, aurora, guest):
        hold = operations.hold(aurora, THREE, by=guest, now=NOW)

        booking = operations.confirm(hold, by=guest, now=NOW)

        assert booking.state == "confirmed"
        assert set(booking.allocations.values_list("state", "active", "expires_at")) == {
            ("confirmed", True, None)
        }

    def test_runs_out_as_a_whole_and_offers_the_same_again(self, aurora, guest):
        hold = operations.hold(aurora, THREE, by=guest, now=NOW)
        late = NOW + timedelta(minutes=11)

        with pytest.raises(Exception, match="ran out") as refusal:
            operations.confirm(hold, by=guest, now=late)
        operations.expire_holds(now=late)

        assert set(hold.allocations.values_list("state", "active")) == {("expired", False)}
        assert all("recurrence" in offer for offer in refusal.value.alternatives)

    def test_is_revived_as_a_whole_or_not_at_all(self, aurora, staff, guest, rival):
        hold = operations.hold(aurora, THREE, by=guest, now=NOW)
        late = NOW + timedelta(minutes=11)
        operations.expire_holds(now=late)
        other = operations.book(aurora, on(1), by=rival, now=late)

        with refused(Unavailable):
            operations.revive(hold, by=staff, now=late)
        operations.cancel(other, by=rival, now=late)
        operations.revive(again(hold), by=staff, now=late)

        assert taken_by(hold) == [(n + 1, "Aurora", on(n)) for n in range(3)]

    def test_is_let_go_of_as_a_whole(self, aurora, guest):
        hold = operations.hold(aurora, THREE, by=guest, now=NOW)

        assert operations.release(hold, by=guest, now=NOW).state == "cancelled"
        assert taken_by(hold) == []


class TestARequestedSeries:
    @pytest.fixture
    def requested(self, guest):
        venue = office("asks", needs_approval=True)
        return operations.book(room(venue), THREE, by=guest, now=NOW)

    def test_is_granted_as_a_whole(self, requested):
        assert requested.state == "pending"

        approved = operations.approve(requested, by=None, now=NOW)

        assert set(approved.allocations.values_list("state", flat=True)) == {"confirmed"}

    def test_runs_out_when_its_first_date_begins(self, requested):
        operations.expire_requests(now=on(0).start)

        assert again(requested).state == "expired"

    def test_once_granted_is_moved_by_the_staff_alone(self, requested, guest):
        operations.approve(requested, by=None, now=NOW)

        with refused(PolicyViolation, rule="approval"):
            operations.move_date(requested, 2, by=guest, span=on(1, 11), now=NOW)
        operations.move_date(requested, 2, by=None, span=on(1, 11), now=NOW)

        assert (again(requested).state, taken_by(requested)[1][2]) == ("confirmed", on(1, 11))


class TestTime:
    def test_completes_a_series_after_its_last_date(self, weekly):
        operations.complete_past(now=on(2).end - timedelta(minutes=1))
        assert again(weekly).state == "confirmed"

        operations.complete_past(now=on(2).end)

        assert again(weekly).state == "completed"

    def test_marks_no_series_as_a_no_show(self, guest):
        booking = operations.book(room(office("strict", no_show_minutes=5)), THREE, by=guest, now=NOW)

        operations.mark_no_shows(now=on(0).start + timedelta(minutes=30))
        operations.complete_past(now=on(2).end)

        assert again(booking).state == "completed"

    @pytest.mark.parametrize(
        "act",
        [
            operations.check_in,
            operations.check_out,
            operations.release,
            lambda booking, **told: operations.move(booking, span=on(1), **told),
        ],
    )
    def test_of_one_date_is_not_that_of_a_series(self, act, weekly, guest):
        with refused(PolicyViolation, rule="series") as refusal:
            act(weekly, by=guest, now=on(0).start)

        assert refusal.value.sentence.startswith("This booking is a series.")


def test_the_clocks_are_the_venues(db, guest):
    berlin = room(office("berlin", timezone="Europe/Berlin", hours=(9, 18)))

    with refused(PolicyViolation, rule="opening_hours"):
        operations.book(berlin, Repeated(span(18, 19), "FREQ=DAILY;COUNT=2"), by=guest, now=NOW)
    operations.book(berlin, Repeated(span(8, 9), "FREQ=DAILY;COUNT=2"), by=guest, now=NOW)
