"""What keeps somebody out of a room, and until when: what is taken, and what is kept clear around it.

A room is kept clear before and after what is taken by the buffers of that, and by those of who asks.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from reservations import Conflict, Policy, Span, policies

BUFFER = "buffer"
NONE = timedelta(0)


@dataclass(frozen=True, slots=True)
class Around:
    """A span that is asked for, with the range around it that its own buffers would block."""

    span: Span
    blocked: Span

    def meets(self, conflict: Conflict) -> bool:
        """Test whether the time itself is taken, and not only kept clear."""
        return Span(conflict.start, conflict.end).overlaps(self.span)

    def rule(self, conflict: Conflict) -> str:
        """Return how it is taken: by what kind of thing, or only by the buffer around one."""
        return conflict.kind if self.meets(conflict) else BUFFER

    def clear_from(self, conflict: Conflict) -> datetime:
        """Return by when a span like this one has to end before it."""
        after = NONE
        if self.span.end is not None and self.blocked.end is not None:
            after = self.blocked.end - self.span.end
        return (conflict.blocks_from or conflict.start) - after

    def clear_until(self, conflict: Conflict) -> datetime | None:
        """Return when a span like this one can begin after it; None if nobody knows."""
        ends = conflict.blocks_until or conflict.end
        return None if ends is None else ends + (self.span.start - self.blocked.start)

    def until(self, conflict: Conflict) -> datetime | None:
        """Return when it is in the way no more: a hold when it runs out, all else when it is over."""
        return conflict.expires_at or self.clear_until(conflict)


def around(span: Span, policy: Policy) -> Around:
    """Return the span as somebody asks for it in a room of that policy."""
    return Around(span, policies.blocked(span, policy))
