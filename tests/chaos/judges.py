"""Judges: each reads the history, and the tables at the end, and names what should not be.

They are strict where something is proved and silent where it is not: a final table that looks right says
little, for most double bookings of a check-then-insert are gone again by then.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import pairwise

from tests.chaos.history import History, Wish

RECOVERED = 10.0  # seconds after the last fault within which everything is well again
Violations = list[str]


def nobody_shares_a_room(history: History) -> Violations:
    """Two granted wishes for one room and hour were never surely there at once (I2)."""
    found = []
    for (room, slot), wishes in _by_place(history.wishes).items():
        granted = sorted((one for one in wishes if one.was_granted), key=lambda one: one.answered)
        for earlier, later in pairwise(granted):
            # Surely there: from the answer to the booking until its cancellation was asked for.
            if later.answered < earlier.cancel_called:
                found.append(f"room {room} slot {slot}: {earlier.reference} and {later.reference}")
    return found


def nobody_is_refused_for_free_time(history: History) -> Violations:
    """Whoever heard "unavailable" could meet somebody there between the call and the answer (I5).

    Of a series, on one of its dates.
    """
    by_place, found = _by_place(history.wishes), []
    for refused in (one for one in history.wishes if one.code == "unavailable"):
        others = (one for place in refused.places for one in by_place[place] if one is not refused)
        rivals = (one for one in others if one.was_granted or one.is_open)
        if not any(one.called < refused.answered and refused.called < one.cancel_answered for one in rivals):
            found.append(f"room {refused.room} slot {refused.slot}: refused to {refused.key}")
    return found


def a_series_is_whole_or_nothing(history: History, dates: Mapping[str, tuple[int, int]]) -> Violations:
    """Every series in the tables has all of its dates, or none any more, whatever died half way (I7).

    :param dates: of each series how many dates it has, and how many of them still take place
    """
    asked = {one.reference: one.dates for one in history.wishes if one.was_granted}
    most = max((one.dates for one in history.wishes), default=0)  # of what was never acknowledged
    return [
        f"{reference} has {written} dates, of which {kept} take place"
        for reference, (written, kept) in dates.items()
        if written != asked.get(reference, most) or kept not in (0, written)
    ] + [
        f"{reference} has no dates at all"
        for reference, number in asked.items()
        if number > 1 and reference not in dates
    ]


def _by_place(wishes: Iterable[Wish]) -> Mapping[tuple[int, int], list[Wish]]:
    places: dict[tuple[int, int], list[Wish]] = defaultdict(list)
    for one in wishes:
        for place in one.places:
            places[place].append(one)
    return places


def what_was_promised_is_there(history: History, tables: Mapping[str, str]) -> Violations:
    """Every booking that was acknowledged is in the tables, in the state that was acknowledged (I4)."""
    found = []
    for one in history.wishes:
        if not one.was_granted or (one.cancel_called < one.cancel_answered and not one.is_cancelled):
            continue  # Its cancellation was asked for and never answered.
        state, promised = tables.get(one.reference), "cancelled" if one.is_cancelled else "confirmed"
        if state != promised:
            found.append(f"{one.reference} is {state} and should be {promised}")
    return found


def one_key_books_once(history: History, tables: Mapping[str, str]) -> Violations:
    """No two wishes got one booking, and the tables have none that nobody asked for (I6)."""
    known = Counter(one.reference for one in history.wishes if one.reference)
    found = [f"{reference} was given {times} times" for reference, times in known.items() if times > 1]
    strays = set(tables) - set(known)
    unsure = sum(one.is_open for one in history.wishes)
    if len(strays) > unsure:
        found.append(
            f"{len(strays)} bookings of nobody, of which {unsure} may be of wishes without an answer"
        )
    return found


def nothing_breaks(history: History) -> Violations:
    """A fault is answered with 503 or not at all: never with an error of ours (I17)."""
    allowed = {200, 201, 409, 422, 503}
    return [
        f"{times} answers {status}" for status, times in history.statuses.items() if status not in allowed
    ]


def it_recovers(history: History, last_fault: float) -> Violations:
    """Ten seconds after the last fault nobody is turned away any more (I18)."""
    late = [at for at in history.troubles if at > last_fault + RECOVERED]
    return [f"{len(late)} calls failed later than {RECOVERED:.0f} s after the last fault"] if late else []


def every_fault_took_place(planned: Sequence[str], happened: Sequence[str]) -> Violations:
    """A run without a fault that it promised has not shown anything."""
    return [f"{name} never took place" for name in planned if name not in happened]


Judge = Callable[[History], Violations]
OF_HISTORY: Mapping[str, Judge] = {
    "no two share a room": nobody_shares_a_room,
    "no refusal for free time": nobody_is_refused_for_free_time,
    "no error but 503": nothing_breaks,
}
