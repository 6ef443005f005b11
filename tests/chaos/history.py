"""What guests asked and what they were answered, with the times of one clock: judges need nothing else."""

from dataclasses import dataclass, field

FOR_EVER = float("inf")
A_DAY = 24  # slots


@dataclass(slots=True)
class Wish:
    """One wish for one room and hour, of a series on several days: from the first call to the last answer.

    A call without an answer is made again with the same key, so a wish ends with an answer, or is `open`:
    then it may have been granted or not, and proves nothing either way.
    """

    guest: int
    key: str
    room: int
    slot: int
    called: float
    answered: float = FOR_EVER
    status: int = 0
    code: str = ""
    reference: str = ""
    cancel_called: float = FOR_EVER
    cancel_answered: float = FOR_EVER
    repeats: int = 0
    dates: int = 1  # of a series more

    @property
    def places(self) -> list[tuple[int, int]]:
        """Return the rooms and slots that are asked for, all of them or none."""
        return [(self.room, self.slot + A_DAY * day) for day in range(self.dates)]

    @property
    def was_granted(self) -> bool:
        return self.status == 201

    @property
    def is_open(self) -> bool:
        return self.status == 0

    @property
    def is_cancelled(self) -> bool:
        return self.cancel_answered < FOR_EVER


@dataclass(slots=True)
class History:
    """All wishes, every status that was ever answered, and calls that got no answer."""

    wishes: list[Wish] = field(default_factory=list)
    statuses: dict[int, int] = field(default_factory=dict)
    unanswered: int = 0
    troubles: list[float] = field(default_factory=list)  # when a call was not answered, or with 503

    def note(self, status: int, at: float) -> None:
        """Note one answer; 0 is none."""
        if status:
            self.statuses[status] = self.statuses.get(status, 0) + 1
        else:
            self.unanswered += 1
        if status in (0, 503):
            self.troubles.append(at)
