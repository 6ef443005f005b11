"""Questions of a venue's own: what it asks whoever books, and what is an answer to them.

An answer keeps the text of its question as it was asked: what is asked later, or no more, changes no answer.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from reservations.errors import Invalid

SHORT, LONG, NUMBER, CHOICE, YES_NO = "short", "long", "number", "choice", "yes_no"
KINDS = (SHORT, LONG, NUMBER, CHOICE, YES_NO)
MOST, MOST_CHOICES = 20, 20  # questions that a venue asks, and choices of one of them
LONGEST_QUESTION, LONGEST_CHOICE = 200, 80  # characters
LONGEST_SHORT, LONGEST = 200, 1000  # characters of an answer
LARGEST = 10**12  # either side of zero: exact in every program that reads JSON
FIELD = "answers"
NEEDED = "This needs an answer."
_NUMBER = re.compile(r"[+-]?\d{1,13}(\.\d{1,6})?", re.ASCII)
_YES_NO = {"yes": True, "no": False}

Value = str | int | float | bool


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked; of every room, or only of those of one type."""

    id: int
    text: str
    kind: str = SHORT
    choices: tuple[str, ...] = ()
    required: bool = False
    help: str = ""
    type_id: int | None = None
    type_name: str = ""

    @property
    def field(self) -> str:
        """How forms and refusals call its answer."""
        return f"{FIELD}.{self.id}"


@dataclass(frozen=True, slots=True)
class Answer:
    """What was answered, with the question as it was asked then."""

    question: int
    text: str
    answer: Value

    @property
    def words(self) -> str:
        """The answer as people read it."""
        if isinstance(self.answer, bool):
            return "Yes" if self.answer else "No"
        return str(self.answer)

    def as_json(self) -> dict[str, Any]:
        """Return what is kept of it."""
        return asdict(self)


def asked_of(questions: Iterable[Question], types: Collection[int]) -> list[Question]:
    """Return those of the questions that are asked of rooms of these types."""
    return [one for one in questions if one.type_id is None or one.type_id in types]


def answered(
    questions: Sequence[Question],
    types: Collection[int],
    given: Mapping[int, Value],
    *,
    kept: Sequence[Answer] = (),
    complete: bool = False,
) -> list[Answer]:
    """Return the answers that a booking of rooms of these types keeps, in the order of their questions.

    What is given takes the place of what was kept, and an empty text takes it away. What is asked only of
    other types is left out: whoever chose another room meanwhile typed it for nothing.

    :param complete: whether every question that has to be answered has to be answered by now
    :raises Invalid: with a sentence for each answer that is none, is to no question, or is lacking
    """
    found, asked = {one.question: one for one in kept}, asked_of(questions, types)
    unknown = given.keys() - {one.id for one in questions}
    wrong = {f"{FIELD}.{key}": ("", "There is no such question here.") for key in sorted(unknown)}
    for one in asked:
        value = given.get(one.id)
        if value == "":
            found.pop(one.id, None)
        elif value is not None:
            try:
                found[one.id] = Answer(one.id, one.text, _read(one, value))
            except ValueError as error:
                wrong[one.field] = one.text, str(error)
        if complete and one.required and one.id not in found and one.field not in wrong:
            wrong[one.field] = one.text, NEEDED
    if wrong:
        raise _refusal(wrong)
    order = {one.id: place for place, one in enumerate(asked)}
    return sorted(found.values(), key=lambda one: order.get(one.question, len(order)))


def _refusal(wrong: Mapping[str, tuple[str, str]]) -> Invalid:
    """Return one refusal: beside each field what is wrong, and alone it says which question that is about."""
    text, sentence = next(iter(wrong.values()))
    return Invalid(
        f"“{text}”: {sentence[0].lower()}{sentence[1:]}" if text else sentence,
        field_errors={field: [sentence] for field, (_, sentence) in wrong.items()},
    )


def _read(one: Question, value: Value) -> Value:
    """Return the answer as it is kept.

    :raises ValueError: with a sentence, if it is none to this question
    """
    if one.kind == YES_NO:
        said = _YES_NO.get(value.lower()) if isinstance(value, str) else value
        if not isinstance(said, bool):
            raise ValueError("Answer yes or no.")
        return said
    if one.kind == NUMBER:
        return _number(value)
    if not isinstance(value, str):
        raise ValueError("Answer with a text.")
    if one.kind == CHOICE and value not in one.choices:
        raise ValueError(f"Choose one of: {', '.join(one.choices)}.")
    most = LONGEST_SHORT if one.kind == SHORT else LONGEST
    if len(value) > most:
        raise ValueError(f"At most {most} characters; this has {len(value)}.")
    if one.kind == SHORT and not value.isprintable():
        raise ValueError("Answer in one line.")
    return value


def _number(value: Value) -> int | float:
    if isinstance(value, str) and _NUMBER.fullmatch(value):
        value = float(value) if "." in value else int(value)
    # Of what is no number of JSON, such as NaN, no comparison is true.
    if isinstance(value, bool | str) or not -LARGEST <= value <= LARGEST:
        raise ValueError("Answer with a number, such as 12 or 2.5.")
    return value
