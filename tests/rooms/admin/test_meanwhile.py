"""The page of a venue, when somebody else was quicker, or what was sent is no form of ours."""

import pytest
from django.conf import settings
from django.db.models.signals import pre_save

from rooms.models import OpeningException, OpeningHours, Policy, Quota, Rate, Room, RoomType, Venue
from rooms.operations import archiving
from tests.rooms.admin.desk import address, beside, errors_of, fields_of, save
from tests.worlds import rate, room, rooms

pytestmark = pytest.mark.django_db


class TestMeanwhile:
    def test_what_somebody_else_changed_is_not_changed_back(self, desk, harbour):
        own = room(harbour)
        stale = fields_of(desk, address(harbour))
        Room.objects.update(name="Cedar", floor="4")

        assert desk.post(address(harbour), stale | {"city": "Izmir"}).status_code == 302

        own.refresh_from_db()
        assert (own.name, own.floor) == ("Cedar", "4")
        assert Venue.objects.get(pk=harbour.pk).city == "Izmir"

    def test_what_both_changed_is_refused_once_and_then_taken(self, desk, harbour):
        own = room(harbour)
        stale = fields_of(desk, address(harbour)) | {"rooms-0-name": "Birch"}
        Room.objects.update(name="Cedar")

        answer = desk.post(address(harbour), stale)

        (sentence,) = errors_of(answer)
        assert sentence == (
            "Somebody else has changed this meanwhile: Name is “Cedar” now. Save again to keep yours."
        )
        form = beside(answer)["rooms"].initial_forms[0]
        again = stale | {"rooms-0-seen": form["seen"].value()}
        assert desk.post(address(harbour), again).status_code == 302
        own.refresh_from_db()
        assert own.name == "Birch"

    def test_a_price_that_both_changed_is_told_as_people_write_it(self, desk, harbour):
        rate(harbour, 2400)
        stale = fields_of(desk, address(harbour)) | {"rates-0-amount": "30.00"}
        Rate.objects.update(amount=2550)

        (sentence,) = errors_of(desk.post(address(harbour), stale))

        assert "Price in EUR is “25.50” now" in sentence

    def test_what_somebody_else_removed_is_missed_only_where_it_was_changed(self, desk, harbour):
        gone, own = room(harbour, "Gone"), room(harbour, "Own", order=1)
        stale = fields_of(desk, address(harbour)) | {"rooms-1-name": "Cedar"}
        archiving.archive(gone)

        answer = desk.post(address(harbour), stale | {"rooms-0-name": "Birch"})
        assert errors_of(answer) == ["Somebody else has removed this meanwhile."]
        assert desk.post(address(harbour), stale).status_code == 302

        own.refresh_from_db()
        gone.refresh_from_db()
        assert (own.name, gone.name) == ("Cedar", "Gone")

    def test_what_somebody_else_changed_is_removed_only_by_who_has_seen_it(self, desk, harbour):
        own = room(harbour)
        stale = fields_of(desk, address(harbour)) | {"rooms-0-DELETE": "on"}
        Room.objects.update(name="Cedar")

        answer = desk.post(address(harbour), stale)

        assert errors_of(answer) == [
            "Somebody else has changed this meanwhile: Name is “Cedar” now. Save again to remove it."
        ]
        own.refresh_from_db()
        assert own.archived_at is None
        form = beside(answer)["rooms"].initial_forms[0]
        assert form["name"].value() == "Cedar"
        assert desk.post(address(harbour), stale | {"rooms-0-seen": form["seen"].value()}).status_code == 302
        own.refresh_from_db()
        assert own.archived_at is not None

    def test_what_it_refuses_for_a_reason_of_its_own_is_compared_once_that_is_right(self, desk, harbour):
        room(harbour)
        stale = fields_of(desk, address(harbour))
        Room.objects.update(floor="4")

        answer = desk.post(address(harbour), stale | {"rooms-0-capacity": "x"})
        assert errors_of(answer) == ["Enter a whole number."]
        form = beside(answer)["rooms"].initial_forms[0]
        again = stale | {"rooms-0-capacity": "9", "rooms-0-seen": form["seen"].value()}
        (sentence,) = errors_of(desk.post(address(harbour), again))

        assert "Floor is “4” now" in sentence
        assert Room.objects.get().floor == "4"

    @pytest.mark.parametrize("rival", ["takes the name", "removes the row"])
    def test_a_rival_between_the_check_and_the_save_is_a_refusal(self, desk, harbour, rival):
        own = room(harbour)

        def strike(instance, **kwargs):
            if instance.name == "Cedar" and instance.pk == own.pk:
                pre_save.disconnect(strike, sender=Room)
                if rival == "takes the name":
                    room(harbour, "Cedar")
                else:
                    Room.objects.filter(pk=own.pk).delete()

        pre_save.connect(strike, sender=Room)
        answer = save(desk, address(harbour), **{"rooms-0-name": "Cedar"})

        assert errors_of(answer)[0].startswith("Somebody else changed the same a moment ago.")
        assert [one.name for one in Room.objects.all()] == ["Aurora"]

    def test_only_what_was_changed_is_written(self, desk, harbour):
        own = room(harbour)

        def rival(instance, **kwargs):
            Room.objects.filter(pk=instance.pk).update(revision=7, x=1.5, floor="4", capacity=3)

        pre_save.connect(rival, sender=Room)
        save(desk, address(harbour), **{"rooms-0-name": "Cedar"})
        pre_save.disconnect(rival, sender=Room)

        own.refresh_from_db()
        assert (own.name, own.revision, own.x, own.floor, own.capacity) == ("Cedar", 7, 1.5, "4", 3)


ODD = ["", "x", "-5", "999999999", "99999999999999999999999", "\x00"]


class TestTampered:
    @pytest.mark.parametrize("value", ODD)
    @pytest.mark.parametrize("field", ["TOTAL_FORMS", "INITIAL_FORMS", "0-id", "0-seen", "0-DELETE"])
    @pytest.mark.parametrize("name", ["rates", "rooms"])
    def test_fields_never_make_it_stumble(self, desk, harbour, name, field, value):
        room(harbour)
        rate(harbour, 2400)
        OpeningHours.objects.create(venue=harbour, weekday=0, opens="08:00", closes="09:00")

        answer = save(desk, address(harbour), **{f"{name}-{field}": value})

        assert answer.status_code in (200, 302)
        removed = field == "0-DELETE" and value != "" and name == "rates"
        assert [one.amount for one in Rate.objects.all()] == ([] if removed else [2400])
        assert Room.objects.count() == 1

    @pytest.mark.parametrize("value", ["\x00", "x", "-1", "9" * 30, "é" * 200])
    def test_values_of_any_field_never_make_it_stumble(self, desk, harbour, value):
        room(harbour)
        rate(harbour, 2400)
        OpeningHours.objects.create(venue=harbour, weekday=0, opens="08:00", closes="09:00")
        OpeningException.objects.create(venue=harbour, date="2027-01-01")
        sent = fields_of(desk, address(harbour))

        names = [name for name in sent if name[-1:].isalpha() and "-0-" in name]
        for some in (names[at : at + 8] for at in range(0, len(names), 8)):
            odd = dict.fromkeys(some, value)
            assert desk.post(address(harbour), sent | odd).status_code in (200, 302), some

    def test_a_page_without_any_rows_sent_is_refused_in_words(self, desk, harbour):
        answer = desk.post(address(harbour), {"name": "Harbour"})

        assert any("ManagementForm data is missing" in sentence for sentence in errors_of(answer))

    def test_more_rows_than_the_page_takes_are_refused_in_words(self, desk, harbour):
        sent = {"rooms-TOTAL_FORMS": "26"}
        for number in range(26):
            sent |= {
                f"rooms-{number}-name": f"N{number}",
                f"rooms-{number}-type": str(harbour.types.get().pk),
            }
            sent[f"rooms-{number}-order"] = "0"

        answer = save(desk, address(harbour), **sent)

        assert errors_of(answer) == ["25 rows at once are the most: save, then add the rest."]
        assert not Room.objects.exists()


def test_as_many_rows_as_the_page_takes_are_fewer_fields_than_a_form_may_have(desk, harbour):
    kind, terms = harbour.types.get(), harbour.policies.get()
    sets = beside(desk.get(address(harbour)))
    most = {name: rows.max_num for name, rows in sets.items()}
    rooms(harbour, 60)
    for number in range(60):
        OpeningHours.objects.create(venue=harbour, weekday=number % 7, opens="08:00", closes="09:00")
        OpeningException.objects.create(venue=harbour, date=f"2027-0{number % 9 + 1}-11")
        RoomType.objects.create(venue=harbour, name=f"Type {number}", policy=terms)
        Policy.objects.create(venue=harbour, name=f"Policy {number}")
        Rate.objects.create(type=kind, amount=number, weekdays=[0, 1, 2, 3, 4, 5])
    Quota.objects.create(venue=harbour, most=2)
    shown = desk.get(address(harbour))

    sent = 0
    for name, rows in beside(shown).items():
        widest = max(rows.initial_forms, key=len_of)
        # Besides the rows, a browser sends the empty one that new ones are made of, and four counts.
        sent += (most[name] + 1) * len_of(widest) + 4
    sent += len(list(shown.context["adminform"].form)) + 3  # the token, the button, and one to spare

    assert sent < settings.DATA_UPLOAD_MAX_NUMBER_FIELDS


def len_of(form):
    """Count the fields that a browser sends for a row at most: six ticked weekdays are six."""
    return sum(6 if field.name == "weekdays" else 1 for field in form)
