"""Who may do what on a line, and that it ends when the log-in does."""

import time

import pytest

from accounts import throttle, tokens
from accounts.models import User
from accounts.operations import log_out_everywhere
from rooms import operations
from tests.days import TUE, span
from tests.line.clients import PATIENCE, Refused
from tests.worlds import PASSWORD, office, person, room, works_at

TIMES = {"start": f"{TUE}T09:00", "end": f"{TUE}T10:00"}
EVERYBODY = ("nobody", "guest", "other", "staff", "admin")
GUESTS, VISITORS = ("guest", "other"), ("nobody", "guest", "other")
TABLE = {
    # method                      params                                  refused to, with
    "venues": ({}, {}),
    "rooms": ({"venue": "office"}, {}),
    "availability": ({"venue": "office", **TIMES}, {}),
    "hold": ({"venue": "office", "count": 1, **TIMES}, {"nobody": "not_authenticated"}),
    "book": ({"venue": "office", "count": 1, **TIMES}, {"nobody": "not_authenticated"}),
    "bookings": ({}, {"nobody": "not_authenticated"}),
    "cancel": ({"reference": "the guest's"}, {"nobody": "not_authenticated", "other": "not_found"}),
    "confirm": ({"reference": "the guest's"}, {"nobody": "not_authenticated", "other": "not_found"}),
    "check_out": ({"reference": "the guest's"}, {"nobody": "not_authenticated", "other": "not_found"}),
    "watch": ({"topic": "mine"}, {"nobody": "not_authenticated"}),
    "watch desk": (
        {"topic": "desk:office"},
        {"nobody": "not_authenticated", **dict.fromkeys(GUESTS, "forbidden")},
    ),
    "rooms of a venue not shown": ({"venue": "secret"}, dict.fromkeys(VISITORS, "not_found")),
    "book at a venue not shown": (
        {"venue": "secret", "count": 1, **TIMES},
        {"nobody": "not_authenticated", **dict.fromkeys(GUESTS, "not_found")},
    ),
    "watch a venue not shown": ({"topic": "venue:secret"}, dict.fromkeys(VISITORS, "not_found")),
    "ping": ({}, {}),
    "help": ({}, {}),
}  # fmt: skip


@pytest.fixture
def world(transactional_db):
    venue, secret = office(), office("secret")
    secret.is_listed = False
    secret.save()
    room(venue), room(venue, "Birch"), room(secret)
    people = {name: person(name) for name in ("guest", "other", "staff")}
    people["admin"] = person("admin", is_superuser=True)
    works_at(people["staff"], venue), works_at(people["staff"], secret)
    return venue, people


@pytest.mark.parametrize("who", EVERYBODY)
def test_the_same_table_of_rights_holds_on_a_line(world, server, connect, who):
    venue, people = world
    wrong = {}

    for row, (params, refusals) in TABLE.items():
        held = operations.hold(venue.rooms.get(name="Birch"), span(9, 10), by=people["guest"])
        line = connect(server)
        if who != "nobody":
            line.log_in(people[who])
        asked = {**params, "reference": held.reference} if "reference" in params else params

        answer = line.ask(row.split()[0], **asked)

        code = answer.get("error", {}).get("data", {}).get("code")
        if code != refusals.get(who):
            wrong[row] = answer
        held.refresh_from_db()
        if held.state in ("held", "confirmed"):
            operations.cancel(held, by=None)
        for booking in venue.bookings.filter(state__in=["held", "confirmed"]):
            operations.cancel(booking, by=None)

    assert wrong == {}


class TestLoggingIn:
    def test_by_address_and_password_answers_who_one_is(self, world, program):
        answer = program.call("login", email=" GUEST@example.com", password=PASSWORD)

        assert answer == {"email": "guest@example.com", "name": "Guest"}

    def test_by_a_token_of_the_api(self, world, program):
        _, people = world

        assert program.call("login", token=tokens.issue(people["guest"]))["email"] == "guest@example.com"
        assert program.call("bookings") == []

    @pytest.mark.parametrize("token", ["x", "a.b.c", "ey", "x" * 4000])
    def test_by_a_forged_token_is_refused(self, world, program, token):
        with pytest.raises(Refused, match="not a token"):
            program.call("login", token=token)

    def test_as_somebody_else_needs_another_line(self, world, program):
        _, people = world
        program.log_in(people["guest"])

        with pytest.raises(Refused) as caught:
            program.log_in(people["other"])

        assert caught.value.data["code"] == "forbidden"

    def test_needs_one_way_and_not_two(self, world, program):
        for params in ({}, {"email": "a@b.c", "token": "x"}):
            with pytest.raises(Refused) as caught:
                program.call("login", **params)

            assert caught.value.data["code"] == "invalid"

    def test_says_the_same_to_an_unknown_address_and_a_wrong_password(self, world, program):
        User.objects.filter(email="other@example.com").update(is_active=False)
        said = {
            str(program.ask("login", email=f"{who}@example.com", password=password)["error"])
            for who, password in (("guest", "wrong"), ("nobody", "wrong"), ("other", PASSWORD))
        }

        assert len(said) == 1

    def test_is_refused_after_five_wrong_tries_even_with_the_right_password(self, world, server, connect):
        for _ in range(5):
            connect(server).ask("login", email="guest@example.com", password="wrong")

        with pytest.raises(Refused) as caught:
            connect(server).call("login", email="Guest@example.com", password=PASSWORD)

        assert caught.value.data["code"] == "throttled"
        assert 0 < caught.value.data["retry_after"] <= 300

    def test_is_limited_for_a_network_too_but_not_for_those_who_are_let_in(self, world, server, connect):
        _, people = world
        for _ in range(15):
            connect(server).log_in(people["guest"])
        for number in range(10):
            connect(server).ask("login", email=f"stranger{number}@example.com", password="wrong")

        with pytest.raises(Refused, match="Too many wrong tries"):
            connect(server).log_in(people["guest"])


class TestRegistering:
    def test_makes_an_account_and_lets_its_owner_in(self, world, program):
        answer = program.call(
            "register", email="New@Example.com", password="a few words to remember", name="Nova"
        )

        assert answer == {"email": "new@example.com", "name": "Nova"}
        assert program.call("book", venue="office", count=1, **TIMES)["state"] == "confirmed"

    @pytest.mark.parametrize(
        ("params", "field"),
        [
            ({"email": "guest@example.com", "password": "a few words to remember"}, "email"),
            ({"email": "nonsense", "password": "a few words to remember"}, "email"),
            ({"email": "new@example.com", "password": "short"}, "password"),
            ({"email": "new@example.com", "password": "a few words to remember", "name": "x" * 121}, "name"),
        ],
    )
    def test_names_the_field_that_is_wrong(self, world, program, params, field):
        with pytest.raises(Refused) as caught:
            program.call("register", **params)

        assert list(caught.value.data["field_errors"]) == [field]
        assert User.objects.count() == 4

    def test_is_limited_for_a_network(self, world, program):
        for _ in range(throttle.REGISTRATIONS.most):
            throttle.REGISTRATIONS.count("127.0.0.1")

        with pytest.raises(Refused, match="Too many registrations"):
            program.call("register", email="new@example.com", password="a few words to remember")


def gone(user):
    user.is_active = False
    user.save()


def renewed(user):
    user.set_password("another one altogether")
    user.save()


@pytest.mark.parametrize(
    "end", [log_out_everywhere, gone, renewed], ids=["log-out", "deactivated", "password"]
)
class TestWhenTheLogInEnds:
    def test_the_next_call_is_refused_and_the_line_is_nobodys(self, world, program, end):
        _, people = world
        program.log_in(people["guest"])

        end(people["guest"])

        with pytest.raises(Refused, match="Your log-in has ended"):
            program.call("book", venue="office", count=1, **TIMES)
        with pytest.raises(Refused, match="Log in to do that"):
            program.call("bookings")
        assert program.call("rooms", venue="office")["venue"] == "office"

    def test_a_line_that_only_listens_is_hung_up_on_within_five_seconds(self, world, program, end):
        _, people = world
        program.log_in(people["guest"])
        program.call("watch", topic="mine")
        began = time.monotonic()

        end(people["guest"])

        last = program.ends()[-1]
        assert last["error"]["data"]["code"] == "not_authenticated"
        assert time.monotonic() - began < 5.5


def test_a_role_that_is_gone_takes_the_desk_and_nothing_else(world, program):
    venue, people = world
    program.log_in(people["staff"])
    program.call("watch", topic="desk:office")

    people["staff"].memberships.filter(venue=venue).delete()

    assert program.hears("error", PATIENCE)["topic"] == "desk:office"
    assert program.call("unwatch", topic="desk:office")["watched"] in (True, False)
    assert program.ask("watch", topic="desk:office")["error"]["data"]["code"] == "forbidden"
    assert program.call("ping") == "pong"


def test_networks_count_as_one_visitor():
    told = [
        throttle.network_of(one)
        for one in ("192.0.2.7", "::ffff:192.0.2.7", "2001:db8::1", "2001:db8::2", "x")
    ]

    assert told == ["192.0.2.7", "192.0.2.7", "2001:db8::", "2001:db8::", "unknown"]
