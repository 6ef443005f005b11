"""What new rows begin as at each kind of venue, and oddities that are refused instead of kept in silence."""

from datetime import time

import pytest

from rooms.models import OpeningException, OpeningHours, Rate, Venue
from tests.rooms.admin.desk import address, listing, save
from tests.rooms.admin.test_journeys import begun
from tests.travel import train
from tests.worlds import hotel, rate, room, works_at

pytestmark = pytest.mark.django_db
ADD = "/admin/rooms/venue/add/"


@pytest.fixture
def inn(manager):
    """A hotel of the person at the desk."""
    made = hotel("inn")
    works_at(manager, made, "manager")
    return made


def empty_row(browser, venue, prefix):
    """Return what a row begins as that is added to the page of the venue."""
    sets = browser.get(address(venue)).context["inline_admin_formsets"]
    [found] = [one.formset.empty_form for one in sets if one.formset.prefix == prefix]
    return {field.name: field.value() for field in found}


def new_venue(browser, **sent):
    told = {"name": "New", "slug": "new", "kind": "building", "currency": "EUR", "tax_percent": "0"}
    rows = {"opening_hours-TOTAL_FORMS": 0, "opening_hours-INITIAL_FORMS": 0}
    return browser.post(ADD, {**told, **rows, **sent})


class TestAVenue:
    def test_is_not_added_before_somebody_has_chosen_its_zone(self, root):
        assert new_venue(root, timezone="").status_code == 200
        assert not Venue.objects.exists()
        assert root.get(ADD).context["adminform"].form["timezone"].value() in ("", None)

    def test_begins_in_the_zone_that_the_site_names(self, root, settings):
        settings.DEFAULT_TIME_ZONE = "Europe/Istanbul"

        assert root.get(ADD).context["adminform"].form["timezone"].value() == "Europe/Istanbul"

    @pytest.mark.parametrize(
        ("kind", "shortest", "nights"),
        [
            ("building", 15, (None, None)),
            ("hotel", 1440, (time(15), time(11))),
            ("car_park", 15, (None, None)),
            ("vehicle", 1, (None, None)),
        ],
    )
    def test_has_the_terms_of_its_kind(self, root, kind, shortest, nights):
        assert new_venue(root, kind=kind, timezone="UTC").status_code == 302

        own = Venue.objects.get().policies.get()
        assert (own.min_minutes, (own.check_in, own.check_out)) == (shortest, nights)

    @pytest.mark.parametrize(
        ("kind", "unit", "noun"),
        [
            ("building", "hour", "Room"),
            ("hotel", "night", "Room"),
            ("car_park", "open", "Spot"),
            ("vehicle", "leg", "Seat"),
        ],
    )
    def test_offers_types_and_terms_as_they_are_usual_there(self, desk, harbour, kind, unit, noun):
        Venue.objects.filter(pk=harbour.pk).update(kind=kind)

        row = empty_row(desk, harbour, "types")

        assert (row["unit"], row["noun"]) == (unit, noun)

    def test_gives_more_terms_of_a_hotel_their_hours_too(self, desk, inn):
        row = {"policies-1-name": "Strict", "policies-1-min_minutes": 1440}
        row |= {"policies-1-min_notice_minutes": 0, "policies-1-max_advance_days": 365}

        assert save(desk, address(inn), **{"policies-TOTAL_FORMS": 2, **row}).status_code == 302

        own = inn.policies.get(name="Strict")
        assert (own.check_in, own.check_out) == (time(15), time(11))
        assert empty_row(desk, inn, "policies")["min_minutes"] == 1440


class TestAType:
    def test_begins_as_is_usual_where_one_works(self, client, inn, manager):
        manager.memberships.exclude(venue=inn).delete()
        client.force_login(manager)

        form = client.get(f"{listing('roomtype')}add/").context["adminform"].form

        assert form["unit"].value() == "night"

    def test_is_to_be_chosen_where_venues_of_several_kinds_are(self, desk, inn):
        new = {"name": "Suite", "noun": "Suite", "capacity": 2, "policy": inn.policies.get().pk}

        assert save(desk, f"{listing('roomtype')}add/", **new, unit="").status_code == 200
        assert save(desk, f"{listing('roomtype')}add/", **new, unit="night").status_code == 302


class TestNights:
    @pytest.mark.parametrize("name", ["check_in", "check_out"])
    def test_of_a_hotel_have_an_end_and_a_beginning(self, desk, inn, name):
        assert save(desk, address(inn.policies.get()), **{name: ""}).status_code == 200
        assert save(desk, address(inn.policies.get()), **{name: "12:00"}).status_code == 302

    def test_are_asked_of_nobody_else(self, desk, harbour):
        assert save(desk, address(harbour.policies.get()), name="Other").status_code == 302

    def test_have_no_price_by_the_hour(self, desk, inn):
        kind = inn.types.get()
        sent = {"rates-TOTAL_FORMS": 1, "rates-0-name": "Standard", "rates-0-amount": "90"}
        sent |= {"rates-0-min_units": 1, "rates-0-priority": 0}

        refused = save(desk, address(kind), **sent, **{"rates-0-unit": "hour"})

        assert "is let by the night, which has no price by the hour" in refused.content.decode()
        assert not Rate.objects.exists()
        assert save(desk, address(kind), **sent, **{"rates-0-unit": "night"}).status_code == 302

    def test_have_none_beside_the_venue_and_on_its_own_page_either(self, desk, inn):
        kind = inn.types.get()
        row = {"type": kind.pk, "name": "X", "amount": "1", "unit": "hour", "min_units": 1, "priority": 0}

        beside = {"rates-TOTAL_FORMS": 1, **{f"rates-0-{name}": value for name, value in row.items()}}
        assert save(desk, address(inn), **beside).status_code == 200
        assert save(desk, f"{listing('rate')}add/", **row).status_code == 200
        assert not Rate.objects.exists()

    @pytest.mark.parametrize("page", ["type", "venue"])
    def test_do_not_come_to_a_type_that_has_one(self, desk, harbour, page):
        rate(harbour, 2400)
        kind = harbour.types.get()
        where, name = (kind, "unit") if page == "type" else (harbour, "types-0-unit")

        refused = save(desk, address(where), **{name: "night"})

        assert "It has prices by the hour" in refused.content.decode()


class TestHours:
    def add(self, browser, page, *rows, prefix="opening_hours", first=0):
        sent = {f"{prefix}-TOTAL_FORMS": first + len(rows)}
        for number, row in enumerate(rows, start=first):
            sent |= {f"{prefix}-{number}-{name}": value for name, value in row.items()}
        return save(browser, page, **sent)

    def hours(self, weekday, opens, closes):
        return {"weekday": weekday, "opens": opens, "closes": closes}

    @pytest.mark.parametrize(
        ("first", "second"),
        [
            ((1, "08:00", "20:00"), (1, "09:00", "10:00")),
            ((1, "09:00", "10:00"), (1, "08:00", "20:00")),
            ((1, "08:00", "12:00"), (1, "11:59", "14:00")),
            ((1, "20:00", "02:00"), (2, "01:00", "03:00")),
            ((6, "20:00", "02:00"), (0, "01:00", "03:00")),
            ((0, "01:00", "03:00"), (6, "20:00", "02:00")),
            ((3, "00:00", "00:00"), (3, "10:00", "11:00")),
        ],
    )
    def test_that_overlap_are_refused_in_words(self, desk, harbour, first, second):
        answer = self.add(desk, address(harbour), self.hours(*first), self.hours(*second))

        assert "These say different things of one time: " in answer.content.decode()
        assert not OpeningHours.objects.exists()

    def test_that_touch_or_leave_a_pause_are_kept(self, desk, harbour):
        rows = [(1, "08:00", "12:00"), (1, "12:00", "14:00"), (1, "15:00", "00:00"), (2, "00:00", "03:00")]

        answer = self.add(desk, address(harbour), *(self.hours(*row) for row in rows))

        assert (answer.status_code, OpeningHours.objects.count()) == (302, 4)

    def test_are_compared_with_those_of_other_pages_too(self, desk, harbour):
        for minute in range(22):
            opens, closes = time(8, minute), time(8, minute + 1)
            OpeningHours.objects.create(venue=harbour, weekday=5, opens=opens, closes=closes)

        page = f"{address(harbour)}?opening_hours=2"
        answer = self.add(desk, page, self.hours(5, "08:00", "08:01"), first=1)

        assert "These say different things" in answer.content.decode()

    def test_that_overlapped_before_keep_nobody_from_saving_others(self, desk, harbour):
        for _ in range(2):
            OpeningHours.objects.create(venue=harbour, weekday=1, opens=time(8), closes=time(9))

        answer = self.add(desk, address(harbour), self.hours(2, "08:00", "09:00"), first=2)

        assert answer.status_code == 302

    def test_of_one_room_are_looked_at_by_themselves(self, desk, harbour):
        OpeningHours.objects.create(venue=harbour, weekday=1, opens=time(8), closes=time(20))
        own = room(harbour)

        assert self.add(desk, address(own), self.hours(1, "09:00", "10:00")).status_code == 302
        refused = self.add(desk, address(own), self.hours(1, "09:30", "10:30"), first=1)
        assert "These say different things" in refused.content.decode()

    @pytest.mark.parametrize(
        ("second", "is_kept"), [(("", ""), False), (("11:00", "13:00"), False), (("12:00", "13:00"), True)]
    )
    def test_of_one_date_agree(self, desk, harbour, second, is_kept):
        rows = [
            {"date": "2026-12-24", "opens": opens, "closes": closes}
            for opens, closes in [("08:00", "12:00"), second]
        ]

        answer = self.add(desk, address(harbour), *rows, prefix="opening_exceptions")

        assert (answer.status_code == 302) is is_kept
        assert OpeningException.objects.count() == (2 if is_kept else 0)


class TestAStop:
    def without_zones(self, vehicle):
        return {
            name: "" if name.endswith("-timezone") else value for name, value in begun("new", vehicle).items()
        }

    def test_runs_by_the_clocks_of_its_vehicle(self, root):
        vehicle = train("express")
        Venue.objects.filter(pk=vehicle.pk).update(timezone="Europe/Oslo")
        train("other")

        root.post(f"{listing('route')}add/", self.without_zones(vehicle))

        assert {stop.timezone for stop in vehicle.timetables.get().route.stops.all()} == {"Europe/Oslo"}

    def test_is_asked_for_its_zone_where_nothing_says_it(self, root):
        Venue.objects.filter(pk=train("express").pk).update(timezone="Europe/Oslo")
        train("other")

        refused = root.post(f"{listing('route')}add/", self.without_zones(None))

        assert "Say its time zone" in refused.content.decode()
