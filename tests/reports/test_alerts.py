"""What somebody should look at: who is late or over time, what waits, and what did not arrive."""

from datetime import timedelta

import pytest

from notifications.models import IncomingCalendar, Notice, Webhook
from payments import operations as money
from payments.models import Refund
from reports.today import _line
from reservations import Span
from rooms import operations
from rooms.sql import database_now
from tests.reports.moments import MINUTE, TERMS, booked, day_of
from tests.worlds import hotel, office, person, rate, room, rooms, terms

pytestmark = pytest.mark.django_db


@pytest.fixture
def venue():
    return office(**TERMS)


@pytest.fixture
def now():
    return database_now().replace(second=0, microsecond=0)


class TestAlerts:
    def test_there_are_none_where_all_is_well(self, venue, now):
        booked(room(venue), now + timedelta(hours=3), now + timedelta(hours=4))

        assert day_of(venue, now).alerts == ()

    def test_name_who_is_late_who_should_have_left_and_what_is_out_of_use(self, venue, now):
        late, over, closed, elsewhere = (*rooms(venue, 3), room(office("elsewhere", **TERMS)))
        hour = timedelta(hours=1)
        booked(late, now - hour / 2, now + hour)
        booked(over, now - 2 * hour, now - hour, state="checked_in")
        booked(elsewhere, now - hour / 2, now + hour)
        operations.block(closed, Span(now - hour, None), by=None)

        found = {alert.kind: alert.number for alert in day_of(venue, now).alerts}

        assert found == {"late": 1, "overdue": 1, "blocked": 1}

    def test_name_what_the_bank_the_post_and_programs_did_not_take(self, venue, now):
        clerk, day = person("clerk", is_superuser=True), timedelta(days=1)
        for there in (venue, office("elsewhere", **TERMS)):
            rate(there, 2400)
            made = booked(room(there), now + 3 * MINUTE, now + 9 * MINUTE)
            paid = money.take_at_desk(made, "cash", by=clerk, key=f"k{there.pk}")
            for state in ("failed", "sent"):
                Refund.objects.create(
                    payment=paid, amount=1, state=state, key=f"{state} {there.pk}", created_at=now
                )
            for state, ago in (("given_up", MINUTE), ("given_up", 2 * day), ("sent", 2 * MINUTE)):
                Notice.objects.create(
                    booking=made, kind="booked", at=now - ago, recipient=clerk, created_at=now - ago,
                    next_at=now, state=state,
                )  # fmt: skip
            for at, why in ((now - 9 * day, "failing"), (None, "")):
                Webhook.objects.create(
                    owner=clerk, venue=there, url="https://example.com", created_at=now, looked_at=now,
                    disabled_at=at, disabled_because=why,
                )  # fmt: skip

        found = {alert.kind: alert.number for alert in day_of(venue, now).alerts}

        assert found == {"refunds": 1, "letters": 1, "webhooks": 1}

    def test_name_what_other_calendars_want_and_those_that_cannot_be_read(self, venue, now):
        for number, (failures, ago) in enumerate([(0, 1), (2, 0), (3, 0)]):
            source = IncomingCalendar.objects.create(
                room=room(venue, f"Room {number}"), name="Portal", url="https://example.com/a.ics",
                created_at=now, next_at=now, failures=failures,
            )  # fmt: skip
            for key, since in (("a", now), ("b", None)):
                source.events.create(
                    key=key, starts_at=now - 3 * MINUTE, ends_at=now + (2 - 3 * ago) * MINUTE,
                    conflict_since=since,
                )  # fmt: skip

        found = {alert.kind: alert.number for alert in day_of(venue, now).alerts}

        assert found == {"conflicts": 2, "calendars": 1}

    @pytest.mark.parametrize(("hours", "alerts"), [(1.75, ["requests"]), (2.25, [])])
    def test_name_a_request_two_hours_before_it_begins(self, now, hours, alerts):
        there = office("hall", **TERMS, needs_approval=True)
        start = now + timedelta(hours=hours)
        operations.book(room(there), Span(start, start + timedelta(hours=1)), by=person("guest"))

        assert [alert.kind for alert in day_of(there, now).alerts] == alerts

    @pytest.mark.parametrize(("days_ago", "alerts"), [(0, []), (1, ["late"])])
    def test_wait_for_guests_of_a_night_until_the_day_is_over(self, now, days_ago, alerts):
        venue = hotel()
        moment = now.replace(hour=22)
        checks_in = moment.replace(hour=15, minute=0) - timedelta(days=days_ago)
        stay = Span(checks_in, checks_in + timedelta(days=2, hours=-4))
        made = operations.book(room(venue, "101"), stay, by=None, now=checks_in - timedelta(hours=1))

        assert [alert.kind for alert in day_of(venue, moment).alerts] == alerts
        assert _line(made, terms(venue), moment)["is_late"] == bool(alerts)
