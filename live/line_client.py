"""A client of the line protocol for people: `python -m live.line_client`. It needs Python and nothing else.

At a terminal it asks, completes and colors; in a pipe it reads the e-mail address, the password and then
one verb a line, and prints nothing that was not asked for. With --json each answer is one JSON object.
"""

from __future__ import annotations

import argparse
import os
import ssl
import sys
from collections.abc import Sequence

from live.line_client_here import Mistyped
from live.line_client_terminal import Terminal, Woken
from live.line_client_verbs import Session
from live.line_client_wire import LineEnded, Refusal, Wire

FINE, ENDED, NOT_LET_IN, REFUSED = 0, 1, 3, 4
CODES = (
    "Exit codes: 0 all went well; 1 the server cannot be reached or hung up; 2 wrong arguments; "
    "3 not let in; 4 (in a pipe) something that was asked for was refused."
)
TRIES = 3


def arguments(given: Sequence[str] | None) -> argparse.Namespace:
    """Return the options."""
    parser = argparse.ArgumentParser(
        prog="python -m live.line_client", description="Reserve rooms from a terminal.", epilog=CODES
    )
    parser.add_argument("--host", default="127.0.0.1", help="the server (default: 127.0.0.1)")
    port = os.environ.get("TCP_PORT", "")
    usual = int(port) if port.isdigit() and int(port) else 9300
    parser.add_argument("--port", type=int, default=usual, help=f"its port (default: {usual})")
    parser.add_argument("--email", help="log in as; the password is asked for, or RESERVE_PASSWORD")
    parser.add_argument("--register", action="store_true", help="make an account first")
    parser.add_argument("--anonymous", action="store_true", help="do not log in")
    parser.add_argument("--venue", help="turn to this venue first, by its slug")
    parser.add_argument("--json", action="store_true", help="one JSON object for each answer and change")
    parser.add_argument("--tls", action="store_true", help="encrypt the line")
    parser.add_argument("--ca", metavar="FILE", help="trust this certificate (implies --tls)")
    return parser.parse_args(given)


def main(given: Sequence[str] | None = None) -> int:
    """Serve whoever types, and return the exit code."""
    options = arguments(given)
    terminal = Terminal(as_json=options.json)
    try:
        return _serve(options, terminal)
    except LineEnded as ended:
        print(ended, file=sys.stderr)  # noqa: T201 -- a client speaks to people
        return ENDED
    except (KeyboardInterrupt, BrokenPipeError):
        return 130


def _serve(options: argparse.Namespace, terminal: Terminal) -> int:
    secret = None
    if options.tls or options.ca:
        try:
            secret = ssl.create_default_context(cafile=options.ca)
        except (OSError, ssl.SSLError) as error:
            raise LineEnded(f"The certificate {options.ca} cannot be read: {error}") from None
    session: Session | None = None
    wire = Wire(
        (options.host, options.port),
        secret=secret,
        on_change=lambda method, frame: session.hear(method, frame) if session else None,
        on_end=terminal.interrupt,
    )
    try:
        if not _enter(options, wire, terminal):
            return NOT_LET_IN
        try:
            session = Session(wire, terminal, options.venue)
        except Mistyped as mistake:
            print(mistake, file=sys.stderr)  # noqa: T201 -- as in main
            return 2
        return _talk(session, terminal)
    except Woken:
        raise LineEnded(wire.last_word or "The server ended the line.") from None
    finally:
        wire.close()


def _enter(options: argparse.Namespace, wire: Wire, terminal: Terminal) -> bool:
    """Log in, and tell whether that went well; nobody in particular is let in, too."""
    if options.anonymous:
        return True
    for _ in range(TRIES if terminal.is_person else 1):
        try:
            said = _credentials(options, terminal)
            person = wire.call("register" if options.register else "login", **said) if said else None
        except EOFError:
            return False
        except Refusal as refusal:
            print(refusal, file=sys.stderr)  # noqa: T201 -- as in main
            continue
        if terminal.is_person and person:
            terminal.say(f"Welcome, {person['name'] or person['email']}. Type help for what there is.")
        return True
    return False


def _credentials(options: argparse.Namespace, terminal: Terminal) -> dict[str, str]:
    """Return the address and the password, or nothing if none is said."""
    email = options.email or os.environ.get("RESERVE_EMAIL") or terminal.ask("E-mail: ").strip()
    if not email:
        return {}
    password = os.environ.get("RESERVE_PASSWORD") or terminal.ask_secretly("Password: ")
    name = terminal.ask("Name: ").strip() if options.register and terminal.is_person else ""
    return {"email": email, "password": password, **({"name": name} if name else {})}


def _talk(session: Session, terminal: Terminal) -> int:
    terminal.complete_with(session.complete)
    while True:
        try:
            if not session.do(terminal.ask(session.prompt)):
                break
        except EOFError:
            if terminal.is_person:
                terminal.say("")
            break
        except KeyboardInterrupt:
            if not terminal.is_person:
                raise
            terminal.say("")
    return REFUSED if session.refused and not terminal.is_person else FINE


if __name__ == "__main__":
    sys.exit(main())
