"""The table of endpoints: what each takes, answers and refuses, for the door, the document and the tests.

An endpoint is one function under `@endpoint(…)`. What stands there is all there is: the door checks and
converts by it, the OpenAPI document is generated from it, and the table of rights in the tests has to have
a row for it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec
from django.http import HttpRequest

from api.auth import Caller
from reservations import NotAuthenticated

PREFIX = "/api/v1/"
ANYBODY, PERSON, STAFF = "anybody", "whoever is logged in", "the venue's staff"
MANAGER = "the venue's managers"
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
NOTHING_SENT: Mapping[str, str] = {}


class Nothing(msgspec.Struct):
    """No fields."""


@dataclass(slots=True)
class Call:
    """One request, checked: who asks, which path, query and body."""

    request: HttpRequest
    caller: Caller
    path: Mapping[str, str]
    query: Any
    body: Any

    @property
    def user(self) -> Any:
        """Return the person who asks, or None."""
        return self.caller.user

    @property
    def person(self) -> Any:
        """Return the person who asks.

        :raises NotAuthenticated: if nobody is logged in
        """
        if self.caller.user is None:
            raise NotAuthenticated("Log in to do that: send Authorization: Bearer and a token.")
        return self.caller.user


@dataclass(slots=True)
class Reply:
    """An answer that is more than a body and the usual status; `content` is a struct, or JSON already."""

    content: Any = None
    status: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict)


View = Callable[[Call], Any]


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One method of one path."""

    method: str
    path: str
    view: View
    group: str
    who: str
    status: int
    also: tuple[int, ...]
    answer: Any
    query: type[msgspec.Struct]
    body: type[msgspec.Struct] | None
    body_required: bool
    refuses: tuple[str, ...]
    headers: Mapping[str, str]
    sent: Mapping[str, str]
    may_be_unchanged: bool
    shared: bool
    kinds: Mapping[str, str]

    @property
    def name(self) -> str:
        """Return the function's name, which names the operation in the document."""
        return self.view.__name__

    @property
    def words(self) -> tuple[str, str]:
        """Return the first sentence of the function's text, and the rest."""
        summary, _, rest = (self.view.__doc__ or "").strip().partition("\n")
        return summary.strip().rstrip("."), "\n".join(line.strip() for line in rest.strip().splitlines())


ENDPOINTS: list[Endpoint] = []
_tree: dict[str, Any] = {}
_METHODS = ""  # beneath this key, which no segment has, lie a path's endpoints
_ANY = "{}"


def endpoint(method: str, path: str, **facts: Any) -> Callable[[View], View]:
    """Add the function to the table.

    :param answer: the struct of the body; None is a 204 without one
    :param also: other statuses with the same body
    :param refuses: codes of refusals, besides those that every endpoint has
    :param sent: request headers that mean something here, with what
    :param headers: response headers that say something, with what
    :param kinds: content types that the answer may have besides JSON, with when
    :param shared: whether everybody gets the same answer, so that caches may keep it
    """

    def add(view: View) -> View:
        answer = facts.get("answer")
        added = Endpoint(
            method=method,
            path=path,
            view=view,
            group=facts.get("group", path.partition("/")[0]),
            who=facts.get("who", PERSON),
            status=facts.get("status", 200 if answer else 204),
            also=tuple(facts.get("also", ())),
            answer=answer,
            query=facts.get("query", Nothing),
            body=facts.get("body"),
            body_required=facts.get("body_required", True),
            refuses=tuple(facts.get("refuses", ())),
            headers=facts.get("headers", NOTHING_SENT),
            sent=facts.get("sent", NOTHING_SENT),
            may_be_unchanged=facts.get("may_be_unchanged", False),
            shared=facts.get("shared", False),
            kinds=facts.get("kinds", NOTHING_SENT),
        )
        ENDPOINTS.append(added)
        _plant(added)
        return view

    return add


def _plant(added: Endpoint) -> None:
    node = _tree
    for segment in added.path.split("/"):
        node = node.setdefault(_ANY if segment.startswith("{") else segment, {})
    node.setdefault(_METHODS, {})[added.method] = added


@dataclass(frozen=True, slots=True)
class Match:
    """The endpoints of a path, by method, and what stood in its variable places."""

    methods: Mapping[str, Endpoint]
    values: tuple[str, ...]

    @property
    def allowed(self) -> str:
        """Return the methods of the path, as the Allow header lists them."""
        told = [method for method in METHODS if method in self.methods]
        return ", ".join([*(["GET", "HEAD"] if "GET" in told else []), *told[("GET" in told) :], "OPTIONS"])

    def named(self, found: Endpoint) -> dict[str, str]:
        """Return the values by the names that the endpoint gives them."""
        names = [segment[1:-1] for segment in found.path.split("/") if segment.startswith("{")]
        return dict(zip(names, self.values, strict=True))


def match(path: str) -> Match | None:
    """Return what answers at the path under the prefix, or None."""
    node, values = _tree, []
    if "\0" in path:
        return None  # Nothing has such a name, and PostgreSQL cannot even look for it.
    for segment in path.split("/"):
        if segment and segment in node:
            node = node[segment]
        elif segment and _ANY in node:
            node = node[_ANY]
            values.append(segment)
        else:
            return None
    return Match(node[_METHODS], tuple(values)) if _METHODS in node else None
