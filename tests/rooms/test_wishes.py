"""What may be asked for at all: every number bounded, every text clean, and never a crash."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reservations import Invalid
from rooms import operations
from rooms.models import Room, RoomType
from rooms.wishes import AnyOf, Details, clean, wish
from tests.worlds import NOW, office, person, refused, room, rooms, span

HOUR = span(9, 10)


def unsaved(name: str, venue_id: int = 1) -> Room:
    return Room(pk=None, venue_id=venue_id, name=name)


def numbered(number: int, venue_id: int = 1) -> Room:
    return Room(pk=number, venue_id=venue_id)


def asked(what=None, time=HOUR, *, details=None, key="", by="somebody"):
    what = numbered(1) if what is None else what
    return wish(what, time, by=by, details=Details() if details is None else details, key=key)


def errors_of(**request):
    with pytest.raises(Invalid) as refusal:
        asked(**request)
    return set(refusal.value.field_errors)


class TestRooms:
    def test_are_asked_for_once_each_and_in_order(self):
        assert asked([numbered(3), numbered(1), numbered(3)]).rooms == (1, 3)

    @pytest.mark.parametrize(
        "what",
        [
            [],
            (),
            [numbered(n) for n in range(1, 102)],  # 101
            [numbered(1, venue_id=1), numbered(2, venue_id=2)],
            [unsaved("Aurora")],
            [numbered(1), "Birch"],
            "Aurora",
            7,
            object(),
            {"rooms": 1},
        ],
        ids=lambda what: repr(what)[:14],  # past it, an address in memory would differ from run to run
    )
    def test_are_one_to_a_hundred_of_one_venue(self, what):
        assert errors_of(what=what) == {"rooms"}

    def test_a_hundred_are_welcome(self):
        assert len(asked([numbered(n) for n in range(1, 101)]).rooms) == 100

    @pytest.mark.parametrize("count", [0, -1, 101, 10**30, 2.0, "2", True, None, [], float("nan")])
    def test_any_of_a_type_are_one_to_a_hundred_too(self, count):
        assert errors_of(what=AnyOf(RoomType(pk=1, venue_id=1), count)) == {"count"}

    @pytest.mark.parametrize("kind", [None, "Meeting room", 7, RoomType(venue_id=1)])
    def test_any_of_a_type_need_a_type(self, kind):
        assert errors_of(what=AnyOf(kind, 1)) == {"type"}


@pytest.mark.parametrize("time", [None, "9 to 10", (NOW, NOW), NOW])
def test_a_span_is_a_span(time):
    assert errors_of(time=time) == {"start"}


class TestDetails:
    @pytest.mark.parametrize("party", [0, -1, 10_001, 2**63, 1.0, "1", True, None])
    def test_a_party_is_one_to_ten_thousand(self, party):
        assert errors_of(details=Details(party=party)) == {"party"}

    @pytest.mark.parametrize("name", ["title", "note"])
    @pytest.mark.parametrize(
        "text",
        [
            "a\x00b",
            "a\x1b[31mb",
            "\ud800",
            "a\u202eb",  # turns what follows around
            "a\u2066b",
            "a\u2028b",  # a line, to JavaScript
            "x" * 10_000,
            None,
            7,
            ["x"],
        ],
        ids=lambda text: ascii(text)[:12],
    )
    def test_a_text_is_refused_that_cannot_be_shown(self, name, text):
        assert errors_of(details=Details(**{name: text})) == {name}

    def test_a_title_is_one_line_and_a_note_may_be_many(self):
        assert errors_of(details=Details(title="a\nb")) == {"title"}
        assert clean(Details(note="a\r\nb\tc")).note == "a\nb\tc"

    def test_texts_are_kept_in_one_spelling(self):
        assert clean(Details(title="  Cafe\u0301 ")).title == "Caf\u00e9"

    @pytest.mark.parametrize("text", ["Daily 9:15", "<script>alert(1)</script>", "日本 🎉", "شكرا", "'; --"])
    def test_texts_are_otherwise_kept_as_typed(self, text):
        assert clean(Details(title=text)).title == text

    @pytest.mark.parametrize("name", ["title", "note"])
    @pytest.mark.parametrize(
        "text",
        [
            *(
                "\u3164",
                "\u00ad",
                "\ufeff",
                "\u200b\u200d",
                "\u2060",
                "\u115f\u1160",
                "\uffa0",
                "\u034f",
                "\ufe0f",
            ),
            *("\u2800", "\U000e0001", "\U000e0100", "\u3164 \u00a0\u3164", "\u3000", " "),
        ],
        ids=ascii,
    )
    def test_a_text_that_nobody_can_see_is_none(self, name, text):
        assert getattr(clean(Details(**{name: text})), name) == ""

    @pytest.mark.parametrize(
        "text",
        [
            "\u3164a\u3164",
            "co\u00adoperation",
            "\U0001f469\u200d\U0001f680",
            "\u2708\ufe0f",
            "\u0646\u200c\u0645",
            "\u2801",
            "\u0600",
        ],
        ids=ascii,
    )
    def test_what_is_unseen_in_a_text_that_is_seen_stays(self, text):
        assert clean(Details(title=text)).title == text

    @pytest.mark.parametrize("length", [1, 120])
    def test_a_title_has_at_most_120_characters(self, length):
        assert clean(Details(title="x" * length)).title == "x" * length
        assert errors_of(details=Details(title="x" * 121)) == {"title"}

    @pytest.mark.parametrize("guest", ["", " ", "\u202e", "x" * 81, 7, object()])
    def test_a_guest_is_a_person_or_a_name(self, guest):
        assert errors_of(details=Details(guest=guest)) == {"guest"}
        assert clean(Details(guest=" Nur Aksoy ")).guest == "Nur Aksoy"

    @pytest.mark.parametrize("details", ["Daily", 7, {"title": "Daily"}])
    def test_are_details(self, details):
        assert "details" in errors_of(details=details)

    @given(st.text())
    def test_any_text_is_kept_or_refused(self, text):
        with suppress(Invalid):
            kept = clean(Details(title=text)).title

            assert clean(Details(title=kept)).title == kept
            assert kept.encode().isascii() == kept.isascii()


class TestKey:
    @pytest.mark.parametrize("key", ["x" * 256, "a\x00", "a\nb", "\ud800", 7, None, b"key"])
    def test_is_printable_and_short(self, key):
        assert errors_of(key=key) == {"key"}

    def test_belongs_to_a_person(self):
        assert errors_of(key="k", by=None) == {"key"}


class TestFingerprint:
    def test_is_the_same_for_the_same_request(self):
        assert asked([numbered(2), numbered(1)]).fingerprint == asked([numbered(1), numbered(2)]).fingerprint

    def test_tells_rooms_by_name_from_as_many_of_a_type(self):
        by_name, of_type = asked([numbered(2), numbered(5)]), asked(AnyOf(RoomType(pk=2, venue_id=1), 5))

        assert by_name.fingerprint != of_type.fingerprint

    @pytest.mark.parametrize(
        "other",
        [
            {"what": numbered(2)},
            {"time": span(9, 11)},
            {"time": span(9, None)},
            {"details": Details(title="Daily")},
            {"details": Details(party=2)},
            {"details": Details(note="Chairs")},
        ],
        ids=str,
    )
    def test_differs_with_anything_that_was_asked(self, other):
        assert asked(**other).fingerprint != asked().fingerprint


@pytest.mark.django_db
class TestOperations:
    """Ask all of this before they touch a table."""

    def test_refuse_rooms_of_two_venues(self):
        here, there, guest = room(office("here")), room(office("there")), person("guest")

        with refused(Invalid):
            operations.book([here, there], HOUR, by=guest, now=NOW)

    def test_take_a_room_named_twice_once(self):
        venue, guest = office(), person("guest")
        aurora = room(venue)

        booking = operations.book([aurora, aurora], HOUR, by=guest, now=NOW)

        assert booking.allocations.count() == 1

    def test_refuse_a_hundred_and_one(self):
        venue, guest = office(), person("guest")
        many = rooms(venue, 101)

        with refused(Invalid):
            operations.hold(many, HOUR, by=guest, now=NOW)

    @pytest.mark.parametrize("name", ["hold", "book"])
    @pytest.mark.parametrize("bad", [{"span": None}, {"details": None}, {"key": 3}, {"rooms": 3}])
    def test_never_crash_on_a_wrong_type(self, name, bad):
        request = {"rooms": room(office()), "span": HOUR, "by": person("guest"), "now": NOW, **bad}
        what = request.pop("rooms")

        with refused(Invalid):
            getattr(operations, name)(what, request.pop("span"), **request)
