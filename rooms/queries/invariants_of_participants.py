"""What must be true of who is invited to bookings: each law is looked at by `manage.py verify`."""

from reservations import inviting
from rooms.queries.invariants import Row, invariant, rows


@invariant
def a_booking_has_no_more_participants_than_may_be() -> list[Row]:
    """At most so many are invited to one booking as one may have."""
    return rows(
        """
        SELECT booking_id AS booking, COUNT(*) AS participants FROM rooms_participant
        WHERE uninvited_at IS NULL GROUP BY booking_id HAVING COUNT(*) > {most}""",
        most=str(inviting.MOST),
    )


@invariant
def people_are_invited_by_guests_of_rooms() -> list[Row]:
    """Nobody is invited to seats of a departure, or to what somebody without an account took."""
    return rows("""
        SELECT participant.id AS participant, participant.booking_id AS booking
        FROM rooms_participant AS participant
        JOIN rooms_booking AS booking ON booking.id = participant.booking_id
        WHERE booking.guest_id IS NULL OR EXISTS (
          SELECT 1 FROM rooms_journey AS journey WHERE journey.booking_id = participant.booking_id)""")


@invariant
def whoever_is_invited_is_told_of() -> list[Row]:
    """Every invitation is told of by a change of its booking, when it was made."""
    return rows("""
        SELECT participant.id AS participant, participant.booking_id AS booking, participant.invited_at
        FROM rooms_participant AS participant
        WHERE NOT EXISTS (SELECT 1 FROM rooms_change AS change
          WHERE change.booking_id = participant.booking_id AND change.kind = 'invited'
          AND change.at = participant.invited_at)""")
