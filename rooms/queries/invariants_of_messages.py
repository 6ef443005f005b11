"""What must be true of what is written about bookings: each law is looked at by `manage.py verify`."""

from rooms.queries.invariants import Row, invariant, rows


@invariant
def a_thread_counts_its_messages() -> list[Row]:
    """A thread says how many messages it has; there is none without any."""
    return rows("""
        SELECT thread.booking_id AS booking, thread.messages_count, COUNT(message.id) AS found
        FROM rooms_thread AS thread
        LEFT JOIN rooms_message AS message ON message.thread_id = thread.booking_id
        GROUP BY thread.booking_id, thread.messages_count
        HAVING COUNT(message.id) = 0 OR COUNT(message.id) <> thread.messages_count""")


@invariant
def a_thread_is_at_the_venue_of_its_booking() -> list[Row]:
    """The venue that reads a thread is that of its booking, also after a departure got another vehicle."""
    return rows("""
        SELECT thread.booking_id AS booking, thread.venue_id AS venue, booking.venue_id AS venue_of_booking
        FROM rooms_thread AS thread JOIN rooms_booking AS booking ON booking.id = thread.booking_id
        WHERE thread.venue_id <> booking.venue_id""")


@invariant
def every_message_is_told_of() -> list[Row]:
    """Every message has a change of its booking that tells of it, by whom and when."""
    return rows("""
        SELECT message.id AS message, message.thread_id AS booking, message.at FROM rooms_message AS message
        WHERE NOT EXISTS (SELECT 1 FROM rooms_change AS change WHERE change.booking_id = message.thread_id
          AND change.kind = 'message' AND change.at = message.at
          AND NOT (change.by_id {differs} message.author_id))""")
