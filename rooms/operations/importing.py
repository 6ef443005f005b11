"""Take rooms in from a table: each row is a room, new or known by its name.

A row that is wrong is refused alone, with its line and the reason.
"""

import csv
import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TextIO

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import transaction
from django.db.models import Max

from reservations import Invalid
from rooms import spreadsheets
from rooms.models import Amenity, Room, RoomType
from rooms.texts import text

COLUMNS = ("venue", "type", "name", "capacity", "floor", "amenities", "order", "x", "y", "width", "depth")
NEEDED = ("venue", "type", "name")
NUMBERS: Mapping[str, Callable[[str], float]] = {
    **dict.fromkeys(("capacity", "order"), int),
    **dict.fromkeys(("x", "y", "width", "depth"), float),
}
Row = Mapping[str, str]


@dataclass(slots=True)
class Tally:
    """What became of the rows: how many rooms are new or changed, and why which line was refused."""

    added: int = 0
    changed: int = 0
    refused: list[tuple[int, str]] = field(default_factory=list)
    named: set[tuple[int, str]] = field(default_factory=set)  # the rooms, by venue and name


def rows_of(file: TextIO) -> list[tuple[int, dict[str, str]]]:
    """Return the rows of a CSV file, each with its line.

    :raises Invalid: if its first line does not name the columns, or it is no CSV
    """
    try:
        reader = csv.DictReader(file, strict=True, restkey="")
        head = reader.fieldnames or ()
        unknown = [name for name in head if name not in COLUMNS]
        missing = [name for name in NEEDED if name not in head]
        if unknown or missing:
            what = f"does not know {', '.join(unknown)[:200]}" if unknown else f"lacks {', '.join(missing)}"
            raise Invalid(f"The table {what}; its columns are {', '.join(COLUMNS)}.")
        # What a short line lacks is None, and stays as it is.
        return [
            (reader.line_num, {name: cell for name, cell in row.items() if cell is not None})
            for row in reader
        ]
    except (csv.Error, UnicodeDecodeError) as error:
        raise Invalid(f"This is no CSV in UTF-8: {error}") from error


def no_such_type(kind: str, venue: str) -> str:
    """Say that there is no such type, in the same words whether the venue is missing or somebody else's."""
    return f"There is no type “{kind[:80]}” at a venue “{venue[:80]}”."


def import_rooms(
    rows: Iterable[tuple[int, Row]], *, dry_run: bool = False, done: Callable[[], None] = lambda: None
) -> Tally:
    """Take in the rows, each told by its line, and return what became of them.

    :param dry_run: only try: everything is checked, by the database too, and nothing stays
    """
    tally = Tally()
    for line, row in rows:
        _tried(line, row, tally, dry_run=dry_run)
        done()
    return tally


def _tried(line: int, row: Row, tally: Tally, *, dry_run: bool) -> None:
    try:
        # Each row by itself: a table of ten thousand rooms must not keep a venue's guests waiting. So what is
        # only tried is given back at once, too, and its name is remembered for the next row that has it.
        with transaction.atomic():
            room, is_new = _take_in(row)
            transaction.set_rollback(dry_run)
    except ValidationError as error:
        tally.refused.append((line, _said(error)))
    except Invalid as refusal:
        tally.refused.append((line, refusal.sentence))
    else:
        is_new = is_new and (room.venue_id, room.name) not in tally.named
        tally.named.add((room.venue_id, room.name))
        tally.added += is_new
        tally.changed += not is_new


def _said(error: ValidationError) -> str:
    """Return what is wrong with a room, each sentence after the column it is of."""
    told = error.message_dict.items()
    return " ".join(
        sentence if column == NON_FIELD_ERRORS else f"{column}: {sentence}"
        for column, sentences in told
        for sentence in sentences
    )


def _take_in(row: Row) -> tuple[Room, bool]:
    """Write one room, and return it and whether it is new."""
    if row.keys() - set(COLUMNS):
        raise Invalid("It has more cells than there are columns; a comma in a cell needs quotes around it.")
    values = {name: _clean(row, name) for name in COLUMNS if row.get(name) is not None}
    missing = [name for name in NEEDED if not values.get(name)]
    if missing:
        raise Invalid(f"It says nothing of: {', '.join(missing)}.")
    kind = RoomType.objects.filter(venue__slug=values["venue"], name=values["type"]).first()
    if kind is None:
        raise Invalid(no_such_type(values["type"], values["venue"]))
    amenities = _amenities(values["amenities"]) if "amenities" in values else None
    known = Room.objects.filter(venue=kind.venue_id, name=values["name"], archived_at=None).first()
    room = known or _new(kind, values["name"])
    room.type = kind
    room.floor = values.get("floor", room.floor)
    for name, number in NUMBERS.items():
        if values.get(name):
            setattr(room, name, _number(values[name], name, number))
    room.full_clean()
    room.save()
    if amenities is not None:
        room.amenities.set(amenities)
    return room, known is None


def _new(kind: RoomType, name: str) -> Room:
    """Return a room that stands behind all others of its venue, unless its row says where."""
    last = Room.objects.filter(venue=kind.venue_id).aggregate(last=Max("order"))["last"]
    return Room(
        venue_id=kind.venue_id, name=name, capacity=kind.capacity, order=0 if last is None else last + 1
    )


def _clean(row: Row, name: str) -> str:
    problems: dict[str, list[str]] = {}
    cleaned = text(spreadsheets.as_typed(row[name]), name, 1000, problems)
    if problems:
        raise Invalid(f"{name}: {problems[name][0]}")
    return cleaned


def _number(written: str, name: str, number: Callable[[str], float]) -> float:
    try:
        found = number(written)
        if math.isfinite(found):
            return found
    except (ValueError, OverflowError):  # of hundreds of digits there is no finite one
        pass
    raise Invalid(f"{name}: “{written[:40]}” is no number.")


def _amenities(written: str) -> list[Amenity]:
    slugs = {slug.strip() for slug in written.split(";") if slug.strip()}
    found = list(Amenity.objects.filter(slug__in=slugs))
    unknown = slugs - {amenity.slug for amenity in found}
    if unknown:
        raise Invalid(f"There is no amenity: {', '.join(sorted(unknown))}.")
    return found
