"""Every table of the admin: who may see its rows, add one, change and delete them, in one table."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib import admin
from django.db.models import DateField
from django.test import Client

from accounts import roles
from notifications.models import Notice
from rooms.models import Amenity
from tests.doors import WHO, Try, World, admin_action, build, page
from tests.worlds import person

pytestmark = pytest.mark.django_db
SUPERUSERS, NOBODY, EVERY_ROLE = "superusers", "nobody", "whoever works anywhere"
LOOK = (SUPERUSERS, NOBODY, NOBODY, NOBODY)
FORGET = (SUPERUSERS, NOBODY, NOBODY, SUPERUSERS)
TABLES = {
    #                      see           add               change        delete
    "rooms.venue": ("see_titles", SUPERUSERS, "edit_venue", NOBODY),  # it has rooms
    "rooms.room": ("see_titles", "edit_venue", "edit_venue", "edit_venue"),
    "rooms.roomtype": ("see_titles", "edit_venue", "edit_venue", "edit_venue"),
    "rooms.policy": ("see_titles", "edit_venue", "edit_venue", "edit_venue"),
    "rooms.quota": ("see_titles", "edit_venue", "edit_venue", "edit_venue"),
    "rooms.question": ("see_titles", "edit_venue", "edit_venue", "edit_venue"),
    "rooms.rate": ("see_titles", "edit_venue", "edit_venue", "edit_venue"),
    "rooms.amenity": (EVERY_ROLE, "edit_venue", SUPERUSERS, SUPERUSERS),
    "rooms.route": ("see_titles", "edit_venue", "edit_venue", "edit_venue"),
    "rooms.departure": ("see_titles", NOBODY, NOBODY, NOBODY),
    "rooms.booking": ("see_titles", "book_for_others", NOBODY, NOBODY),
    "rooms.blocking": ("see_titles", "block", NOBODY, NOBODY),
    "rooms.display": ("see_titles", "hang", NOBODY, NOBODY),
    "rooms.allocation": ("see_titles", NOBODY, NOBODY, NOBODY),
    "rooms.change": ("see_history", NOBODY, NOBODY, NOBODY),
    "accounts.user": (SUPERUSERS, SUPERUSERS, SUPERUSERS, SUPERUSERS),
    "accounts.acting": LOOK,
    "payments.payment": LOOK,
    "payments.refund": LOOK,
    "payments.ledgerentry": LOOK,
    "payments.balance": LOOK,
    "payments.gatewayevent": LOOK,
    "notifications.webhook": FORGET,
    "notifications.delivery": FORGET,
    "notifications.notice": LOOK,
    "notifications.calendarfeed": FORGET,
    "notifications.incomingcalendar": ("edit_venue", "edit_venue", NOBODY, NOBODY),
}


def _notice(world: World) -> Notice:
    return Notice.objects.get()


# What else the admin offers, beside what tests/test_every_door.py tries: who may, and whether of any venue.
MORE = [
    ("edit_venue", page("/admin/rooms/room/many/"), True),
    ("edit_venue", page("/admin/rooms/room/import/"), True),
    ("edit_venue", admin_action("rooms.room", "unarchive", lambda w: w.spare), False),
    ("see_titles", admin_action("rooms.room", "export_csv", lambda w: w.spare), False),
    ("edit_venue", admin_action("rooms.route", "generate", lambda w: w.departure.route), False),
    (SUPERUSERS, page("/admin/accounts/user/{w.member.user_id}/password/"), False),
    *(
        (SUPERUSERS, admin_action("accounts.user", name, lambda w: w.member.user), False)
        for name in ("let_in", "keep_out", "log_out", "close")
    ),
    *(
        ("edit_venue", admin_action("notifications.incomingcalendar", name, lambda w: w.calendar), False)
        for name in ("read_now", "remove")
    ),
    (SUPERUSERS, admin_action("notifications.notice", "send_again", _notice), False),
]
TRIED_ELSEWHERE = {"admin action accounts.user.act_for"}  # tests/accounts/test_acting.py


@pytest.fixture
def world():
    Amenity.objects.create(slug="screen", name="Screen")
    return build()


def doors() -> Iterator[str]:
    """Yield what every door is called that is tried here."""
    for label in TABLES:
        name = label.replace(".", "_")
        yield from (f"admin:{name}_{what}" for what in ("changelist", "add", "change", "delete", "history"))
    yield from (one.door(NOWHERE) for _, one, _ in MORE)
    yield from TRIED_ELSEWHERE


class _Nowhere:
    def __getattr__(self, name):
        return self

    def __format__(self, how):
        return "1"


NOWHERE: Any = _Nowhere()


def _tries(label: str, row: Any) -> Iterator[tuple[str, Try, bool]]:
    """Yield who may, each try, and whether it is of no venue, so that a role at any venue will do."""
    see, add, change, delete = TABLES[label]
    at = f"/admin/{label.replace('.', '/')}/"
    past = see if see == SUPERUSERS else "see_history"
    anywhere = label != "rooms.route"  # these are of whoever runs vehicles
    yield see, page(at), anywhere
    yield add, page(f"{at}add/"), anywhere
    yield see, page(f"{at}{row.pk}/change/"), False
    yield change, page(f"{at}{row.pk}/change/", lambda world: {}), False
    yield delete, page(f"{at}{row.pk}/delete/"), False
    yield past, page(f"{at}{row.pk}/history/"), label == "rooms.amenity"


def expected(who: str, action: str, world: World, *, anywhere: bool) -> bool:
    user = world.people[who]
    if action == NOBODY:
        return False
    if action == SUPERUSERS:
        return who == "superuser"
    if action == EVERY_ROLE:
        return who in ("staff", "manager", "owner", "superuser", "elsewhere")
    return roles.may(user, action, world.place.pk) or (anywhere and who == "elsewhere")


def test_every_table_of_the_admin_has_its_row():
    assert set(TABLES) == {model._meta.label_lower for model in admin.site._registry}


@pytest.mark.parametrize("who", WHO)
def test_what_a_row_says_is_what_the_admin_does(who, world):
    wrong = []
    models = {model._meta.label_lower: model for model in admin.site._registry}
    tries = [("", *one) for one in MORE]
    for label in TABLES:
        own = world.place.rooms if label == "rooms.room" else models[label]._default_manager
        row = own.order_by("pk").first()
        assert row is not None, label
        tries += [(label, *one) for one in _tries(label, row)]
    for label, action, one, anywhere in tries:
        if one(world, who) != expected(who, action, world, anywhere=anywhere):
            wrong.append(f"{label} {one.door(world)}: {action}")

    assert wrong == []


class TestAFilterThatNoRowCanMatch:
    @pytest.fixture
    def root(self):
        browser = Client()
        browser.force_login(person("ada", is_staff=True, is_superuser=True))
        return browser

    @pytest.mark.parametrize("year", ["99999", "-1", "0", "9" * 30])
    def test_is_answered_with_the_list_unfiltered_at_every_table(self, root, year):
        odd = []
        for model in admin.site._registry:
            at = f"/admin/{model._meta.label_lower.replace('.', '/')}/"
            for field in model._meta.fields:
                if isinstance(field, DateField):
                    answer = root.get(at, {f"{field.name}__year": year})
                    if (answer.status_code, answer.get("Location")) != (302, f"{at}?e=1"):
                        odd.append((at, field.name, answer.status_code))

        assert odd == []

    def test_leaves_the_list_that_the_answer_leads_to(self, root):
        answer = root.get("/admin/accounts/user/?date_joined__year=-1", follow=True)

        assert [row.email for row in answer.context["cl"].result_list] == ["ada@example.com"]

    def test_may_not_be_a_pattern(self, root):
        assert root.get("/admin/accounts/user/", {"name__regex": "("}).status_code == 400
