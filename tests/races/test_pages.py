"""Fifty browsers press one button: real servers over HTTP, one process on SQLite and three on PostgreSQL."""

import asyncio
import json
import random
from collections import Counter
from datetime import datetime, timedelta

import httpx
import pytest

from reservations import Span
from rooms.sql import on_postgres
from tests.live.conftest import TEST_REDIS, answers
from tests.live.servers import Site, drop_database, make_database
from tests.races.conftest import hours

CSRF = "c" * 32
# A tower of rooms that is always open, and the log-ins of fifty guests.
BUILD = """
import json
from django.core.management import call_command
call_command("migrate", verbosity=0)
from tests.live.clients import log_in
place = room(office(hours=None), "Aurora")
print(json.dumps([place.pk, [log_in(person(f"guest-{n}")) for n in range(50)]]))
"""


@pytest.fixture(scope="module")
def crowd(tmp_path_factory):
    """Return fifty guests before one board, spread over the processes that serve it."""
    grown = on_postgres()
    if grown and not answers(TEST_REDIS):
        pytest.skip(f"LEFT OUT: no Redis answers at {TEST_REDIS}")
    database = make_database("postgres" if grown else "sqlite", tmp_path_factory.mktemp("crowd"))
    site = Site(database, TEST_REDIS if grown else "")
    site.env["DATABASE_POOL"] = "5"  # three servers beside other tests: PostgreSQL lets in a hundred of all
    place, sessions = json.loads(site.run(BUILD).splitlines()[-1])
    ports = [site.serve() for _ in range(3 if grown else 1)]
    yield Crowd(site, place, sessions, ports)
    site.stop()
    drop_database(database)


class Crowd:
    """Guests who all press at once."""

    def __init__(self, site, place, sessions, ports):
        self.site, self.place = site, place
        self.guests = [
            (f"http://127.0.0.1:{ports[number % len(ports)]}", {"sessionid": key, "csrftoken": CSRF})
            for number, key in enumerate(sessions)
        ]

    async def press(self, wishes):
        """Return what each guest is answered, in their order: the status and the document."""
        async with httpx.AsyncClient(timeout=60, limits=httpx.Limits(max_connections=60)) as browser:
            answers = await asyncio.gather(
                *(self._press(browser, *guest, wish) for guest, wish in zip(self.guests, wishes, strict=True))
            )
        return [(answer.status_code, answer.json()) for answer in answers]

    async def _press(self, browser, address, cookies, wish):
        return await browser.post(
            f"{address}/venues/office/bookings/",
            data={"room": self.place, **wish},
            headers={
                "Accept": "application/json",
                "X-CSRFToken": CSRF,
                "Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items()),
            },
        )


def between(start, end, **more):
    return {name: edge.isoformat() for name, edge in hours(start, end).items()} | more


def the_span(wish):
    return Span(datetime.fromisoformat(wish["start"]), datetime.fromisoformat(wish["end"]))


async def test_of_fifty_browsers_one_gets_the_hour_and_no_answer_is_an_error(crowd):
    for first, hold in ((9, "on"), (11, "")):
        answered = await crowd.press([between(first, first + 1, hold=hold)] * 50)

        assert Counter(status for status, _ in answered) == {201: 1, 409: 49}
        refusals = [document for status, document in answered if status == 409]
        assert {document["code"] for document in refusals} == {"unavailable"}
        assert min(len(document["alternatives"]) for document in refusals) >= 3
    assert crowd.site.run(VERIFY).strip() == "0 violations"


async def test_nobody_is_refused_for_time_that_was_free(crowd):
    chance = random.Random(5)  # noqa: S311 -- a race that can be run again
    wishes = []
    for _ in range(50):
        start = 32 + chance.randrange(16) / 2  # on the day after that of the other race
        wishes.append(between(start, start + chance.choice([0.5, 1, 1.5])))

    answered = await crowd.press(wishes)

    assert {status for status, _ in answered} == {201, 409}
    won = [the_span(wish) for wish, (status, _) in zip(wishes, answered, strict=True) if status == 201]
    lost = [the_span(wish) for wish, (status, _) in zip(wishes, answered, strict=True) if status == 409]
    assert sum((span.duration for span in won), timedelta()) <= timedelta(hours=9.5)
    assert not [span for span in lost if not any(span.overlaps(winner) for winner in won)]
    assert not [one for one in won for other in won if one is not other and one.overlaps(other)]
    assert crowd.site.run(VERIFY).strip() == "0 violations"


VERIFY = "from django.core.management import call_command; call_command('verify')"
