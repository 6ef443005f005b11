"""The owner of one venue at every door of another that is not shown: nothing is there, and nothing is told.

Every address, endpoint, verb and topic is asked for with what belongs to the other venue, and again with what
does not exist: both answers are the same, and no word of the other venue is in either. Doors are found by
walking the site, so a new one is asked as well.
"""

import json
import re

import pytest
from django.db import transaction
from django.test import Client

from live import line_methods, topics
from live.line_calling import Call
from reservations import ReservationError
from rooms import operations
from rooms.models import Venue
from rooms.operations import Details
from tests.days import span
from tests.outsiders import (
    MARK,
    NO_VENUE,
    NOWHERE,
    SECRET,
    addresses,
    again,
    browser_of,
    calls,
    hidden_world,
    own_addresses,
    shown_world,
    told,
    verbs,
)
from tests.worlds import person, room

pytestmark = pytest.mark.django_db
CHANGING = re.compile(r"[0-9a-f]{32}|\d\d:\d\d(:\d\d[.\d]*)?")  # from one look at a page to the next


@pytest.fixture
def world():
    return hidden_world()


@pytest.fixture
def browser(world):
    return browser_of(world.people["elsewhere"])


def differs(ask, theirs, none) -> str:
    """Return what tells the one answer from the other, or tells of what is hidden."""
    answers = []
    for one in (theirs, none):
        with transaction.atomic():
            answers.append(ask(one))
            transaction.set_rollback(True)
    if found := SECRET.search(str(answers[0])):
        return f"tells {found[0]}"
    return "" if answers[0] == answers[1] else f"{answers[0][:2]} and not {answers[1][:2]}"


def test_whoever_works_there_reads_what_is_looked_for(world):
    inside = browser_of(world.people["owner"])
    read = [theirs for theirs, *_ in addresses(world) if SECRET.search(str(told(inside.get(theirs), [])))]

    for part in ("/desk/", "/bookings/", "/admin/rooms/", "/venues/", "/journeys/"):
        assert any(address.startswith(part) for address in read), part


@pytest.mark.parametrize("method", ["get", "post"])
def test_every_address_answers_as_if_it_were_not_there(world, browser, method):
    wrong = {}
    for theirs, none, said in addresses(world):

        def ask(address, said=said):
            return told(getattr(again(browser), method)(address), said)

        if found := differs(ask, theirs, none):
            wrong[theirs] = found

    assert wrong == {}


def test_every_endpoint_answers_as_if_it_were_not_there(world, browser):
    wrong = {}
    for method, theirs, none, said in calls(world):

        def ask(call, method=method, said=said):
            sent = json.dumps(call[1]), "application/json"
            return told(browser.generic(method, f"/api/v1/{call[0]}", *sent), said)

        if found := differs(ask, theirs, none):
            wrong[f"{method} {theirs}"] = found

    assert wrong == {}


@pytest.mark.parametrize("who", ["nobody", "stranger", "elsewhere"])
def test_what_is_anothers_own_is_told_to_nobody_at_a_venue_that_all_may_see(who):
    world, wrong = shown_world(), {}
    user = world.people[who]
    browser = Client() if who == "nobody" else browser_of(user)
    for theirs, none, said in addresses(world):
        none = _at_the_same_venue(theirs, none)
        one, other = (told(again(browser).get(address), said) for address in (theirs, none))
        if SECRET.search(str(one)) or (NOWHERE in none and one != other):
            wrong[theirs] = f"{one[:2]} and not {other[:2]}"
    for method, theirs, none, said in calls(world):

        def ask(call, method=method, said=said):
            sent = json.dumps(call[1]), "application/json"
            return told(browser.generic(method, f"/api/v1/{call[0]}", *sent), said)

        if (found := differs(ask, theirs, none)) and (found.startswith("tells") or NOWHERE in none[0]):
            wrong[f"{method} {theirs}"] = found
    answers = {verb: str(_said(verb, theirs, user, said)) for verb, theirs, _, said in verbs(world)}

    assert wrong == {}
    assert [verb for verb, answer in answers.items() if SECRET.search(answer)] == []


def _at_the_same_venue(theirs, none):
    """Return the address of a booking that is not there, at the venue of theirs: of that all may know."""
    if NOWHERE not in none:
        return none
    parts = zip(theirs.split("/"), none.split("/"), strict=True)
    return "/".join(own if other == NO_VENUE else other for own, other in parts)


def test_every_verb_answers_as_if_it_were_not_there(world):
    wrong = {}
    for verb, theirs, none, said in verbs(world):

        def ask(params, verb=verb, said=said):
            return _said(verb, params, world.people["elsewhere"], said)

        if found := differs(ask, theirs, none):
            wrong[f"{verb} {theirs}"] = found
    for verb in ("venues", "bookings"):
        assert not SECRET.search(str(line_methods.METHODS[verb](Call(world.people["elsewhere"], {}))))

    assert wrong == {}


def _said(verb, params, user, said):
    try:
        text = str(line_methods.METHODS[verb](Call(user, params)))
    except ReservationError as refusal:
        text = str(refusal.as_problem())
    for word in said:
        text = text.replace(word, "…")
    return verb, text


def test_no_topic_can_be_watched(world):
    slug = Venue.objects.get(pk=world.place.pk).slug
    for theirs, none in {
        f"venue:{slug}": "venue:nowhere",
        f"desk:{slug}": "desk:nowhere",
        f"journey:{world.departure.pk}": "journey:424242",
    }.items():
        refusals = []
        for name in (theirs, none):
            place = topics.place_of(topics.place_name(name))
            with pytest.raises(ReservationError) as caught:
                topics.topic_for(name, place, world.people["elsewhere"], topics.is_staff)
            refusals.append(caught.value.as_problem())
        assert refusals[0] == refusals[1]


def test_what_happens_there_changes_no_page_here(world, browser):
    def pages():
        answers = {address: told(again(browser).get(address), []) for address in own_addresses()}
        return {address: CHANGING.sub("", str(answer)) for address, answer in answers.items()}

    before = pages()
    late = person("late")
    own = room(Venue.objects.get(pk=world.place.pk), MARK)
    operations.book(own, span(9, 10), by=None, details=Details(guest=late))
    operations.hold(world.free, span(9, 10), by=None, details=Details(guest=late))
    after = pages()

    assert [address for address in before if SECRET.search(before[address])] == []
    assert [address for address in before if before[address] != after[address]] == []
