"""What could not be had in the demo's past: more of it the busier the day was."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rooms.models import Refusal

if TYPE_CHECKING:
    from rooms.demo.past import Weeks

REASONS = (
    ("unavailable", "", 3.0),
    ("policy_violation", "opening_hours", 0.5),
    ("policy_violation", "advance", 0.3),
)
BUSY = (0.8, 1.0, 1.0, 1.1, 1.4, 1.2, 0.7)


def refuse(weeks: Weeks) -> None:
    """Write how often each type of room was refused on each day."""
    types = sorted({room.type_id for room in weeks.terms.rooms.values()})
    told = []
    for day, grown in weeks.days():
        chance = weeks.chance(day)
        for kind in types:
            for code, rule, usual in REASONS:
                times = int(chance.expovariate(1 / (usual * grown * BUSY[day.weekday()])))
                if times:
                    rooms = times + chance.randint(0, times)
                    told.append(
                        Refusal(
                            venue_id=weeks.terms.id,
                            type_id=kind,
                            day=day,
                            code=code,
                            rule=rule,
                            times=times,
                            rooms=rooms,
                        )
                    )
    Refusal.objects.bulk_create(told)
