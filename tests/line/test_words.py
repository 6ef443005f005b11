"""Lines out of bytes, requests out of lines, and a table of verbs: no socket, no database."""

import json

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from live import line_shapes, line_verbs
from live.line_protocol import (
    LONGEST,
    MOST_IN_BATCH,
    Failure,
    Lines,
    Request,
    encode,
    error,
    notification,
    parse,
    result,
)
from rooms import wishes

IDS = st.none() | st.integers(-(2**63) + 1, 2**63 - 1) | st.text(st.characters(codec="utf-8"), max_size=50)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


def line(said):
    return json.dumps(said).encode()


def failed(said):
    [failure] = parse(said).parts
    assert isinstance(failure, Failure)
    return failure.number, failure.id


class TestLines:
    @given(st.lists(st.binary(max_size=40)), st.lists(st.integers(1, 7)))
    def test_are_the_same_however_they_arrive(self, said, cuts):
        data = b"\n".join(piece.replace(b"\n", b"") for piece in said) + b"\n"
        lines, heard = Lines(), []

        for size in [*cuts, *[13] * len(data)]:
            heard += lines.feed(data[:size])
            data = data[size:]

        assert heard == [piece.replace(b"\n", b"") for piece in said] or (said == [] and heard == [b""])
        assert not lines.is_unfinished

    def test_may_have_the_longest_length_and_not_a_byte_more(self):
        lines = Lines()

        assert lines.feed(b"x" * LONGEST + b"\n") == [b"x" * LONGEST]
        assert not lines.is_over
        assert lines.feed(b"y\n" + b"x" * (LONGEST + 1) + b"\nz\n") == [b"y"]
        assert lines.is_over
        assert lines.feed(b"z\n") == []

    @given(st.lists(st.binary(max_size=64), max_size=30))
    def test_never_hold_more_than_the_longest_one(self, pieces):
        lines = Lines(longest=100)

        for piece in pieces:
            lines.feed(piece.replace(b"\n", b" "))

            assert len(lines._rest) <= 100

    def test_may_end_with_the_connection(self):
        lines = Lines()
        lines.feed(b"one\ntwo")

        assert lines.finish() == [b"two"]
        assert lines.finish() == []


class TestParsing:
    @given(st.binary(max_size=300))
    @example(b"[" * 60_000)
    @example(b'{"a":' * 10_000)
    @example(b'{"jsonrpc":"2.0","id":' + b"9" * 60_000 + b"}")
    @example(b"\x00")
    @example(b"\xff\xfe")
    @example(b"1e999")
    def test_takes_any_bytes_and_always_comes_to_something(self, said):
        parts = parse(said).parts

        assert parts
        for part in parts:
            answer = error(part) if isinstance(part, Failure) else result(part, 1)
            assert encode(answer).count(b"\n") == 1

    @given(IDS, st.text(), st.none() | JSON)
    def test_answers_every_request_with_its_own_id(self, identity, method, params):
        [part] = parse(line({"jsonrpc": "2.0", "id": identity, "method": method, "params": params})).parts

        answer = error(part) if isinstance(part, Failure) else result(part, 1)

        assert json.loads(encode(answer))["id"] == identity

    @given(st.lists(st.tuples(IDS, st.booleans()), min_size=1, max_size=MOST_IN_BATCH))
    def test_of_a_batch_gives_one_part_for_each_in_order(self, calls):
        said = [{"jsonrpc": "2.0" if right else "1.0", "id": one, "method": "ping"} for one, right in calls]

        found = parse(line(said))

        assert found.is_batch
        assert [part.id for part in found.parts] == [one for one, _ in calls]
        assert [isinstance(part, Request) for part in found.parts] == [right for _, right in calls]

    @pytest.mark.parametrize(
        ("said", "number", "identity"),
        [
            (b"", -32700, None),
            (b"hello", -32700, None),
            (b'{"jsonrpc":"2.0","id":1,"method":"ping"', -32700, None),  # half an object
            (b'{"jsonrpc":"2.0","id":1,"method":"ping\x00"}', -32700, None),  # a NUL as it is
            (b'\xff{"jsonrpc":"2.0"}', -32700, None),  # not UTF-8
            (b'{"jsonrpc":"2.0","id":1,"id":2,"method":"ping"}', -32700, None),  # a key twice
            (b'{"jsonrpc":"2.0","id":NaN,"method":"ping"}', -32700, None),
            (b'{"jsonrpc":"2.0","id":' + b"9" * 5000 + b',"method":"ping"}', -32700, None),
            (b"[" * 50_000, -32700, None),
            (b"1", -32600, None),
            (b'"ping"', -32600, None),
            (b"[]", -32600, None),
            (b"[" + b"1," * MOST_IN_BATCH + b"1]", -32600, None),
            (b'{"id":1,"method":"ping"}', -32600, 1),  # no version
            (b'{"jsonrpc":"2.0","id":1}', -32600, 1),  # no method
            (b'{"jsonrpc":"2.0","id":1,"method":7}', -32600, 1),
            (b'{"jsonrpc":"2.0","id":1,"method":"ping","params":"x"}', -32600, 1),
            (b'{"jsonrpc":"2.0","id":1.5,"method":"ping"}', -32600, None),
            (b'{"jsonrpc":"2.0","id":true,"method":"ping"}', -32600, None),
            (b'{"jsonrpc":"2.0","id":{},"method":"ping"}', -32600, None),
            (b'{"jsonrpc":"2.0","id":99999999999999999999,"method":"ping"}', -32600, None),
            (b'{"jsonrpc":"2.0","id":"\\ud800","method":"ping"}', -32600, None),  # half a character
        ],
    )
    def test_says_what_is_wrong(self, said, number, identity):
        assert failed(said) == (number, identity)

    def test_tells_a_notification_from_a_request_whose_id_is_null(self):
        [told] = parse(b'{"jsonrpc":"2.0","method":"ping"}').parts
        [asked] = parse(b'{"jsonrpc":"2.0","method":"ping","id":null}').parts

        assert (told.is_notification, asked.is_notification) == (True, False)

    def test_reads_a_line_that_windows_ended(self):
        [part] = parse(b'{"jsonrpc":"2.0","id":1,"method":"ping"}\r').parts

        assert part == Request("ping", {}, 1)


class TestWriting:
    @given(JSON)
    def test_makes_one_line_of_anything(self, value):
        said = encode(result(Request("x", id=1), value))

        assert said.count(b"\n") == 1
        assert json.loads(said)["result"] == value

    def test_keeps_letters_as_they_are_written(self):
        assert encode({"name": "Çelik"}) == '{"name":"Çelik"}\n'.encode()

    def test_hands_on_frames_under_their_own_names(self):
        frames = (
            '{"type":"change","topic":"x"}',
            '{"type":"snapshot"}',
            '{"type":"heartbeat"}',
            '{"type":"error"}',
        )

        names = [json.loads(notification(frame))["method"] for frame in frames]

        assert names == ["change", "change", "heartbeat", "error"]


class TestVerbs:
    @given(st.sampled_from(line_verbs.TABLE), st.dictionaries(st.text(max_size=12), JSON) | st.lists(JSON))
    def test_take_what_fits_or_say_what_does_not(self, verb, params):
        try:
            taken, number = line_verbs.take(verb, params), -32602
        except Failure as failure:
            taken, number = {}, failure.number

        assert set(taken) <= {one.name for one in verb.params}
        assert number == -32602

    @pytest.mark.parametrize("verb", line_verbs.TABLE, ids=lambda verb: verb.name)
    def test_have_an_example_that_fits_and_sentences_that_end(self, verb):
        assert line_verbs.take(verb, verb.example) == verb.example
        assert verb.about.endswith(".")
        assert {one.kind for one in verb.params} <= line_shapes.KINDS.keys()

    def test_know_the_bounds_of_what_is_booked(self):
        assert (line_shapes.LONGEST_TITLE, line_shapes.LONGEST_NOTE) == (wishes.TITLE, wishes.NOTE)
        assert (line_shapes.LONGEST_KEY, line_shapes.MOST_ROOMS) == (wishes.KEY, wishes.MAX_ROOMS)

    @pytest.mark.parametrize(
        ("wrong", "sentence"),
        [
            ({"title": "a\0b"}, "This text has characters that cannot be kept."),
            ({"title": "x" * 5000}, "At most 120 characters; this has 5000."),
            ({"title": 7}, "This is a text."),
            ({"key": 7}, "This is a text of 1 to 255 printable characters."),
            ({"key": ""}, "This is a text of 1 to 255 printable characters."),
            ({"key": "  "}, "This is a text of 1 to 255 printable characters."),
            ({"key": "x" * 256}, "This is a text of 1 to 255 printable characters."),
        ],
    )
    def test_say_what_is_wrong_with_it(self, wrong, sentence):
        with pytest.raises(Failure) as caught:
            line_verbs.take(line_verbs.VERBS["book"], {"venue": "a", "start": "x", **wrong})

        [name] = wrong
        assert caught.value.data["field_errors"] == {name: [sentence]}

    @pytest.mark.parametrize(
        ("params", "wrong"),
        [
            ({}, "start"),
            ({"venue": 7, "start": "x"}, "venue"),
            ({"venue": "a\0b", "start": "x"}, "venue"),
            ({"venue": "a", "start": "x", "count": True}, "count"),
            ({"venue": "a", "start": "x", "count": -1}, "count"),
            ({"venue": "a", "start": "x", "count": 2**63}, "count"),
            ({"venue": "a", "start": "x", "rooms": []}, "rooms"),
            ({"venue": "a", "start": "x", "rooms": [[1]]}, "rooms"),
            ({"venue": "a", "start": "x", "rooms": [1] * 101}, "rooms"),
            ({"venue": "a", "start": "x", "title": "\ud800"}, "title"),
            ({"venue": "a", "start": "x", "color": "red"}, "color"),
        ],
    )
    def test_name_the_field_that_is_wrong(self, params, wrong):
        with pytest.raises(Failure) as caught:
            line_verbs.take(line_verbs.VERBS["book"], params)

        assert wrong in caught.value.data["field_errors"]
        assert caught.value.data["code"] == "invalid"

    def test_take_params_by_position_too(self):
        assert line_verbs.take(line_verbs.VERBS["login"], ["a@b.c", "word"]) == {
            "email": "a@b.c",
            "password": "word",
        }
        with pytest.raises(Failure, match="at most"):
            line_verbs.take(line_verbs.VERBS["ping"], [1])

    def test_take_null_for_nothing_said(self):
        assert line_verbs.take(line_verbs.VERBS["rooms"], {"venue": "a"}) == {"venue": "a"}
        assert line_verbs.take(line_verbs.VERBS["help"], {"method": None}) == {}
