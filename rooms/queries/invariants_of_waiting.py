"""What must be true of places in queues: each law is looked at by `manage.py verify`."""

from rooms.queries.invariants import Row, invariant, rows


@invariant
def an_offer_is_a_hold_for_who_waited() -> list[Row]:
    """Who was offered something has a booking of their own of it, since then."""
    return rows("""
        SELECT entry.id AS entry, entry.state, booking.reference
        FROM rooms_waitlistentry AS entry LEFT JOIN rooms_booking AS booking ON booking.id = entry.booking_id
        WHERE (entry.state = 'offered') <> (entry.booking_id IS NOT NULL)
          OR booking.guest_id <> entry.guest_id OR booking.created_at <> entry.offered_at""")


@invariant
def a_hold_is_offered_to_one() -> list[Row]:
    """No two places in a queue were given the same hold."""
    return rows("""
        SELECT booking_id AS booking, COUNT(*) AS entries FROM rooms_waitlistentry
        WHERE booking_id IS NOT NULL GROUP BY booking_id HAVING COUNT(*) > 1""")


@invariant
def one_waits_for_what_the_venue_has() -> list[Row]:
    """The type that is waited for is one of the venue's."""
    return rows("""
        SELECT entry.id AS entry, entry.venue_id AS venue, type.venue_id AS venue_of_type
        FROM rooms_waitlistentry AS entry JOIN rooms_roomtype AS type ON type.id = entry.type_id
        WHERE entry.state = 'waiting' AND entry.departure_id IS NULL AND type.venue_id <> entry.venue_id""")
