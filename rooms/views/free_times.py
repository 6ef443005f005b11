"""When rooms can be had in a stretch of time, as lists say it."""

from datetime import datetime, timedelta
from typing import Any

from reservations import Policy, Span, gaps, open_spans, policies
from rooms.models import Amenity
from rooms.queries.availability import Wants, taken_ranges
from rooms.queries.terms import RoomTerms, VenueTerms
from rooms.queries.timeline import RoomTimeline
from rooms.queries.words import stay_in_words
from rooms.views.board_data import usual_minutes
from rooms.views.calendar import Stretch


def free_list(
    terms: VenueTerms,
    stretch: Stretch,
    rows: dict[int, RoomTimeline],
    wants: Wants,
    *,
    only_free: bool,
    now: datetime,
) -> list[dict[str, Any]]:
    """Return every room with its free times of the day from now on; hidden, which have not what is wanted.

    A filter that is taken off, or a room that comes free, shows what was hidden.
    """
    names = {amenity.slug: amenity for amenity in Amenity.objects.all()}
    nights = stretch.nights()
    listed = []
    for room in terms.rooms.values():
        free = free_times(room, terms, rows.get(room.id), stretch.window, now)
        free_now = any(span.contains(now) for span in free)
        amenities = [names[slug] for slug in sorted(room.amenities) if slug in names]
        listed.append(
            {
                "id": room.id, "name": room.name, "noun": room.noun, "capacity": room.capacity,
                "floor": room.floor, "amenities": amenities, "free_now": free_now,
                "free": [{"span": span, "first": first_of(span, room.policy)} for span in free],
                "type": room.type_name, "runs": None if nights is None else runs(free, nights, terms),
                "hidden": not wants.met_by(room) or (only_free and not free_now),
            }
        )  # fmt: skip
    return listed


def first_of(free: Span, policy: Policy) -> Span:
    """Return the booking of usual length that a free stretch begins with: less where it ends sooner."""
    end = free.start + timedelta(minutes=usual_minutes(policy))
    return Span(free.start, min(end, free.end) if free.end else end)


def runs(free: list[Span], nights: list[Span], terms: VenueTerms) -> list[dict[str, Any]]:
    """Return the nights that can be had one after the other, each run of them in words with its first."""
    found = []
    for span in free:
        inside = [night for night in nights if night.within(span)]
        if inside and inside[-1].end:
            ends = inside[0].start, inside[-1].end
            arrive, depart = (edge.astimezone(terms.zone).date() for edge in ends)
            found.append({"words": stay_in_words(arrive, depart), "first": inside[0]})
    return found


def free_times(
    room: RoomTerms, terms: VenueTerms, own: RoomTimeline | None, window: Span, now: datetime
) -> list[Span]:
    """Return when the room can be had in the window, from the running step on."""
    policy = room.policy
    begins = policies.floor_to_step(now, policy, terms.zone)
    shortest = timedelta(minutes=policy.min_minutes)
    free = []
    for opened in open_spans(room.hours, window, terms.zone):
        if opened.end is None or opened.end <= begins:
            continue
        rest = Span(max(opened.start, begins), opened.end)
        whole = (_whole_steps(gap, room, terms) for gap in gaps(taken_ranges(own, policy), within=rest))
        free += [gap for gap in whole if gap and gap.end and gap.end - gap.start >= shortest]
    return free


def _whole_steps(gap: Span, room: RoomTerms, terms: VenueTerms) -> Span | None:
    """Return of a gap what can be booked: whole steps, where time is sold by the hour."""
    if room.policy.unit != "hour" or gap.end is None:
        return gap
    start = policies.ceil_to_step(gap.start, room.policy, terms.zone)
    end = policies.floor_to_step(gap.end, room.policy, terms.zone)
    return Span(start, end) if start < end else None
