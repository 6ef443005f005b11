"""Shapes of what a venue asks whoever books there, and of what is answered."""

from typing import Annotated, Literal

from msgspec import Meta, Struct

from reservations.questions import LONGEST, MOST

Text = Annotated[str, Meta(max_length=LONGEST)]
Answers = Annotated[
    dict[str, Text | bool | int | float | None],
    Meta(
        max_length=2 * MOST,
        description="To the `questions` of the venue, each by its `id`. What is left out stays as it is, "
        "null takes an answer away, and what is asked only of other types is not kept.",
        examples=[{"12": "No nuts", "13": True}],
    ),
]


class Question(Struct):
    """What a venue asks whoever books there."""

    id: int
    text: str
    kind: Annotated[
        Literal["short", "long", "number", "choice", "yes_no"],
        Meta(description="What answers it: a line, a text, a number, one of `choices`, or true or false."),
    ]
    choices: list[str]
    required: Annotated[
        bool,
        Meta(description="Whether a guest has to answer it; not yet to hold, but to book."),
    ]
    help: str
    room_type: Annotated[int | None, Meta(description="Asked only of rooms of this type; null: of all.")]


class Answer(Struct):
    """What was answered, with the question as it was asked then."""

    question: Annotated[int, Meta(description="Its id; it may be asked no more.")]
    text: str
    answer: str | bool | int | float
