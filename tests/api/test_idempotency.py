"""Idempotency keys: the same key and body give the same answer, once and for ever."""

import json
import threading
from collections import Counter
from datetime import datetime, timedelta

import httpx
import pytest
from django.db import connection
from django.test import Client

from accounts.models import User
from reservations import PolicyViolation, Span, Unavailable
from rooms import operations, wishes
from rooms.models import Booking, IdempotencyKey, Policy, Room, Venue
from rooms.operations import remembering
from tests.api.programs import MORNING, Program, hour, problem_of
from tests.api.servers import served
from tests.api.test_asgi import HEADERS, part
from tests.api.test_asgi import ask as asgi
from tests.live.clients import in_thread
from tests.worlds import car_park, office, person, refused, room, works_at

MANY = 50


def wish(one, **changed):
    return {"venue": one.venue.slug, "rooms": [one.pk], **hour(0), **changed}


def ask(program, body, key="once"):
    return program.post("bookings", body, **{"idempotency-key": key})


class TestTheSameKey:
    def test_and_body_give_the_same_answer_whatever_became_of_the_booking(self, guest, aurora):
        first = ask(guest, wish(aurora, hold=True, title="Perhaps"))
        address = f"bookings/{first.told['reference']}"
        guest.post(f"{address}/confirm", {"title": "Surely"})
        guest.post(f"{address}/move", hour(3))
        guest.post(f"{address}/cancel")

        again = ask(guest, wish(aurora, hold=True, title="Perhaps"))

        assert (again.status_code, again.content) == (201, first.content)
        assert again.headers["Location"] == first.headers["Location"]
        assert Booking.objects.count() == 1

    @pytest.mark.parametrize("was_granted", [True, False])
    def test_and_body_give_it_though_what_they_name_is_gone(self, staff, rival, aurora, birch, was_granted):
        if not was_granted:
            rival.book(aurora, hour(0))
        body = wish(aurora, guest=rival.person.email)
        first = ask(staff, body)
        if was_granted:
            staff.post(f"bookings/{first.told['reference']}/cancel")
        Room.objects.filter(pk=aurora.pk).update(archived_at=MORNING)
        User.objects.filter(pk=rival.person.pk).update(email="elsewhere@example.com")
        Venue.objects.update(slug="moved")

        again = ask(staff, body)
        assert (again.status_code, again.content) == (first.status_code, first.content)
        assert problem_of(ask(staff, body, key="another")) == (404, "not_found")

    def test_gives_a_refusal_again_though_it_would_be_granted_now(self, guest, rival, aurora):
        theirs = rival.book(aurora, hour(0))
        first = ask(guest, wish(aurora))
        rival.post(f"bookings/{theirs['reference']}/cancel")

        again = ask(guest, wish(aurora))

        assert problem_of(first) == (409, "unavailable")
        assert (again.status_code, again.content) == (409, first.content)
        assert again.headers["Content-Type"] == "application/problem+json"
        assert ask(guest, wish(aurora), key="another").status_code == 201

    def test_gives_that_refusal_at_every_other_door_too(self, guest, rival, aurora):
        theirs = rival.book(aurora, hour(0))
        first = ask(guest, wish(aurora)).told
        rival.post(f"bookings/{theirs['reference']}/cancel")
        page = Client(headers={"accept": "application/json"})
        page.force_login(guest.person)

        sent = {"room": aurora.pk, **hour(0), "key": "once"}
        pressed = page.post(f"/venues/{aurora.venue.slug}/bookings/", sent, "application/json")

        told = pressed.json()
        assert (pressed.status_code, told["code"]) == (409, "unavailable")
        assert {name: told[name] for name in ("detail", "conflicts", "alternatives")} == {
            name: first[name] for name in ("detail", "conflicts", "alternatives")
        }

    def test_gives_it_elsewhere_with_its_instants(self, guest, aurora):
        wanted = Span(MORNING, MORNING + timedelta(hours=1))
        held = guest.post("bookings", wish(aurora, hold=True)).told["reference"]
        first = ask(guest, wish(aurora)).told

        with refused(Unavailable) as caught:
            operations.book(aurora, wanted, by=guest.person, key="once")

        [told] = caught.value.conflicts
        assert (told.start, told.end, told.mine) == (wanted.start, wanted.end, held)
        assert told.expires_at == datetime.fromisoformat(first["conflicts"][0]["expires_at"])

    def test_gives_what_the_terms_refused_at_every_other_door_too(self, guest, aurora):
        Policy.objects.update(max_minutes=30)
        aurora.venue.save()
        first = ask(guest, wish(aurora)).told
        Policy.objects.update(max_minutes=None)
        aurora.venue.save()

        with refused(PolicyViolation, rule=first["rule"], sentence=first["detail"]):
            operations.book(aurora, Span(MORNING, MORNING + timedelta(hours=1)), by=guest.person, key="once")

    @pytest.mark.parametrize("changed", [{"title": "x"}, {"party": 2}, {"hold": True}, hour(1)])
    def test_and_another_body_is_refused(self, guest, aurora, changed):
        first = ask(guest, wish(aurora))

        other = ask(guest, wish(aurora, **changed))

        assert problem_of(other) == (422, "idempotency_mismatch")
        assert ask(guest, wish(aurora)).content == first.content

    def test_is_the_same_wish_however_it_is_written(self, guest, aurora):
        first = ask(guest, wish(aurora))

        again = ask(guest, {**wish(aurora, title=" ", hold=False, party=1), "sentence": "Aurora: soon"})

        assert again.content == first.content

    def test_of_somebody_else_is_another(self, guest, rival, aurora):
        assert ask(guest, wish(aurora)).status_code == 201
        assert problem_of(ask(rival, wish(aurora))) == (409, "unavailable")

    def test_is_unused_by_what_made_no_sense(self, guest, aurora):
        assert problem_of(ask(guest, wish(aurora, party=0))) == (400, "invalid")
        assert problem_of(ask(guest, wish(aurora, venue="nowhere"))) == (404, "not_found")

        assert ask(guest, wish(aurora)).status_code == 201

    @pytest.mark.parametrize("key", ["x" * 256, "\x1b", "a\tb"])
    def test_of_odd_characters_is_refused(self, guest, aurora, key):
        assert problem_of(ask(guest, wish(aurora), key)) == (400, "invalid")

    def test_is_answered_though_the_process_died_before_it_wrote_the_answer_down(self, guest, aurora):
        first = ask(guest, wish(aurora))
        IdempotencyKey.objects.update(answer=None, status=None)

        again = ask(guest, wish(aurora))

        assert again.content == first.content == IdempotencyKey.objects.get().answer

    def test_keeps_the_first_of_two_answers(self, guest, aurora):
        ask(guest, wish(aurora))
        asked = wishes.wish(
            aurora,
            Span(MORNING, MORNING + timedelta(hours=1)),
            by=guest.person,
            details=wishes.Details(),
            key="once",
        )
        first = remembering.remembered(asked)

        assert remembering.remember(asked, remembering.Remembered(201, b"another")) == first
        refusal = remembering.Remembered(409, b"another")
        assert remembering.remember_refusal(asked, refusal, now=MORNING) == first


class TestWhatIsKept:
    @pytest.fixture
    def car_park_of_one(self, staff, rival):
        parking = car_park()
        spot = room(parking, "A1")
        works_at(staff.person, parking)
        return spot

    @pytest.fixture
    def body(self, car_park_of_one):
        return wish(car_park_of_one, plate="34 KZ 1978")

    @pytest.mark.parametrize("was_granted", [True, False])
    def test_is_sealed_where_plates_are(self, rival, guest, car_park_of_one, body, settings, was_granted):
        settings.FIELD_KEYS = ["a secret"]
        if not was_granted:
            rival.book(car_park_of_one, hour(0))

        first = ask(guest, body)

        assert b"34 KZ 1978" in first.content
        assert b"34 KZ 1978" not in bytes(IdempotencyKey.objects.get(owner=guest.person).answer)
        assert ask(guest, body).content == first.content

    def test_is_sealed_anew_with_the_plates(self, guest, body, settings):
        first = ask(guest, body)

        for secrets in (["first"], ["second", "first"], ["second"]):
            settings.FIELD_KEYS = secrets
            changed = operations.seal_plates()
            assert ask(guest, body).content == first.content
        assert changed == 0

    def test_of_a_refusal_whose_secret_is_lost_says_that_it_was_refused(
        self, rival, guest, car_park_of_one, body, settings
    ):
        settings.FIELD_KEYS = ["a secret"]
        rival.book(car_park_of_one, hour(0))
        ask(guest, body)

        settings.FIELD_KEYS = ["another"]

        assert problem_of(ask(guest, body)) == (422, "idempotency_mismatch")


@pytest.fixture
def world(transactional_db):
    venue = office(hours=None)
    return Program(person("guest")), Program(person("rival")), room(venue, "Aurora"), room(venue, "Birch")


def at_once(number, work):
    """Do the work in so many threads that start together, and return what each of them got."""
    barrier, found = threading.Barrier(number), []

    def run(n):
        try:
            barrier.wait()
            found.append(work(n))
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(n,)) for n in range(number)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    return found


def test_fifty_at_once_with_one_key_are_one_booking_and_fifty_equal_answers(world):
    guest, _, aurora, _ = world
    programs = [Program() for _ in range(MANY)]
    token = {"authorization": f"Bearer {guest.pair.access}", "idempotency-key": "once"}

    answers = at_once(MANY, lambda n: programs[n].post("bookings", wish(aurora, hold=True), **token))

    assert len({(answer.status_code, answer.content) for answer in answers}) == 1
    assert answers[0].status_code == 201
    assert (Booking.objects.count(), IdempotencyKey.objects.count()) == (1, 1)


def test_fifty_at_once_against_a_rival_are_fifty_equal_answers_whoever_wins(world):
    guest, rival, aurora, _ = world
    programs = [Program() for _ in range(MANY)]
    tokens = [rival.pair.access if n % 5 == 0 else guest.pair.access for n in range(MANY)]

    answers = at_once(
        MANY,
        lambda n: (
            tokens[n],
            programs[n].post(
                "bookings", wish(aurora), authorization=f"Bearer {tokens[n]}", **{"idempotency-key": "once"}
            ),
        ),
    )

    told = Counter((token, answer.status_code, answer.content) for token, answer in answers)
    assert len(told) == 2
    assert sorted(status for _, status, _ in told) == [201, 409]
    assert Booking.objects.count() == 1


class TestAKey:
    @pytest.mark.parametrize("key", ["", " ", "x" * 256, "a\tb", "\xe9"])
    def test_that_is_none_is_refused_and_nothing_is_booked(self, guest, aurora, key):
        answer = ask(guest, wish(aurora), key=key)

        assert problem_of(answer) == (400, "invalid")
        assert answer.told["field_errors"] == {
            "Idempotency-Key": ["An idempotency key has 1 to 255 printable characters, in UTF-8."]
        }
        assert not Booking.objects.exists()

    @pytest.mark.parametrize("key", ["\N{CYRILLIC SMALL LETTER KA}", "\xe9", "x" * 255])
    def test_is_any_text_in_utf_8(self, guest, aurora, key):
        sent = key.encode().decode("latin-1")  # as servers hand it on

        assert ask(guest, wish(aurora), key=sent).told == ask(guest, wish(aurora), key=sent).told
        assert IdempotencyKey.objects.get().key == key

    async def test_that_comes_twice_is_refused(self, transactional_db):
        twice = [(b"idempotency-key", b"one"), (b"idempotency-key", b"one")]
        mine = await in_thread(lambda: Program(person("guest")).pair.access)
        headers = [*HEADERS, (b"authorization", f"Bearer {mine}".encode()), *twice]

        status, _, body = await asgi("/api/v1/bookings", part(b'{"venue": "office"}'), headers=headers)

        assert (status, json.loads(body)["field_errors"]) == (400, {"Idempotency-Key": ["Give this once."]})


def test_fifty_at_once_through_two_server_processes(world):
    guest, rival, aurora, birch = world
    rival.book(birch, hour(0))

    with served() as address:
        clients = [httpx.Client(base_url=address, timeout=60) for _ in range(10)]

        def post(n, one, key):
            headers = {"Authorization": f"Bearer {guest.pair.access}", "Idempotency-Key": key}
            return clients[n % 10].post("/api/v1/bookings", json=wish(one), headers=headers)

        granted = at_once(MANY, lambda n: post(n, aurora, "granted"))
        refused = at_once(MANY, lambda n: post(n, birch, "refused"))
        [client.close() for client in clients]

    assert {(answer.status_code, answer.content) for answer in granted} == {(201, granted[0].content)}
    assert {(answer.status_code, answer.content) for answer in refused} == {(409, refused[0].content)}
    assert Booking.objects.count() == 2
