"""What somebody answers to a venue's questions, checked for shape; its terms say what answers which."""

import math
from collections.abc import Mapping
from typing import Any

from reservations.questions import FIELD, LONGEST, MOST, Value
from rooms.texts import text

LARGEST_ID = 2**63 - 1
Given = tuple[tuple[int, Value], ...]
"""The number of each question with its answer, in order; an empty text answers it no more."""


def given(answers: Any, problems: dict[str, list[str]]) -> Given:
    """Return the answers with their texts in one spelling; what is wrong with one goes to the problems."""
    if not answers or isinstance(answers, tuple):
        return answers or ()  # which were looked at before
    if not isinstance(answers, Mapping) or len(answers) > 2 * MOST:
        problems[FIELD] = [
            f"Answers are an object of at most {2 * MOST}: the number of a question, and the answer."
        ]
        return ()
    found = {}
    for key, value in answers.items():
        number = _number_of(key)
        if number is None:
            problems[FIELD] = ["Name each question by its number."]
        else:
            found[number] = _value(value, f"{FIELD}.{number}", problems)
    return tuple(sorted(found.items()))


def _number_of(key: Any) -> int | None:
    written = str(key) if isinstance(key, int | str) and not isinstance(key, bool) else ""
    is_number = written.isascii() and written.isdigit() and len(written) < 20
    return int(written) if is_number and int(written) <= LARGEST_ID else None


def _value(value: Any, name: str, problems: dict[str, list[str]]) -> Value:
    if value is None:
        return ""
    if isinstance(value, int) or (isinstance(value, float) and math.isfinite(value)):
        return value
    return text(value, name, LONGEST, problems, lines=True)
