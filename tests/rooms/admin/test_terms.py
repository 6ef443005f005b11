"""Policies, prices and amenities in the admin: in words and amounts that people use."""

import pytest

from rooms.models import (
    Amenity,
    Policy,
    Rate,
    RoomType,
    Venue,
)
from rooms.queries import terms_of_venue
from tests.rooms.admin.desk import (
    address,
    fields_of,
    listing,
    save,
)
from tests.worlds import rate, room

pytestmark = pytest.mark.django_db


class TestTerms:
    def policy(self, browser, venue, **changes):
        return save(browser, address(venue.policies.get()), **changes)

    def test_of_a_taken_name_are_refused_in_words(self, desk, harbour):
        Policy.objects.create(venue=harbour, name="Strict")
        own = harbour.policies.get(name="Standard")

        answer = save(desk, address(own), name="Strict")

        assert answer.status_code == 200
        assert own.name in str(Policy.objects.get(pk=own.pk))

    def test_take_cancellation_steps_one_a_line(self, desk, harbour):
        assert self.policy(desk, harbour, cancellation_steps="24: 50\n48 100%").status_code == 302

        assert harbour.policies.get().cancellation_steps == [[48, 100], [24, 50]]
        assert "48: 100\n24: 50" in desk.get(address(harbour.policies.get())).content.decode()

    @pytest.mark.parametrize("steps", ["soon", "48", "48: 101", "-1: 5", "99999: 5", "1: 2: 3", "one: two"])
    def test_refuse_steps_that_mean_nothing(self, desk, harbour, steps):
        assert self.policy(desk, harbour, cancellation_steps=steps).status_code == 200
        assert harbour.policies.get().cancellation_steps == []

    @pytest.mark.parametrize("name", ["min_notice_minutes", "max_minutes", "cancel_until_minutes"])
    def test_refuse_minutes_that_no_calendar_holds(self, desk, harbour, name):
        answer = self.policy(desk, harbour, **{name: 2_000_000_000})

        assert "which is a year" in answer.content.decode()

    def test_say_how_a_booking_is_paid_and_when_nobody_is_waited_for_any_more(self, desk, harbour):
        sent = {"payment": "online", "deposit_percent": "30", "no_show_minutes": "45"}

        assert self.policy(desk, harbour, **sent).status_code == 302

        own = harbour.policies.get()
        assert (own.payment, own.deposit_percent, own.no_show_minutes) == ("online", 30, 45)

    @pytest.mark.parametrize(
        "sent",
        [{"payment": "barter"}, {"deposit_percent": 0}, {"deposit_percent": 101}, {"no_show_minutes": 10**9}],
    )
    def test_refuse_payment_that_cannot_be(self, desk, harbour, sent):
        assert self.policy(desk, harbour, **sent).status_code == 200
        assert harbour.policies.get().payment == "either"

    def test_changed_reach_the_boards(self, desk, harbour, heard, django_capture_on_commit_callbacks):
        own = room(harbour)
        with django_capture_on_commit_callbacks(execute=True):
            self.policy(desk, harbour, step_minutes=30)

        harbour.refresh_from_db()
        assert terms_of_venue(harbour).rooms[own.pk].policy.step_minutes == 30
        assert heard

    def test_a_type_takes_the_venue_of_its_policy(self, desk, harbour):
        new = {
            "name": "Hall",
            "noun": "Hall",
            "capacity": 50,
            "unit": "hour",
            "policy": harbour.policies.get().pk,
        }

        assert save(desk, f"{listing('roomtype')}add/", **new).status_code == 302

        assert RoomType.objects.get(name="Hall").venue == harbour


class TestMoney:
    def price(self, browser, kind, typed):
        return save(
            browser,
            address(kind),
            **{
                "rates-TOTAL_FORMS": 1,
                "rates-0-name": "Standard",
                "rates-0-amount": typed,
                "rates-0-unit": "hour",
                "rates-0-min_units": 1,
                "rates-0-priority": 0,
                "rates-0-weekdays": [5, 6],
            },
        )

    @pytest.mark.parametrize(
        ("currency", "typed", "kept", "read"),
        [
            ("EUR", "24.00", 2400, "24.00 EUR"),
            ("EUR", "24", 2400, "24.00 EUR"),
            ("EUR", "0.07", 7, "0.07 EUR"),
            ("EUR", "1e3", 100000, "1000.00 EUR"),
            (
                "EUR",
                "9007199254740.93",
                900719925474093,
                "9007199254740.93 EUR",
            ),  # floats would lose the cent
            ("JPY", "2400", 2400, "2400 JPY"),  # no cents
            ("KWD", "1.234", 1234, "1.234 KWD"),  # a thousand fils
        ],
    )
    def test_is_typed_and_read_as_people_write_it_and_kept_exactly(
        self, desk, harbour, currency, typed, kept, read
    ):
        Venue.objects.filter(pk=harbour.pk).update(currency=currency)

        assert self.price(desk, harbour.types.get(), typed).status_code == 302

        own = Rate.objects.get()
        assert (own.amount, own.weekdays) == (kept, [5, 6])
        assert read in desk.get(listing("rate")).content.decode()
        assert read.split()[0] in desk.get(address(harbour.types.get())).content.decode()

    @pytest.mark.parametrize(
        ("currency", "typed"),
        [
            ("EUR", "24.005"),
            ("EUR", "-1"),
            ("EUR", "NaN"),
            ("EUR", "Infinity"),
            ("EUR", "1e99"),
            ("EUR", "1e999999999"),
            ("EUR", "twenty"),
            ("EUR", ""),
            ("JPY", "24.50"),
        ],
    )
    def test_that_is_none_is_refused(self, desk, harbour, currency, typed):
        Venue.objects.filter(pk=harbour.pk).update(currency=currency)

        assert self.price(desk, harbour.types.get(), typed).status_code == 200
        assert not Rate.objects.exists()

    def test_of_a_rate_on_its_own_page_is_in_the_currency_of_the_types_venue(self, desk, harbour):
        Venue.objects.filter(pk=harbour.pk).update(currency="JPY")
        new = {
            "type": harbour.types.get().pk,
            "name": "Night",
            "unit": "night",
            "min_units": 1,
            "priority": 0,
        }

        assert save(desk, f"{listing('rate')}add/", amount="24.50", **new).status_code == 200
        assert save(desk, f"{listing('rate')}add/", amount="2450", **new).status_code == 302
        own = Rate.objects.get()
        assert own.amount == 2450

        fields = fields_of(desk, address(own))
        assert fields["amount"] == "2450"
        save(desk, address(own), name="Late")
        own.refresh_from_db()
        assert (own.name, own.amount) == ("Late", 2450)


def test_what_a_type_costs_is_read_by_who_may_not_change_it(clerk, harbour):
    own = rate(harbour, 2450)

    for page in (address(own), address(own.type)):
        answer = clerk.get(page)
        assert answer.status_code == 200
        assert not answer.context["has_change_permission"]
        assert "24.50 EUR" in answer.content.decode()


class TestAmenities:
    def test_are_added_by_managers_and_changed_by_superusers(self, desk, root):
        assert (
            save(desk, f"{listing('amenity')}add/", name="Piano", slug="piano", icon="piano").status_code
            == 302
        )
        own = Amenity.objects.get()

        assert desk.post(address(own), {"name": "Organ"}).status_code == 403
        save(root, address(own), name="Grand piano", slug="grand")
        own.refresh_from_db()
        assert (own.name, own.slug) == ("Grand piano", "piano")

    def test_have_icons_that_can_be_drawn(self, desk):
        answer = save(desk, f"{listing('amenity')}add/", name="Piano", slug="piano", icon="no-such-icon")

        assert "There is no such icon" in answer.content.decode()

    def test_that_a_room_has_are_not_deleted(self, root, harbour):
        own = Amenity.objects.create(slug="screen", name="Screen")
        room(harbour).amenities.add(own)

        assert root.post(f"{listing('amenity')}{own.pk}/delete/", {"post": "yes"}).status_code == 403
