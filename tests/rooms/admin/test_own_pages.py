"""The page of a row of its own: it undoes nothing, and takes no text that nobody could read."""

import pytest
from django.db.models.signals import pre_save

from rooms.models import Amenity, Quota, Rate, Room, RoomPart, Route, Stop, Venue
from tests.rooms.admin.desk import address, beside, errors_of, fields_of, save
from tests.worlds import rate, room

pytestmark = pytest.mark.django_db


def line_of(harbour):
    route = Route.objects.create(slug="coast", name="Coast", mode="train")
    Stop.objects.create(route=route, position=0, place="Kars", arrives=0, departs=0)
    return route


class TestMeanwhile:
    def test_what_another_person_changed_is_told_and_kept_from_being_undone(self, desk, harbour):
        own = room(harbour, floor="2")
        older = fields_of(desk, address(own)) | {"floor": "4"}
        save(desk, address(own), capacity="3")

        answer = desk.post(address(own), older)

        (sentence,) = errors_of(answer)
        assert sentence.startswith("Somebody else has changed this meanwhile: Capacity is “3” now")
        assert answer.context["adminform"].form["floor"].value() == "4"
        own.refresh_from_db()
        assert (own.capacity, own.floor) == (3, "2")
        shown = answer.context["adminform"].form["seen"].value()
        assert desk.post(address(own), older | {"capacity": "3", "seen": shown}).status_code == 302
        own.refresh_from_db()
        assert (own.capacity, own.floor) == (3, "4")

    @pytest.mark.parametrize(
        ("make", "newer", "mine"),
        [
            (lambda v: v.policies.get(), {"needs_approval": True}, {"hold_minutes": "11"}),
            (lambda v: v.types.get(), {"capacity": 9}, {"noun": "Cabin"}),
            (lambda v: rate(v, 2400), {"amount": 2500}, {"name": "Late"}),
            (lambda v: Quota.objects.create(venue=v, most=2), {"most": 3}, {"per": "day"}),
            (lambda v: Amenity.objects.create(slug="tv", name="TV"), {"name": "Screen"}, {"icon": "tv"}),
            (lambda v: v, {"city": "Izmir"}, {"name": "Port"}),
            (line_of, {"operator": "Rail"}, {"name": "Shore"}),
        ],
        ids=["policy", "type", "rate", "quota", "amenity", "venue", "route"],
    )
    def test_it_is_so_on_every_page(self, root, harbour, make, newer, mine):
        row = make(harbour)
        older = fields_of(root, address(row)) | mine
        type(row).objects.filter(pk=row.pk).update(**newer)

        answer = root.post(address(row), older)

        assert "Somebody else has changed this meanwhile" in errors_of(answer)[0]
        ((name, value),) = newer.items()
        assert getattr(type(row).objects.get(pk=row.pk), name) == value

    def test_a_page_that_changes_nothing_leaves_what_another_person_did(self, desk, harbour):
        own, tv = room(harbour), Amenity.objects.create(slug="tv", name="TV")
        older = fields_of(desk, address(own))
        save(desk, address(own), capacity="3", amenities=[str(tv.pk)])

        assert desk.post(address(own), older).status_code == 302

        own.refresh_from_db()
        assert (own.capacity, [*own.amenities.all()]) == (3, [tv])

    def test_rows_on_it_are_not_changed_back_either(self, desk, harbour):
        price = rate(harbour, 2400)
        kind = harbour.types.get()
        older = fields_of(desk, address(kind)) | {"noun": "Cabin"}
        Rate.objects.update(amount=2550)

        assert desk.post(address(kind), older).status_code == 302

        price.refresh_from_db()
        assert (price.amount, harbour.types.get().noun) == (2550, "Cabin")

    def test_a_rival_between_the_check_and_the_save_is_a_refusal(self, desk, harbour):
        own = room(harbour)

        def takes_the_name(**kwargs):
            pre_save.disconnect(takes_the_name, sender=Room)
            room(harbour, "Cedar")

        pre_save.connect(takes_the_name, sender=Room)
        answer = save(desk, address(own), name="Cedar")

        assert errors_of(answer) == [
            "Somebody else changed the same a moment ago. Look at it again, and save it again."
        ]


class TestRowsMeanwhile:
    """The rows on the page of what they belong to."""

    def test_one_that_was_removed_keeps_nobody_from_saving_the_rest(self, desk, harbour):
        kind = harbour.types.get()
        gone, own = rate(harbour, 2400, priority=1), rate(harbour, 1800)
        older = fields_of(desk, address(kind))
        gone.delete()

        answer = desk.post(address(kind), older | {"capacity": "9", "rates-1-amount": "19.00"})

        assert answer.status_code == 302
        own.refresh_from_db()
        assert (harbour.types.get().capacity, own.amount, Rate.objects.count()) == (9, 1900, 1)

    def test_one_that_was_removed_is_missed_only_where_it_was_changed(self, desk, harbour):
        kind = harbour.types.get()
        gone, own = rate(harbour, 2400, priority=1), rate(harbour, 1800)
        older = fields_of(desk, address(kind))
        gone.delete()

        answer = desk.post(address(kind), older | {"rates-0-amount": "25.00"})

        assert errors_of(answer) == ["Somebody else has removed this meanwhile."]
        shown = list(answer.context["inline_admin_formsets"][0])
        assert [row.original for row in shown[:2]] == [None, own]

    @pytest.mark.parametrize("removed", ["part", "its room"])
    def test_a_part_that_was_removed_is_missed_by_nobody(self, desk, harbour, removed):
        hall, north, south = (room(harbour, name) for name in ("Hall", "North", "South"))
        for part in (north, south):
            RoomPart.objects.create(whole=hall, part=part)
        older = fields_of(desk, address(hall))
        (RoomPart.objects.filter(part=north) if removed == "part" else north).delete()

        assert desk.post(address(hall), older | {"capacity": "9"}).status_code == 302

        hall.refresh_from_db()
        assert (hall.capacity, [one.part for one in hall.parts.all()]) == (9, [south])

    def test_a_stop_that_was_removed_is_not_counted(self, root, harbour):
        route = line_of(harbour)
        for position, place in ((1, "Van"), (2, "Tatvan")):
            Stop.objects.create(
                route=route, position=position, place=place, arrives=60 * position, departs=60 * position
            )
        older = fields_of(root, address(route))
        Stop.objects.get(place="Van").delete()
        Stop.objects.filter(place="Tatvan").update(position=1)

        assert root.post(address(route), older | {"name": "Shore"}).status_code == 302

        stops = Stop.objects.order_by("position").values_list("position", "place")
        assert (Route.objects.get().name, [*stops]) == ("Shore", [(0, "Kars"), (1, "Tatvan")])

    def test_what_a_rival_changed_between_the_check_and_the_save_stays(self, desk, harbour):
        price = rate(harbour, 2400)

        def strike(**kwargs):
            Rate.objects.update(amount=9900)

        pre_save.connect(strike, sender=Rate)
        save(desk, address(harbour.types.get()), **{"rates-0-name": "Late"})
        pre_save.disconnect(strike, sender=Rate)

        price.refresh_from_db()
        assert (price.name, price.amount) == ("Late", 9900)

    def test_one_that_was_changed_is_removed_only_by_who_has_seen_it(self, desk, harbour):
        kind, price = harbour.types.get(), rate(harbour, 2400)
        older = fields_of(desk, address(kind)) | {"rates-0-DELETE": "on"}
        Rate.objects.update(amount=9900)

        answer = desk.post(address(kind), older)

        assert errors_of(answer) == [
            "Somebody else has changed this meanwhile: Price is “99.00” now. Save again to remove it."
        ]
        assert Rate.objects.get() == price
        form = beside(answer)["rates"].initial_forms[0]
        assert (form["amount"].value(), form["DELETE"].value()) == ("99.00", True)
        assert desk.post(address(kind), older | {"rates-0-seen": form["seen"].value()}).status_code == 302
        assert not Rate.objects.exists()

    def test_one_that_is_kept_after_all_stays_as_somebody_else_left_it(self, desk, harbour):
        kind = harbour.types.get()
        price = rate(harbour, 2400, weekdays=[5, 6])
        older = fields_of(desk, address(kind))
        Rate.objects.update(amount=9900, weekdays=[0, 1], name="Season", min_units=2)

        answer = desk.post(address(kind), older | {"rates-0-DELETE": "on"})

        form = beside(answer)["rates"].initial_forms[0]
        shown = {field.html_name: field.value() for field in form if field.name != "DELETE"}
        again = {name: value for name, value in shown.items() if value is not None}
        assert desk.post(address(kind), older | again).status_code == 302
        price.refresh_from_db()
        assert (price.amount, price.weekdays, price.name, price.min_units) == (9900, [0, 1], "Season", 2)


class TestTexts:
    @pytest.mark.parametrize(
        ("make", "field"),
        [
            (room, "floor"),
            (lambda v: v, "name"),
            (lambda v: v, "description"),
            (lambda v: v, "types-0-noun"),
            (lambda v: v.types.get(), "name"),
            (lambda v: v.policies.get(), "name"),
            (lambda v: rate(v, 2400), "name"),
            (lambda v: Amenity.objects.create(slug="tv", name="TV"), "name"),
            (line_of, "operator"),
            (line_of, "stops-0-place"),
        ],
    )
    def test_that_turn_the_reading_are_taken_nowhere(self, root, harbour, make, field):
        row = make(harbour)
        before = fields_of(root, address(row))

        answer = save(root, address(row), **{field: "Aurora \u202etxt"})

        assert "This text has characters that cannot be shown." in answer.content.decode()
        assert fields_of(root, address(row))[field] == before[field]

    @pytest.mark.parametrize("odd", ["\u202e", "\u200b", "Aurora\x07"])
    def test_of_a_room_that_nobody_could_read_are_no_name(self, desk, harbour, odd):
        save(desk, address(room(harbour)), name=odd)

        assert Room.objects.get().name == "Aurora"

    def test_of_several_lines_keep_them(self, root, harbour):
        assert save(root, address(harbour), description="Open\r\nlate").status_code == 302

        assert Venue.objects.get().description == "Open\nlate"
