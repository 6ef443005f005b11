"""The warden: ends, within five seconds, what a socket's owner may no longer see.

A page asks for rights with every request; a socket asked once, and may be open for days. So every four
seconds all sockets with an owner are compared with the tables together, in four queries.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib.sessions.models import Session
from django.utils.crypto import constant_time_compare

from accounts import tokens
from accounts.models import Membership, User
from live import frames
from live.topics import DeskTopic, VenueTopic, given_to_each
from live.views import Join, View
from live.visitors import Visitor
from reservations import NotFound, Unready

if TYPE_CHECKING:
    from live.hub import Hub


@dataclass(frozen=True, slots=True)
class Standing:
    """Who still stands: live sessions and families, people with their session hashes, and who works where."""

    sessions: frozenset[str]
    families: frozenset[str]
    hashes: dict[int, str]
    superusers: frozenset[int]
    staff: frozenset[tuple[int, int]]
    now: datetime
    given: Mapping[tuple[int, int], frozenset[int]] = field(default_factory=dict)
    """Of who watches a venue that hides rooms, by person and venue, which of these they may see."""

    def is_over(self, visitor: Visitor) -> bool:
        """Tell whether the log-in by which the visitor came has ended."""
        if visitor.user is None:
            return False
        if visitor.session_key is not None and visitor.session_key not in self.sessions:
            return True
        if visitor.family and visitor.family not in self.families:
            return True
        if visitor.expires_at is not None and visitor.expires_at <= self.now:
            return True
        current = self.hashes.get(visitor.user.pk)
        return current is None or not constant_time_compare(current, visitor.session_hash)

    def is_staff(self, visitor: Visitor, venue_id: int) -> bool:
        """Tell whether the visitor works at the venue."""
        if visitor.user is None:
            return False
        return visitor.user.pk in self.superusers or (visitor.user.pk, venue_id) in self.staff


def standing(
    visitors: Iterable[Visitor], venues: Collection[int], hiding: Collection[tuple[int, int]] = ()
) -> Standing:
    """Read how the visitors stand; their roles only at the venues where that matters.

    :param hiding: people with venues that hide rooms, and of which they watch the board
    """
    owners = [visitor for visitor in visitors if visitor.user is not None]
    now = datetime.now(UTC)
    keys = {visitor.session_key for visitor in owners if visitor.session_key}
    ids = {visitor.user.pk for visitor in owners}
    sessions = Session.objects.filter(session_key__in=keys, expire_date__gt=now) if keys else None
    active = User.objects.filter(pk__in=ids, is_active=True).only("password", "login_stamp", "is_superuser")
    people = list(active) if ids else []
    staff = Membership.objects.filter(user__in=ids, venue__in=venues) if ids and venues else None
    works = frozenset(staff.values_list("user_id", "venue_id") if staff is not None else ())
    superusers = frozenset(user.pk for user in people if user.is_superuser)
    return Standing(
        sessions=frozenset(sessions.values_list("session_key", flat=True) if sessions is not None else ()),
        families=tokens.living(visitor.family for visitor in owners),
        hashes={user.pk: user.get_session_auth_hash() for user in people},
        superusers=superusers,
        staff=works,
        now=now,
        given=given_to_each(hiding, lambda user, venue: user in superusers or (user, venue) in works),
    )


class Warden:
    """Closes sockets whose log-in is over (4401) or whose role is gone (4403)."""

    PERIOD: ClassVar[float] = 4.0  # seconds; with the time a check takes, rights end within five

    def __init__(self, hub: "Hub") -> None:
        self._hub = hub

    async def check(self) -> None:
        """Compare every socket that has an owner, or watches what is not for everybody."""
        sockets = list(self._hub.sockets)
        guarded = {
            view.topic.venue_id
            for view in self._hub.views.values()
            if isinstance(view.topic, VenueTopic)
            and (isinstance(view.topic, DeskTopic) or not view.is_listed)
        }
        if not guarded and not any(socket.visitor.user for socket in sockets):
            return
        hiding = {
            (socket.visitor.user.pk, view.topic.venue_id)
            for socket in sockets
            if socket.visitor.user is not None
            for view in socket.views.values()
            if view.hides and type(view.topic) is VenueTopic
        }
        visitors = [socket.visitor for socket in sockets]
        guarded |= {venue for _, venue in hiding}
        now = await self._hub.readers.run(standing, visitors, guarded, hiding)
        for socket in sockets:
            if now.is_over(socket.visitor):
                socket.end(4401, "Your log-in has ended.")
            else:
                await self._check_topics(socket, now)

    async def _check_topics(self, socket: Any, now: Standing) -> None:
        for name, view in list(socket.views.items()):
            topic = view.topic
            if not isinstance(topic, VenueTopic):
                continue
            is_desk = isinstance(topic, DeskTopic)
            if not (is_desk or not view.is_listed) or now.is_staff(socket.visitor, topic.venue_id):
                await self._show_what_is_given(socket, view, now)
                continue
            if is_desk:
                socket.end(4403, "You no longer work at this venue.")
            else:
                await self._hub.unwatch(name, socket)
                gone = NotFound("There is no such topic.")
                socket.outlet.put(frames.encode(frames.refusal(gone, topic=name)))

    async def _show_what_is_given(self, socket: Any, view: View, now: Standing) -> None:
        """Let a socket watch with those who may see the same rooms, if its owner may see others by now."""
        topic, user = view.topic, socket.visitor.user
        if user is None or type(topic) is not VenueTopic:  # desks show all, and seats have no rights
            return
        given = now.given.get((user.pk, topic.venue_id), topic.given)
        if given == topic.given or socket.views.get(topic.name) is not view:
            return
        try:
            await self._hub.watch(replace(topic, given=given), view.span, Join(socket))
        except Unready as full:
            await self._hub.unwatch(topic.name, socket)
            socket.outlet.put(frames.encode(frames.refusal(full, topic=topic.name)))
