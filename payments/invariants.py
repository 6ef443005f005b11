"""What must be true of money, whatever happened: added to what `manage.py verify` looks at."""

from rooms.queries.invariants import Row, invariant, rows


@invariant
def the_ledger_balances() -> list[Row]:
    """Of each booking: what was captured is what is owed to the venue and what is refunded."""
    return rows("""
        SELECT booking.reference, sums.captured, sums.owed, sums.refunded FROM (
          SELECT booking_id, SUM(CASE WHEN account = 'captured' THEN amount ELSE 0 END) AS captured,
            SUM(CASE WHEN account = 'owed' THEN amount ELSE 0 END) AS owed,
            SUM(CASE WHEN account = 'refunded' THEN amount ELSE 0 END) AS refunded
          FROM payments_ledgerentry GROUP BY booking_id
        ) AS sums JOIN rooms_booking AS booking ON booking.id = sums.booking_id
        WHERE captured <> owed + refunded OR refunded < 0 OR owed < 0""")


@invariant
def a_balance_is_the_sum_of_its_ledger() -> list[Row]:
    """What a booking's balance says was captured and refunded is what its entries add up to."""
    return _not_as_posted("payments_balance", of="booking_id", key="booking_id")


@invariant
def every_posting_has_two_sides() -> list[Row]:
    """The entries of one cause balance: captured against owed, or owed against refunded."""
    return rows("""
        SELECT cause, SUM(CASE WHEN account = 'captured' THEN amount ELSE -amount END) AS left_over
        FROM payments_ledgerentry GROUP BY cause
        HAVING SUM(CASE WHEN account = 'captured' THEN amount ELSE -amount END) <> 0""")


@invariant
def a_payment_is_the_sum_of_its_ledger() -> list[Row]:
    """What a payment says it took and gave back is what the ledger says of it."""
    return _not_as_posted("payments_payment", of="payment_id", key="id")


def _not_as_posted(table: str, *, of: str, key: str) -> list[Row]:
    """Return the rows of a table whose sums are not those of their entries; `of` is what entries are of."""
    return rows(f"""
        SELECT kept.{key} AS {of.removesuffix("_id")}, kept.captured, kept.refunded,
          posted.captured AS posted, posted.refunded AS posted_back
        FROM {table} AS kept LEFT JOIN (
          SELECT {of}, SUM(CASE WHEN account = 'captured' THEN amount ELSE 0 END) AS captured,
            SUM(CASE WHEN account = 'refunded' THEN amount ELSE 0 END) AS refunded
          FROM payments_ledgerentry GROUP BY {of}
        ) AS posted ON posted.{of} = kept.{key}
        WHERE kept.captured <> COALESCE(posted.captured, 0)
          OR kept.refunded <> COALESCE(posted.refunded, 0)""")  # noqa: S608 -- names of ours


@invariant
def a_payment_is_refunded_by_its_refunds() -> list[Row]:
    """What a payment gives back is the sum of its refunds, and no more than it took."""
    return rows("""
        SELECT payment.id AS payment, payment.captured, payment.refunded, COALESCE(back.amount, 0) AS refunds
        FROM payments_payment AS payment LEFT JOIN (
          SELECT payment_id, SUM(amount) AS amount FROM payments_refund GROUP BY payment_id
        ) AS back ON back.payment_id = payment.id
        WHERE payment.refunded <> COALESCE(back.amount, 0) OR payment.refunded > payment.captured""")


@invariant
def money_stays_in_its_currency() -> list[Row]:
    """A payment is in the currency of its booking."""
    return rows("""
        SELECT booking.reference, booking.currency, payment.currency AS paid_in
        FROM payments_payment AS payment JOIN rooms_booking AS booking ON booking.id = payment.booking_id
        WHERE payment.currency <> booking.currency""")


@invariant
def nobody_stays_pending() -> list[Row]:
    """Whoever looks after a payment that is not over, or of which something follows, says when."""
    return rows("""
        SELECT id AS payment, state, followed, next_at FROM payments_payment
        WHERE next_at IS NULL AND (NOT followed
          OR state IN ('created', 'needs_action', 'pending', 'authorized'))""")


@invariant
def nobody_keeps_money_that_is_not_owed() -> list[Row]:
    """Of a booking that is over, and whose changes are all told, no more is kept than its terms say."""
    return rows("""
        SELECT booking.reference, booking.state, booking.kept,
          balance.captured - balance.refunded AS paid
        FROM payments_balance AS balance JOIN rooms_booking AS booking ON booking.id = balance.booking_id
        WHERE balance.captured - balance.refunded > COALESCE(booking.kept,
            CASE WHEN booking.state IN ('expired', 'declined', 'cancelled') THEN 0 ELSE booking.price END)
          AND NOT EXISTS (SELECT 1 FROM rooms_change AS change
            WHERE change.booking_id = booking.id AND NOT change.told)
          AND NOT EXISTS (SELECT 1 FROM payments_payment AS payment
            WHERE payment.booking_id = booking.id AND NOT payment.followed)""")
