"""Reports by mail: ordered by managers, written once when due, and ended when they manage no more."""

from datetime import date, timedelta

import pytest
from django.test import Client

from accounts.models import Membership, User
from notifications.mail import operations as letters
from notifications.models import Notice, ReportMail
from reports import operations
from reservations import Forbidden, Invalid, NotFound, PolicyViolation
from rooms.models import Booking, Venue
from tests.worlds import NOW, office, person, room, works_at

pytestmark = pytest.mark.django_db
DUE = NOW + timedelta(days=1)  # a Tuesday, at six in the morning


@pytest.fixture
def venue(db):
    found = office("office")
    room(found, "Aurora")
    return found


@pytest.fixture
def manager(venue):
    return works_at(person("maya"), venue, "manager")


def ordered(who, every="day", **fields):
    return operations.order("occupancy", {"by": "venue", **fields}, every=every, by=who, now=NOW)


class TestOrdering:
    def test_is_for_managers(self, venue):
        with pytest.raises(Forbidden):
            ordered(works_at(person("carl"), venue))

    @pytest.mark.parametrize(
        ("every", "due"),
        [("day", date(2026, 11, 24)), ("week", date(2026, 11, 30)), ("month", date(2026, 12, 1))],
    )
    def test_says_when_the_first_comes(self, every, due, manager):
        assert ordered(manager, every).next_at.date() == due

    def test_twice_is_once(self, manager):
        assert ordered(manager) == ordered(manager)

    def test_of_more_than_twenty_is_refused(self, manager):
        ReportMail.objects.bulk_create(
            ReportMail(owner=manager, report="trends", query=str(n), every="day", next_at=NOW, created_at=NOW)
            for n in range(20)
        )

        with pytest.raises(PolicyViolation):
            ordered(manager)

    @pytest.mark.parametrize(
        "fields", [{"every": "hour"}, {"by": "x"}, {"kind": "castle"}, {"venue": "\ud800"}]
    )
    def test_what_makes_no_sense_is_refused(self, fields, manager):
        with pytest.raises(Invalid):
            ordered(manager, **fields)

    def test_is_told_below_the_report_in_words(self, manager, venue):
        kind = venue.types.get()
        ordered(manager, "day", venue="office", kind="building", type=str(kind.pk))
        ordered(manager, "week")
        browser = Client()
        browser.force_login(manager)

        told = [about for _, about in browser.get("/reports/occupancy/").context["mails"]]

        assert told == [
            "Office, Meeting and event rooms, Meeting room, by venue",
            "All of mine, by venue",
        ]

    def test_ends_only_by_who_ordered_it(self, manager):
        made = ordered(manager)

        with pytest.raises(NotFound):
            operations.stop(made.pk, by=person("lena"))
        operations.stop(made.pk, by=manager)
        assert not ReportMail.objects.exists()


class TestWriting:
    def test_tells_of_the_days_before_and_encloses_the_rows(self, manager):
        ordered(manager, "week")

        assert operations.write_due(now=NOW + timedelta(days=7)) == 1
        letter = Notice.objects.get().letter
        assert letter["subject"] == "Occupancy of Office, 23 November 2026 to 29 November 2026"
        assert "Occupancy: 0.0 %" in letter["text"]
        assert "/reports/occupancy/?by=venue&from=2026-11-23&to=2026-11-29" in letter["text"]
        assert letter["file"]["text"].splitlines()[1].startswith("Office,1,65.00,0.00,0.0")

    @pytest.mark.parametrize(("number", "is_enclosed"), [(2_000, True), (2_001, False)])
    def test_encloses_no_more_rows_than_anybody_reads(self, manager, venue, number, is_enclosed):
        operations.order("active-guests", {}, every="day", by=manager, now=NOW)
        names = [f"guest-{n}@example.com" for n in range(number)]
        guests = User.objects.bulk_create(User(email=name) for name in names)
        Booking.objects.bulk_create(
            Booking(
                reference=f"R{n}", venue=venue, guest=guest, state="confirmed", starts_at=NOW, ends_at=DUE,
                currency="EUR", created_at=NOW,
            )
            for n, guest in enumerate(guests)
        )  # fmt: skip

        operations.write_due(now=DUE)

        letter = Notice.objects.get().letter
        assert f"Guests: {number:,} (new)" in letter["text"]
        assert ("file" in letter) == is_enclosed

    def test_names_the_venue_or_how_many_they_are(self, manager):
        room(office("other"), "Birch")
        works_at(manager, Venue.objects.get(slug="other"), "manager")
        ordered(manager)
        ordered(manager, venue="other")

        operations.write_due(now=DUE)

        assert [notice.letter["subject"] for notice in Notice.objects.order_by("pk")] == [
            "Occupancy of 2 venues, 23 November 2026",
            "Occupancy of Other, 23 November 2026",
        ]

    def test_waits_for_who_may_not_log_in_and_is_not_forgotten(self, manager):
        ordered(manager)
        User.objects.update(is_active=False)

        assert operations.write_due(now=DUE) == 0
        User.objects.update(is_active=True)
        assert operations.write_due(now=DUE) == 1

    def test_happens_once_however_often_the_clock_looks(self, manager):
        ordered(manager)

        assert [operations.write_due(now=DUE) for _ in range(3)] == [1, 0, 0]
        assert Notice.objects.count() == 1

    def test_comes_before_its_time_to_nobody(self, manager):
        ordered(manager)

        assert operations.write_due(now=DUE - timedelta(seconds=1)) == 0

    def test_ends_when_they_manage_no_venue_any_more(self, manager):
        ordered(manager)
        Membership.objects.all().delete()

        assert operations.write_due(now=DUE) == 0
        assert not ReportMail.objects.exists()
        assert not Notice.objects.exists()

    def test_is_sent_as_every_other_letter(self, manager):
        ordered(manager)
        operations.write_due(now=DUE)

        claimed = letters.claim(now=DUE)
        sent = letters.prepare(claimed, now=DUE).as_message()

        assert (sent.to, sent.subject) == (["maya@example.com"], "Occupancy of Office, 23 November 2026")
        assert [one[0] for one in sent.attachments] == ["occupancy-2026-11-23-2026-11-23.csv"]
        assert "Message-ID" in sent.message()

    def test_is_sent_to_nobody_who_has_left(self, manager):
        ordered(manager)
        operations.write_due(now=DUE)
        type(manager).objects.update(is_active=False)

        assert letters.prepare(letters.claim(now=DUE), now=DUE) is None
        assert Notice.objects.get().state == "skipped"


def test_a_page_orders_and_stops_it(manager):
    client = Client()
    client.force_login(manager)

    made = client.post("/reports/occupancy/mail/", {"every": "week", "by": "type"}, follow=True)
    assert "Every week" in made.content.decode()
    key = ReportMail.objects.get().pk
    assert client.post(f"/reports/mails/{key}/stop/").status_code == 303
    assert client.post(f"/reports/mails/{key}/stop/").status_code == 404
    assert Client().post("/reports/occupancy/mail/", {"every": "week"}).status_code == 302
