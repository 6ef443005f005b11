"""Names of many rooms in one line: "201-240, 301, A1-A12" is fifty-three rooms."""

import re

from reservations import Invalid

MOST = 500  # rooms at once: more come from a table
PART = re.compile(r"^(?P<head>[^\d-]*)(?P<first>\d{1,6})\s*-\s*(?P<again>[^\d-]*)(?P<last>\d{1,6})$")


def names_of(pattern: str) -> list[str]:
    """Return the names that the pattern stands for, in its order, each once.

    Zeros in front stay: "001-010" begins with 001. What is no range is a name as it is written.

    :raises Invalid: if it stands for none, too many, or a range runs backwards
    """
    names: dict[str, None] = {}
    for part in (part.strip() for part in pattern.split(",")):
        for name in _of_part(part) if part else ():
            names[name] = None
            if len(names) > MOST:
                raise Invalid(f"At most {MOST} rooms at once.")
    if not names:
        raise Invalid("Say which rooms, such as 201-240.")
    return list(names)


def _of_part(part: str) -> list[str]:
    found = PART.match(part)
    if found is None or found["again"] not in ("", found["head"]):
        return [part]
    first, last, wide = int(found["first"]), int(found["last"]), len(found["first"])
    if last < first:
        raise Invalid(f"“{part[:40]}” runs backwards.")
    if last - first >= MOST:
        raise Invalid(f"At most {MOST} rooms at once.")
    return [f"{found['head']}{number:0{wide}}" for number in range(first, last + 1)]
