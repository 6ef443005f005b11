"""The terminal client, driven as people and scripts drive it."""

import ssl
import subprocess
import sys
import time

import pytest

from live.line_client_asking import wanted
from live.line_client_board import Board
from live.line_client_print import Paint, table
from live.line_client_terminal import Terminal, Woken
from rooms.models import Booking
from tests.line.screens import ROOT, environment, objects, piped, plain
from tests.worlds import PASSWORD, hotel, office, person, rooms

ADA = ("ada@example.com", PASSWORD)


@pytest.fixture
def house(transactional_db):
    """A hotel of ten rooms, and somebody who may book them."""
    house = hotel()
    house.types.update(unit="night")
    rooms(house, 10, capacity=2)
    person("ada")
    return house


def test_it_needs_nothing_but_python():
    ended = subprocess.run(
        [sys.executable, "-S", "-c", "import live.line_client, sys; print('django' in sys.modules)"],
        cwd=ROOT, env=environment(), capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert (ended.stdout, ended.stderr) == ("False\n", "")


class TestInAPipe:
    def test_a_guest_books_asks_and_checks_out_without_a_prompt(self, house, server):
        ended = piped(
            server.address, *ADA, "book 3 tomorrow 15:00 2 nights", "query", "checkout", "query", "exit"
        )

        assert (ended.returncode, ended.stderr) == (0, "")
        lines = ended.stdout.splitlines()
        assert lines[0].startswith("confirmed #")
        assert lines[1].startswith("  Room 1, Room 2, Room 3, ")
        assert lines[3].split()[:2] == [lines[0][11:], "confirmed"]
        assert lines[4] == f"Room 1, Room 2, Room 3 free again ({lines[0][11:]})"
        assert lines[5:] == ["You have none."]
        assert "E-mail" not in ended.stdout
        assert "\x1b" not in ended.stdout

    def test_more_than_are_free_is_refused_with_how_many_and_the_exit_code_says_so(self, house, server):
        ended = piped(server.address, *ADA, "book 4 tomorrow 2 nights", "book 10 tomorrow 2 nights")

        assert ended.returncode == 4
        assert "Only 6 are free." in ended.stdout
        assert Booking.objects.count() == 1

    def test_a_taken_room_is_refused_with_what_to_have_instead(self, house, server):
        ended = piped(server.address, *ADA, "book room 7 tomorrow", "book Room 7 tomorrow")

        assert "Room 7 is booked: " in ended.stdout
        assert ended.stdout.count("  Instead: ") >= 3

    def test_one_person_hears_what_another_books(self, house, server):
        listening = subprocess.Popen(
            [sys.executable, "-S", "-m", "live.line_client", "--port", str(server.address[1]), "--anonymous"],
            cwd=ROOT, env=environment(), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        listening.stdin.write("watch\nwait\n")
        listening.stdin.flush()
        assert listening.stdout.readline().startswith("Watching venue:hotel: 10 rooms")

        piped(server.address, *ADA, "book Room 7 tomorrow")
        heard = listening.stdout.readline()

        listening.kill()
        listening.communicate()
        assert heard.startswith("* Room 7 is booked: ")

    def test_json_is_one_object_for_each_answer(self, house, server):
        verbs = (
            "rooms",
            "hold 2 tomorrow",
            "confirm",
            "book 10 tomorrow",
            "book 1 soon",
            "nonsense",
            "watch",
            "help",
        )

        said = objects(piped(server.address, *ADA, *verbs, options=["--json"]))

        assert [one["verb"] for one in said] == [verb.split()[0] for verb in verbs]
        assert ["error" in one for one in said] == [False, False, False, True, True, True, False, False]
        assert said[2]["result"]["reference"] == said[1]["result"]["reference"]
        assert (said[3]["error"]["code"], said[3]["error"]["free"]) == ("unavailable", 8)

    @pytest.mark.parametrize(
        ("lines", "options", "code", "sentence"),
        [
            (("ada@example.com", "wrong"), (), 3, "do not belong together"),
            (("ada@example.com",), (), 3, ""),  # and no password
            ((), ("--anonymous", "--venue", "nowhere"), 2, "There is no venue nowhere. There are: hotel."),
            ((), ("--anonymous", "--port", "1"), 1, "Cannot reach 127.0.0.1:1: Connection refused."),
            ((), ("--ca", "/no/such.pem"), 1, "cannot be read"),
            ((), ("--tls", "--anonymous"), 1, "Cannot reach"),  # the server speaks no TLS
            ((), ("--nonsense",), 2, "unrecognized arguments"),
            (("", "book 1 tomorrow"), (), 4, ""),  # nobody in particular may look around, and no more
        ],
    )
    def test_the_exit_code_says_what_went_wrong(self, house, server, lines, options, code, sentence):
        ended = piped(server.address, *lines, options=options)

        assert ended.returncode == code
        assert sentence in ended.stderr

    def test_an_account_can_be_made_and_used(self, house, server):
        ended = piped(
            server.address, "book 1 tomorrow", options=["--register", "--email", "new@example.com"],
            RESERVE_PASSWORD="a few words to remember",
        )  # fmt: skip

        assert ended.returncode == 0
        assert Booking.objects.get().guest.email == "new@example.com"

    def test_a_server_that_stops_ends_it_with_its_last_word(self, house, server):
        client = subprocess.Popen(
            [sys.executable, "-S", "-m", "live.line_client", "--port", str(server.address[1]), "--anonymous"],
            cwd=ROOT, env=environment(), stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
        with client:
            client.stdin.write("watch\n")
            client.stdin.flush()
            client.stdout.readline()

            server.stop()
            try:
                code = client.wait(timeout=30)
            finally:
                client.kill()
            assert (code, client.stderr.read()) == (1, "The server restarts. Please come back in a moment.\n")

    def test_a_server_that_stops_while_nothing_is_being_read_ends_it_too(self):
        terminal = Terminal()
        terminal.interrupt()

        with pytest.raises(Woken):
            terminal.ask("> ")

    def test_a_title_cannot_steer_the_terminal_and_hotels_know_their_hours(self, house, server):
        ended = piped(
            server.address, *ADA, 'book 1 tomorrow "Ring \u2028 it"', "book 1 tomorrow 14:00 2 nights"
        )

        assert "characters that cannot be shown" in ended.stdout
        assert "Stays at Hotel begin at 15:00" in ended.stdout

    def test_encrypted_it_trusts_whom_it_is_told_to(self, house, serve, certificate):
        known, key = certificate
        secret = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        secret.load_cert_chain(known, key)
        server = serve(secret=secret)

        trusting = piped(server.address, "rooms", options=["--anonymous", "--ca", str(known)])
        wary = piped(server.address, "rooms", options=["--anonymous", "--tls"])

        assert "10 of 10 free now" in trusting.stdout
        assert (wary.returncode, wary.stdout) == (1, "")


class TestAtATerminal:
    def test_it_asks_answers_and_takes_its_leave(self, house, screen):
        ada = screen()
        ada.until("E-mail: ")
        ada.enter("ada@example.com")
        ada.until("Password: ")
        ada.enter(PASSWORD)

        shown = ada.until("hotel> ")
        ada.enter("book 3 tomorrow 15:00 2 nights")
        booked = ada.until("hotel> ")
        ada.enter("checkout")
        left = ada.until("hotel> ")
        ada.enter("exit")

        assert PASSWORD not in shown
        assert "Welcome, Ada." in shown
        assert "\x1b[32mconfirmed\x1b[0m #" in booked
        assert "Room 1, Room 2, Room 3" in plain(booked)
        assert "free again" in left
        assert ada.ends() == 0

    def test_nobody_leaves_all_their_bookings_by_a_slip(self, house, screen):
        ada = screen("--email", "ada@example.com")
        ada.until("Password: ")
        ada.enter(PASSWORD)
        ada.until("hotel> ")
        for number in (1, 2):
            ada.enter(f"book {number} tomorrow 15:00 2 nights")
            ada.until("hotel> ")

        ada.enter("checkout")
        asked = ada.until("hotel> ")
        ada.enter("checkout all")
        left = ada.until("hotel> ")

        assert "All 2 of your bookings? Then type checkout all" in asked
        assert left.count("free again") == 2

    def test_a_wrong_password_may_be_typed_again(self, house, screen):
        ada = screen("--email", "ada@example.com")
        ada.until("Password: ")
        ada.enter("wrong")
        ada.until("do not belong together")
        ada.until("Password: ")
        ada.enter(PASSWORD)

        ada.until("hotel> ")

    def test_what_changes_is_printed_and_what_is_being_typed_stays(self, house, server, screen):
        ada = screen("--anonymous")
        ada.until("hotel> ")
        ada.enter("watch")
        ada.until("the next 60 days")
        ada.until("hotel> ")
        ada.type("roo")
        ada.until("roo")
        ada.type("\x1b[D" * 2)  # left, twice

        piped(server.address, *ADA, "book Room 7 tomorrow")

        pushed = plain(ada.until("hotel> roo\x1b[2D"))
        assert "* Room 7 is booked: " in pushed
        ada.type("\x1b[C" * 2)
        ada.enter("ms")
        ada.until("10 of 10 free now")  # it is booked for tomorrow

    def test_tab_completes_verbs_venues_and_rooms(self, house, screen):
        office("annex")
        ada = screen("--anonymous", "--venue", "hotel")
        ada.until("hotel> ")
        ada.type("availa\t")
        ada.until("availability ")
        ada.enter("1 tomorrow")
        ada.until("10 free")
        ada.type("use an\t\n")
        ada.until("annex> ")

    def test_no_color_means_none(self, house, screen):
        ada = screen("--anonymous", NO_COLOR="1")
        ada.until("hotel> ")
        ada.enter("rooms")

        assert "\x1b[3" not in ada.until("10 of 10 free now")

    def test_a_line_that_ends_while_nobody_types_says_so(self, house, server, screen):
        ada = screen("--anonymous")
        ada.until("hotel> ")

        server.stop()

        ada.until("The server restarts. Please come back in a moment.")
        assert ada.ends() == 1

    def test_ctrl_c_gives_up_what_is_typed_and_ctrl_d_leaves(self, house, screen):
        ada = screen("--anonymous")
        ada.until("hotel> ")
        time.sleep(0.5)  # as a person would: readline must have begun to listen
        ada.type("nonsense\x03")
        ada.until("hotel> ")
        ada.enter("rooms")
        ada.until("10 of 10 free now")
        ada.until("hotel> ")
        ada.type("\x04")

        assert ada.ends() == 0


class TestWhatIsAskedFor:
    ROOMS = ("Aurora", "Hall A", "Hall B", "Grand Hall", "204", "3", "12A", "Aurora Annex", "9", "10")

    @pytest.mark.parametrize(
        ("typed", "params", "rest"),
        [
            ("3 tomorrow 15:00", {"count": 3}, "tomorrow 15:00"),
            ("3 rooms tomorrow", {"count": 3}, "tomorrow"),
            ("Aurora today 10-11", {"rooms": ["Aurora"]}, "today 10-11"),
            ("aurora annex today", {"rooms": ["Aurora Annex"]}, "today"),
            (
                "Hall A, Hall B and Grand Hall mon 10-11",
                {"rooms": ["Hall A", "Hall B", "Grand Hall"]},
                "mon 10-11",
            ),
            ("204 tomorrow 10-11", {"rooms": ["204"]}, "tomorrow 10-11"),  # there are not so many rooms
            ("#3 tomorrow", {"rooms": ["3"]}, "tomorrow"),
            ("room 3 tomorrow", {"rooms": ["3"]}, "tomorrow"),
            ("#3, #9 tomorrow", {"rooms": ["3", "9"]}, "tomorrow"),
            ("12A tomorrow", {"rooms": ["12A"]}, "tomorrow"),
            ("99 tomorrow", {"count": 99}, "tomorrow"),  # the server says how many are free
            ("tomorrow 10-11", {"count": 1}, "tomorrow 10-11"),
            ("10-11 tomorrow", {"count": 1}, "10-11 tomorrow"),
            ("2 doubles tomorrow", {"count": 2, "type": "Double"}, "tomorrow"),
            ("2 double rooms tomorrow", {"count": 2, "type": "Double"}, "rooms tomorrow"),
            (
                'Aurora mon 9-10 "Daily" for 4 people',
                {"rooms": ["Aurora"], "title": "Daily", "party": 4},
                "mon 9-10",
            ),
        ],
    )
    def test_is_understood(self, typed, params, rest):
        found = wanted(typed, self.ROOMS, ["Double", "Suite"])

        assert (found.params, found.rest.strip()) == (params, rest)


class TestBoards:
    def told(self, start, end):
        return f"{start} to {end}"

    def row(self, number, start="9"):
        return {"id": number, "room": 1, "start": start, "end": "10", "state": "booked"}

    def test_say_what_changed_once_and_never_go_back(self):
        board = Board()
        snapshot = {
            "type": "snapshot",
            "rooms": [{"id": 1, "revision": 3, "name": "Aurora"}],
            "allocations": [],
        }
        taken = {"type": "change", "rooms": [{"id": 1, "revision": 4, "allocations": [self.row(7)]}]}
        free = {"type": "change", "rooms": [{"id": 1, "revision": 5, "allocations": []}]}

        said = [board.apply(frame, self.told) for frame in (snapshot, taken, taken, free, taken)]

        assert said == [[], ["Aurora is booked: 9 to 10"], [], ["Aurora is free again: 9 to 10"], []]

    def test_keep_what_comes_before_the_snapshot(self):
        board = Board()
        snapshot = {
            "type": "snapshot",
            "rooms": [{"id": 1, "revision": 3, "name": "Aurora"}],
            "allocations": [],
        }
        early = {"type": "change", "rooms": [{"id": 1, "revision": 4, "allocations": [self.row(7)]}]}

        assert board.apply(early, self.told) == []
        assert board.apply(snapshot, self.told) == ["Aurora is booked: 9 to 10"]

    def test_tell_of_days_that_are_not_watched(self):
        board = Board()
        board.apply(
            {"type": "snapshot", "rooms": [{"id": 1, "revision": 3, "name": "A"}], "allocations": []},
            self.told,
        )

        said = board.apply(
            {"type": "change", "rooms": [{"id": 1, "revision": 4, "allocations": []}]}, self.told
        )

        assert said == ["A has changed, on days that are not watched"]


def test_tables_are_as_wide_as_they_must_be_and_steer_no_terminal():
    shown = table(("room", "state"), [("Aurora", "free"), ("\x1b[2J", "held")], Paint(is_on=False))

    assert shown == "room    state\nAurora  free\n\N{REPLACEMENT CHARACTER}[2J    held"
