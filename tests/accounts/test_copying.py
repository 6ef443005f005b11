"""A copy of everything that the site knows of a person, and of nobody else."""

import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts import operations
from accounts.models import User
from notifications.calendars.operations import make_feed
from notifications.calendars.tokens import token_of
from notifications.operations import subscribe
from payments import operations as money
from rooms import operations as rooms
from tests.accounts.conftest import PASSWORD
from tests.days import span
from tests.worlds import office, person, rate, room, works_at

pytestmark = pytest.mark.django_db
PAGE = "/accounts/data/"


@pytest.fixture
def insider(guest, browser):
    browser.log_in()
    return browser


@pytest.fixture
def aurora():
    found = room(office(hours=None))
    rate(found.venue, 2400)
    return found


def copy(browser, password=PASSWORD):
    return browser.post(PAGE, {"password": password})


def told(browser):
    return json.loads(copy(browser).getvalue())


# What refers to a person, and where: in their copy, or only by number, for what others keep.
TOLD = """
accounts.acting.by accounts.acting.person accounts.invitation.invited_by accounts.membership.user
accounts.refreshtoken.user account.emailaddress.user socialaccount.socialaccount.user admin.logentry.user
rooms.booking.guest rooms.change.by
rooms.message.author rooms.participant.person rooms.waitlistentry.guest rooms.watch.person
rooms.savedview.owner rooms.roomright.person
notifications.calendarfeed.owner notifications.mailpreference.user notifications.notice.recipient
notifications.reportmail.owner notifications.webhook.owner
"""
BY_NUMBER = """
rooms.participant.invited_by
rooms.blocking.created_by rooms.booking.booked_by rooms.change.guest rooms.display.created_by
rooms.idempotencykey.guest rooms.idempotencykey.owner rooms.roomright.given_by rooms.passenger.used_by
payments.payment.by payments.refund.by
notifications.incomingcalendar.created_by accounts.user_groups.user accounts.user_user_permissions.user
"""


def test_every_table_that_refers_to_a_person_is_thought_of():
    """What is new here belongs into docs/privacy.md too, and what is erased with an account into a Keeper."""
    refers = {
        f"{one.related_model._meta.label_lower}.{one.field.name}"
        for one in User._meta.get_fields(include_hidden=True)
        if one.auto_created and not one.concrete and one.related_model is not None
    }

    assert refers == {*TOLD.split(), *BY_NUMBER.split()}


class TestACopy:
    def test_is_a_file_of_everything_that_is_kept(self, insider, guest, aurora):
        diet = aurora.venue.questions.create(text="Any diet?")
        details = rooms.Details("Interview", 1, "Bring coffee", None, "34 AB 1234", {diet.pk: "No nuts"})
        booking = rooms.book(aurora, span(9, 10), by=guest, details=details)
        money.take_at_desk(booking, "cash", by=None)
        make_feed(by=guest)
        subscribe("https://example.com/hook", by=guest)
        works_at(guest, aurora.venue)
        rooms.watch(aurora.pk, by=guest)
        rooms.give_rights(aurora, rooms.Given(people={guest.email: ["repeat"]}), by=None)

        answer = copy(insider)

        found = json.loads(answer.getvalue())
        assert answer.headers["Content-Type"] == "application/json; charset=utf-8"
        assert answer.headers["Content-Disposition"].startswith('attachment; filename="reserve-')
        assert "no-store" in answer.headers["Cache-Control"]
        assert found["account"][0]["email"] == "guest@example.com"
        assert found["roles"] == [{"role": "staff", "venue": "Office"}]
        [one] = found["bookings"]
        assert (one["reference"], one["rooms"], one["plate"]) == (booking.reference, ["Aurora"], "34 AB 1234")
        assert one["answers"] == [{"question": "Any diet?", "answer": "No nuts"}]
        assert [row["what"] for row in found["history"]] == ["booked"]
        assert [(row["room"], row["by_mail"]) for row in found["watches"]] == [("Aurora", False)]
        assert [(row["room"], row["verbs"]) for row in found["rights"]] == [
            ("Aurora", ["see", "book", "repeat"])
        ]
        assert [row["captured"] for row in found["payments"]] == ["24.00"]
        assert [row["url"] for row in found["webhooks"]] == ["https://example.com/hook"]
        assert " ".join(found) == (
            "site written_at account roles log_ins_of_programs log_ins_at_a_provider invitations "
            "superusers_acted acted_for_others done_in_the_admin bookings messages invited_to waitlist "
            "watches rights saved_views history payments refunds mails_wanted mails calendars webhooks "
            "reports_by_mail"
        )

    def test_has_what_was_written_about_ones_bookings_and_names_nobody_who_answered(
        self, insider, guest, aurora
    ):
        booking = rooms.book(aurora, span(9, 10), by=guest)
        rooms.write_message(booking, "problem", "The screen is black.", by=guest)
        rooms.write_message(booking, "answer", "We come.", by=works_at(person("carl"), aurora.venue))

        found = told(insider)

        assert [(row["kind"], row["text"], row["written_by_oneself"]) for row in found["messages"]] == [
            ("problem", "The screen is black.", True),
            ("answer", "We come.", False),
        ]
        assert {row["booking"] for row in found["messages"]} == {booking.reference}
        assert "carl" not in json.dumps(found).lower()

    def test_says_that_one_wrote_to_guests_and_not_what_is_said_about_them(self, insider, guest, aurora):
        booking = rooms.book(aurora, span(9, 10), by=person("ada"))
        works_at(guest, aurora.venue)
        rooms.write_message(booking, "answer", "Get well, Ada.", by=guest)

        [row] = told(insider)["messages"]

        assert (row["booking"], row["kind"]) == (booking.reference, "answer")
        assert row["written_by_oneself"]
        assert "text" not in row

    def test_has_no_secret_in_it(self, insider, guest):
        feed = make_feed(by=guest)
        hook = subscribe("https://example.com/hook", by=guest)
        pair = operations.begin_login(guest)

        text = copy(insider).getvalue().decode()

        guest.refresh_from_db()
        secrets = [token_of(feed.uuid), str(feed.uuid), hook.secret, guest.password, guest.login_stamp]
        assert [secret for secret in (*secrets, pair.refresh.partition(".")[0]) if secret in text] == []

    def test_tells_of_nobody_else(self, insider, aurora):
        rival = person("rival")
        rooms.book(aurora, span(9, 10), by=rival, details=rooms.Details(title="Merger"))

        found = told(insider)

        assert (found["bookings"], found["history"], found["payments"]) == ([], [], [])

    def test_asks_for_the_password(self, insider):
        assert "Password" in insider.get(PAGE).content.decode()

        assert copy(insider, "not the password").headers["Content-Type"].startswith("text/html")

    def test_is_made_five_times_an_hour(self, insider):
        answers = [copy(insider).status_code for _ in range(6)]

        assert answers == [200] * 5 + [429]

    def test_costs_the_same_for_one_booking_and_for_thirty(self, insider, guest, aurora):
        def queries():
            with CaptureQueriesContext(connection) as found:
                told(insider)
            return len(found)

        rooms.book(aurora, span(0, 0.5), by=guest)
        one = queries()
        for half in range(1, 30):
            rooms.book(aurora, span(half / 2, half / 2 + 0.5), by=guest)

        assert queries() == one

    def test_is_of_whoever_is_logged_in(self, db, browser):
        assert browser.get(PAGE).url == f"/accounts/login/?next={PAGE}"
