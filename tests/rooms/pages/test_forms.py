"""What a person without JavaScript does: forms, from the list of free times to the end of a booking."""

import re
from datetime import timedelta
from urllib.parse import quote

import pytest
from django.contrib.messages import get_messages
from django.test import Client

from rooms import operations
from rooms.models import Booking, Policy
from rooms.sql import database_now
from tests.rooms.admin.desk import coming
from tests.rooms.pages.conftest import act, create, wanted, written
from tests.worlds import hall, rate, room


def fields_in(page, action):
    """Return the fields of the page's form that posts to the address, as a browser would send them."""
    form = re.search(rf'<form[^>]*action="{re.escape(action)}"[^>]*>(.*?)</form>', page, re.S).group(1)
    found = {}
    for tag in re.findall(r"<input[^>]*>", form):
        name = re.search(r'name="([^"]*)"', tag)
        value = re.search(r'value="([^"]*)"', tag)
        if name:
            found.setdefault(name.group(1), []).append(value.group(1) if value else "")
    for name, options in re.findall(r'<select[^>]*name="([^"]*)"[^>]*>(.*?)</select>', form, re.S):
        chosen = re.search(r'value="([^"]*)"[^>]*selected', options)
        found[name] = [chosen.group(1) if chosen else ""]
    for name, text in re.findall(r'<textarea[^>]*name="([^"]*)"[^>]*>(.*?)</textarea>', form, re.S):
        found[name] = [text.strip()]
    return found


def said(answer):
    return [str(message) for message in get_messages(answer.wsgi_request)]


class TestBooking:
    def test_goes_from_the_list_by_the_form_to_its_page(self, lena, venue, aurora):
        browser = Client(enforce_csrf_checks=True)
        browser.force_login(lena)
        day = coming(10, 11).start.date()
        listed = browser.get(f"/venues/{venue.slug}/?view=list&date={day}").content.decode()
        link, *_ = re.findall(r'href="(/venues/office/book/\?room=[^"]*)"', listed)

        form = browser.get(link.replace("&amp;", "&"))
        sent = fields_in(form.content.decode(), create(venue))
        assert sent["room"] == [str(aurora.pk)]
        sent |= {"start": f"{day}T10:00", "end": f"{day}T11:00", "title": "Review", "party": "3"}
        answer = browser.post(create(venue), sent)

        made = Booking.objects.get()
        assert (answer.status_code, answer.url) == (303, f"/bookings/{made.reference}/")
        assert (made.guest, made.title, made.party, made.state) == (lena, "Review", 3, "confirmed")
        assert made.starts_at == coming(10, 11).start
        assert "Review" in browser.get(answer.url).content.decode()

    @pytest.mark.parametrize(("least", "most", "hours"), [(15, 480, 1), (120, 480, 2), (15, 30, 0.5)])
    def test_takes_what_a_free_stretch_begins_with_as_it_stands(
        self, browser, venue, aurora, least, most, hours
    ):
        Policy.objects.update(min_minutes=least, max_minutes=most)
        day = coming(0, 24)
        listed = browser.get(f"/venues/{venue.slug}/?view=list&date={day.start.date()}").content.decode()
        [(link, words)] = re.findall(r'href="(/venues/office/book/\?room=[^"]*)">([^<]*)<', listed)
        form = browser.get(link.replace("&amp;", "&")).content.decode()

        answer = browser.post(create(venue), fields_in(form, create(venue)))

        made = Booking.objects.get()
        assert (words, answer.status_code, made.state) == ("00:00\N{EN DASH}00:00", 303, "confirmed")
        assert (made.starts_at, made.ends_at) == (day.start, day.start + timedelta(hours=hours))

    def test_links_no_more_than_is_free(self, browser, venue, aurora, lena):
        taken = coming(0.5, 24)
        operations.book(aurora, taken, by=lena, now=database_now())
        listed = browser.get(f"/venues/{venue.slug}/?view=list&date={taken.start.date()}").content.decode()

        assert re.findall(r"end=([^\"]*)", listed) == [quote(taken.start.isoformat())]

    def test_begins_and_ends_with_whole_steps_though_what_is_free_does_not(
        self, browser, venue, aurora, lena
    ):
        """The quarter kept clear after another booking leaves three in which nobody can begin."""
        Policy.objects.update(step_minutes=60, buffer_after_minutes=15)
        taken = coming(9, 10)
        operations.book(aurora, taken, by=lena, now=database_now())
        listed = browser.get(f"/venues/{venue.slug}/?view=list&date={taken.start.date()}").content.decode()
        *_, (link, words) = re.findall(r'href="(/venues/office/book/\?room=[^"]*)">([^<]*)<', listed)
        form = browser.get(link.replace("&amp;", "&")).content.decode()

        answer = browser.post(create(venue), fields_in(form, create(venue)))

        assert (words, answer.status_code) == ("11:00\N{EN DASH}00:00", 303)
        assert Booking.objects.latest("pk").starts_at == taken.end + timedelta(hours=1)

    def test_pressed_twice_is_one_booking(self, browser, venue, aurora):
        page = browser.get(f"/venues/{venue.slug}/book/?room={aurora.pk}").content.decode()
        sent = fields_in(page, create(venue)) | wanted(aurora)

        first, second = browser.post(create(venue), sent), browser.post(create(venue), sent)

        assert (second.status_code, second.url) == (303, first.url)
        assert Booking.objects.count() == 1

    def test_pressed_twice_without_a_key_takes_the_room_once(self, browser, venue, aurora):
        first, second = (browser.post(create(venue), wanted(aurora)) for _ in range(2))

        assert (first.status_code, second.status_code) == (303, 409)
        assert Booking.objects.count() == 1

    def test_that_is_refused_keeps_what_was_typed_and_offers_what_can_be_had(self, browser, venue, aurora):
        room(venue, "Birch")
        operations.book(aurora, coming(10, 11), by=None)

        answer = browser.post(create(venue), wanted(aurora, title="My <title>", note="My note", party="2"))

        page = answer.content.decode()
        assert answer.status_code == 409
        assert 'value="My &lt;title&gt;"' in page
        assert "My note" in page
        offers = answer.context["refusal"]["alternatives"]
        assert len(offers) >= 3

    def test_an_offer_is_held_at_a_press(self, browser, venue, aurora):
        room(venue, "Birch")
        operations.book(aurora, coming(10, 11), by=None)
        refused = browser.post(create(venue), wanted(aurora, title="Kept")).content.decode()
        offers = refused[refused.index("Free instead") :]

        answer = browser.post(create(venue), fields_in(offers, create(venue)))

        made = Booking.objects.get(title="Kept")
        assert answer.url == f"/bookings/{made.reference}/"
        assert made.state == "held"

    def test_of_a_hall_takes_its_parts(self, browser, venue):
        made = hall(venue)

        assert browser.post(create(venue), wanted(made["Grand Hall"])).status_code == 303
        assert browser.post(create(venue), wanted(made["Hall B"])).status_code == 409

    def test_of_any_two_of_a_type(self, browser, venue, aurora):
        room(venue, "Birch")
        sent = wanted() | {"type": venue.types.get().pk, "count": 2}

        assert browser.post(create(venue), sent).status_code == 303
        assert Booking.objects.get().allocations.count() == 2


class TestAHold:
    @pytest.fixture
    def held(self, browser, venue, aurora):
        browser.post(create(venue), wanted(aurora, hold="1", title="First", party=2, note="Quiet"))
        return Booking.objects.get()

    def test_is_renewed_and_becomes_a_booking(self, browser, held):
        assert held.state == "held"
        page = browser.get(f"/bookings/{held.reference}/").content.decode()
        browser.post(act(held, "renew"))
        held.refresh_from_db()
        assert held.renewals == 1

        sent = fields_in(page, act(held, "confirm")) | {"title": "Second", "party": "4"}
        answer = browser.post(act(held, "confirm"), sent)

        held.refresh_from_db()
        assert (answer.status_code, answer.url) == (303, f"/bookings/{held.reference}/")
        assert (held.state, held.title, held.party, held.note) == ("confirmed", "Second", 4, "Quiet")
        assert said(answer)[-1] == "Booked. It is on your list."

    def test_confirmed_with_a_title_alone_keeps_its_party_and_note(self, browser, held):
        browser.post(act(held, "confirm"), {"title": "Second"})

        held.refresh_from_db()
        assert (held.title, held.party, held.note) == ("Second", 2, "Quiet")

    def test_confirmed_twice_is_confirmed(self, browser, held):
        answers = [browser.post(act(held, "confirm")) for _ in range(2)]

        assert [answer.status_code for answer in answers] == [303, 303]

    def test_that_ran_out_says_so_and_offers_no_button(self, browser, held):
        for row in (held, held.allocations.get()):
            row.expires_at = database_now()
            row.save(update_fields=["expires_at"])

        page = browser.get(f"/bookings/{held.reference}/")
        answer = browser.post(act(held, "confirm"))

        assert page.context["state_name"] == "Ran out"
        assert not any(page.context["can"].values())
        assert answer.status_code == 410
        assert len(answer.context["refusal"]["alternatives"]) >= 3
        listed = browser.get("/bookings/?show=cancelled").context["page"]
        assert [one.state_name for one in listed] == ["Ran out"]


class TestLater:
    @pytest.fixture
    def booking(self, aurora, lena):
        return operations.book(aurora, coming(10, 11), by=lena)

    def test_a_booking_is_moved_by_its_form(self, browser, venue, booking):
        birch = room(venue, "Birch")
        page = browser.get(f"/bookings/{booking.reference}/").content.decode()
        sent = fields_in(page, act(booking, "move"))
        assert sent["start"] == [f"{booking.starts_at:%Y-%m-%dT%H:%M}"]

        answer = browser.post(
            act(booking, "move"), sent | {"room": birch.pk, "start": f"{coming(14, 15).start:%Y-%m-%dT%H:%M}",
                                          "end": f"{coming(14, 15).end:%Y-%m-%dT%H:%M}"}
        )  # fmt: skip

        booking.refresh_from_db()
        assert answer.url == f"/bookings/{booking.reference}/"
        assert booking.starts_at == coming(14, 15).start
        assert "Moved to " in browser.get(answer.url).content.decode()

    def test_a_move_into_taken_time_is_refused_on_the_page(self, browser, aurora, booking):
        operations.book(aurora, coming(14, 15), by=None)

        answer = browser.post(act(booking, "move"), wanted(aurora, start=14, end=15))

        booking.refresh_from_db()
        assert answer.status_code == 409
        assert booking.starts_at == coming(10, 11).start

    def test_a_booking_is_cancelled_and_the_list_says_so(self, browser, booking):
        answer = browser.post(act(booking, "cancel"))

        assert (answer.status_code, answer.url) == (303, "/bookings/")
        assert said(answer) == ["The booking is cancelled, and the room is free again."]
        counts = browser.get("/bookings/").context["counts"]
        assert counts == {"upcoming": 0, "past": 0, "cancelled": 1, "invited": 0}

    def test_a_cancelled_one_is_not_cancelled_again(self, browser, booking):
        browser.post(act(booking, "cancel"))
        before = written()

        assert browser.post(act(booking, "cancel")).status_code == 409
        assert written() == before

    @pytest.mark.parametrize(("what", "state"), [("approve", "confirmed"), ("decline", "declined")])
    def test_a_request_is_decided_on_by_staff(self, browsers, venue, aurora, what, state):
        Policy.objects.update(needs_approval=True)
        venue.save()
        asked = browsers["guest"].get(f"/venues/{venue.slug}/book/?room={aurora.pk}").content.decode()
        assert "Ask for it" in asked
        browsers["guest"].post(create(venue), wanted(aurora))
        made = Booking.objects.get()
        assert made.state == "pending"
        assert act(made, what) not in browsers["guest"].get(f"/bookings/{made.reference}/").content.decode()
        assert act(made, what) in browsers["staff"].get(f"/bookings/{made.reference}/").content.decode()

        answer = browsers["staff"].post(act(made, what))

        made.refresh_from_db()
        assert (answer.status_code, made.state) == (303, state)


class TestTheTermsInTheForm:
    @pytest.fixture
    def shown(self, browser, venue):
        """Look at the form of this venue as an address asks for it."""
        return lambda query: browser.get(f"/venues/{venue.slug}/book/", query)

    def test_say_what_it_costs(self, shown, venue, aurora):
        rate(venue, 2400)
        span = coming(10, 12)

        answer = shown({"room": aurora.pk, "start": span.start.isoformat(), "end": span.end.isoformat()})

        assert answer.context["quote"]["total_text"] == "€48.00"
        assert "€48.00" in answer.content.decode()

    def test_are_those_of_the_room_that_is_chosen_first_as_long_as_nobody_chose(self, shown, venue, aurora):
        rate(venue, 2400)
        Policy.objects.update(needs_approval=True)
        venue.save()

        answer = shown({"date": coming(10, 12).start.date().isoformat()})

        assert answer.context["quote"]["total_text"] == "€24.00"
        assert "Ask for it" in answer.content.decode()
        assert "Book a room" in answer.content.decode()


class TestWhatFollowsTheForm:
    def test_says_what_was_booked(self, browser, venue, aurora):
        answer = browser.post(create(venue), wanted(aurora), follow=True)

        assert "Booked Aurora." in answer.content.decode()

    def test_says_that_it_was_only_asked_for(self, browser, venue, aurora):
        Policy.objects.update(needs_approval=True)
        venue.save()

        answer = browser.post(create(venue), wanted(aurora), follow=True)

        assert "Asked for Aurora. You will hear when it is approved." in answer.content.decode()

    def test_says_that_it_is_held_for_a_while(self, browser, venue, aurora):
        answer = browser.post(create(venue), wanted(aurora, hold="1"), follow=True)

        assert "Aurora is held for you. It is not booked yet." in answer.content.decode()
