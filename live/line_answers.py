"""From a line to its answer: who may call, what is called, and what a refusal looks like on a line."""

import logging
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from django.db import DatabaseError

from accounts import origins
from live import line_callers, line_methods, line_verbs
from live.line_calling import Call
from live.line_protocol import BROKEN, REFUSED, Failure, Json, Request, Said, error, parse, result
from live.visitors import NOBODY
from reservations import ReservationError, Unready
from rooms import metrics

if TYPE_CHECKING:
    from live.line_connection import Connection

logger = logging.getLogger(__name__)


async def answer_to(line: bytes, connection: "Connection") -> Json | list[Json] | None:
    """Return what to answer: one object, a batch of them, or nothing where nobody wants an answer."""
    said: Said = parse(line)
    answers = [await _answer_one(part, connection) for part in said.parts]
    wanted = [answer for answer in answers if answer is not None]
    if said.is_batch:
        return wanted or None
    return wanted[0] if wanted else None


async def _answer_one(part: Request | Failure, connection: "Connection") -> Json | None:
    if isinstance(part, Failure):
        return error(part)
    try:
        answer = result(part, await _call(part, connection))
    except Failure as failure:
        answer = error(failure, part.id)
    except line_callers.Ended as ended:
        connection.visitor = NOBODY
        answer = error(refusal(ended), part.id)
    except ReservationError as refused:
        answer = error(refusal(refused), part.id)
    except DatabaseError:
        logger.warning("The tables did not answer a line.", exc_info=True)
        answer = error(refusal(Unready("The tables cannot be read right now. Please try again.")), part.id)
    except Exception:
        logger.exception("%s failed on a line.", part.method)
        answer = error(
            Failure(BROKEN, "Something went wrong here. It has been noted.", code="unready"), part.id
        )
    return None if part.is_notification else answer


def refusal(refused: ReservationError) -> Failure:
    """Return the refusal as a line says it: the problem of every door, in the words of the line's verbs."""
    metrics.refused("line", refused.code)
    problem = refused.as_problem()
    for offer in problem.get("alternatives", ()):
        offer.pop("guest", None)  # no verb takes one
        if "room_type" in offer:
            offer["type"] = offer.pop("room_type")
        if "hold" in offer:  # which a move's has not
            offer["method"] = _method_of(offer)
    return Failure(REFUSED, refused.sentence, **problem)


def _method_of(offer: Json) -> str:
    """Return the verb by which the offer is had: what is paid online can only be held."""
    verb = "hold" if offer["hold"] else "book"
    return f"{verb}_seats" if "departure" in offer else verb


async def _call(request: Request, connection: "Connection") -> Any:
    verb = line_verbs.verb_of(request)
    params = line_verbs.take(verb, request.params)
    here = HERE.get(verb.name)
    if here is not None:
        return await here(connection, params)
    return await connection.server.hands.run(_in_thread, verb.name, connection, params)


def _in_thread(name: str, connection: "Connection", params: dict[str, Any]) -> Any:
    origins.came("line", connection.address)
    person = line_callers.person_of(connection.visitor)
    return line_methods.METHODS[name](Call(person, params))


async def _register(connection: "Connection", params: dict[str, Any]) -> Json:
    return await _enter(line_callers.register, connection, params)


async def _login(connection: "Connection", params: dict[str, Any]) -> Json:
    return await _enter(line_callers.log_in, connection, params)


async def _enter(how: Callable[..., Any], connection: "Connection", params: dict[str, Any]) -> Json:
    # Hands of their own: a password takes a fifth of a second to check, and bookings need not wait for it.
    run = connection.server.doormen.run
    connection.visitor = await run(how, connection.address, connection.visitor, **params)
    person = connection.visitor.user
    return {"email": person.email, "name": person.name}


async def _watch(connection: "Connection", params: dict[str, Any]) -> Any:
    visitor = connection.visitor
    if visitor.user is None:
        return await connection.watching.watch(None, params)
    person = await connection.server.hands.run(line_callers.person_of, visitor)
    return await connection.watching.watch(person, params)


async def _unwatch(connection: "Connection", params: dict[str, Any]) -> Json:
    return await connection.watching.unwatch(params)


async def _ping(connection: "Connection", params: dict[str, Any]) -> str:
    return "pong"


async def _help(connection: "Connection", params: dict[str, Any]) -> Json:
    return {
        "manual": "docs/line-protocol.md",
        "methods": line_verbs.manual(params.get("method"), datetime.now(UTC).date()),
    }


HERE: Mapping[str, Callable[["Connection", dict[str, Any]], Awaitable[Any]]] = {
    "register": _register,
    "login": _login,
    "watch": _watch,
    "unwatch": _unwatch,
    "ping": _ping,
    "help": _help,
}
"""What is answered on the loop itself; all else reads or writes the tables in a thread."""
