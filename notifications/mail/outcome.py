"""What came of a letter: sent, refused for now or for good, or handed over without an answer."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of handing a letter to a mail server; without a word of trouble, it was taken."""

    error: str = ""
    is_final: bool = False  # this letter will never be taken
    is_unsure: bool = False  # its last line was sent, and no answer came

    @property
    def is_sent(self) -> bool:
        """Tell whether a server has it and said so."""
        return not self.error
