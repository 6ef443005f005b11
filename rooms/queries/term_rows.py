"""What the rows of a venue's terms say, in the words of the library."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence

from django.forms.models import model_to_dict

from reservations import Rate, hours, policies
from reservations.questions import Question
from reservations.quotas import Quota
from rooms.models import OpeningException, OpeningHours, Room, RoomType
from rooms.models import Question as QuestionRow
from rooms.models import Quota as QuotaRow
from rooms.models import Rate as RateRow


def policy_of(kind: RoomType) -> policies.Policy:
    """Return the policy of the type."""
    row = model_to_dict(kind.policy, exclude=["id", "venue", "name", "cancellation_steps"])
    steps = tuple(tuple(step) for step in kind.policy.cancellation_steps)
    return policies.Policy(unit=kind.unit, cancellation_steps=steps, **row)


def rate_of(row: RateRow) -> Rate:
    """Return one of its rates."""
    return Rate(
        name=row.name,
        unit=row.unit,
        amount=row.amount,
        weekdays=frozenset(row.weekdays) or None,
        starts_on=row.starts_on,
        ends_on=row.ends_on,
        min_units=row.min_units,
        priority=row.priority,
        free_minutes=row.free_minutes,
        most_a_day=row.most_a_day,
        from_time=row.from_time,
        until_time=row.until_time,
    )


def quotas_of_types(venues: Sequence[int], types: Iterable[RoomType]) -> dict[int, tuple[Quota, ...]]:
    """Return for each type of the venues what quotas its rooms count for: its own, and its venue's."""
    known: defaultdict[int, list[Quota]] = defaultdict(list)
    for row in QuotaRow.objects.filter(venue__in=venues).select_related("type").order_by("pk"):
        known[row.venue_id].append(_quota(row))
    return {
        kind.pk: tuple(quota for quota in known[kind.venue_id] if quota.covers(kind.pk, kind.unit))
        for kind in types
    }


def questions_of(venues: Sequence[int]) -> dict[int, tuple[Question, ...]]:
    """Return what each of the venues asks whoever books there, in its order."""
    found: defaultdict[int, list[Question]] = defaultdict(list)
    for row in QuestionRow.objects.filter(venue__in=venues, is_asked=True).select_related("type"):
        found[row.venue_id].append(_question(row))
    return {venue: tuple(asked) for venue, asked in found.items()}


def _question(row: QuestionRow) -> Question:
    return Question(
        id=row.pk,
        text=row.text,
        kind=row.kind,
        choices=tuple(row.choices),
        required=row.required,
        help=row.help,
        type_id=row.type_id,
        type_name=row.type.name if row.type else "",
    )


def _quota(row: QuotaRow) -> Quota:
    return Quota(row.most, row.measure, row.per, row.type_id, row.type.name if row.type else "")


Kept = tuple[int, int | None]  # who keeps hours: a venue, or one room of it


def amenities_of(venues: Sequence[int]) -> dict[int, frozenset[str]]:
    """Return what each room has."""
    has: defaultdict[int, list[str]] = defaultdict(list)
    rows = Room.amenities.through.objects.filter(room__venue__in=venues, room__archived_at=None)
    for room, slug in rows.values_list("room_id", "amenity__slug"):
        has[room].append(slug)
    return {room: frozenset(slugs) for room, slugs in has.items()}


def hours_of(venues: Sequence[int]) -> Callable[[int, int], hours.Hours]:
    """Return what tells the hours of a room of a venue; rooms without their own share the venue's."""
    weekly: defaultdict[Kept, list[hours.Opening]] = defaultdict(list)
    for row in OpeningHours.objects.filter(venue__in=venues).order_by("weekday", "opens"):
        weekly[row.venue_id, row.room_id].append(hours.Opening(row.weekday, row.opens, row.closes))
    exceptions: defaultdict[Kept, list[hours.Exception_]] = defaultdict(list)
    for other in OpeningException.objects.filter(venue__in=venues).order_by("date", "opens"):
        differs = hours.Exception_(other.date, other.opens, other.closes)
        exceptions[other.venue_id, other.room_id].append(differs)
    shared: dict[int, hours.Hours] = {}

    def opening(venue: int, room: int) -> hours.Hours:
        house, own = (venue, None), (venue, room)
        if own in weekly or own in exceptions:
            kept = own if own in weekly else house
            return hours.Hours(tuple(weekly[kept]), (*exceptions[house], *exceptions[own]))
        if venue not in shared:
            shared[venue] = hours.Hours(tuple(weekly[house]), tuple(exceptions[house]))
        return shared[venue]

    return opening
