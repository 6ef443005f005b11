"""Revenue: what the ledger says, cut by day, venue, type and route, and never a cent more or less."""

from django.db.models import Sum

from payments.models import LedgerEntry
from reports import queries
from tests.reports import slow
from tests.reports.arbitrary import FIRST, LAST
from tests.reports.slow import day_of

CUTS = ("total", "day", "venue", "type", "room", "floor", "route")


def test_is_what_one_gets_by_adding_up_row_by_row(weeks):
    for by in CUTS:
        found = queries.revenue(weeks.asked(by))

        told = {row[:-3]: list(row[-3:]) for row in found.rows}
        expected = slow.revenue(weeks.asked(by))
        assert {group: sums for group, sums in told.items() if group in expected or any(sums)} == expected
        assert len(told) == len(found.rows)


def test_adds_up_to_the_ledger_however_it_is_cut(weeks):
    within = [
        entry.pk
        for entry in LedgerEntry.objects.select_related("booking__venue")
        if FIRST <= day_of(entry.at, entry.booking.venue) <= LAST
    ]
    ledger = LedgerEntry.objects.filter(pk__in=within, account="owed")
    sums = dict(ledger.values_list("booking__currency").annotate(Sum("amount")).order_by())

    for by in CUTS:
        told = dict.fromkeys(sums, 0)
        for row in queries.revenue(weeks.asked(by)).as_mappings():
            told[row["currency"]] += row["revenue"]
        assert told == sums


def test_has_every_day_of_the_period_also_those_without_any(weeks):
    found = queries.revenue(weeks.asked("day"))

    assert sorted(set(found.column("day"))) == [day.isoformat() for day in weeks.asked("day").days]


def test_of_one_type_has_its_pieces_only(weeks):
    (kind, *_) = slow.types_of(weeks.hotel)
    asked = weeks.asked("total", type_id=kind.pk)

    told = {row[:-3]: list(row[-3:]) for row in queries.revenue(asked).rows}

    assert told == slow.revenue(asked)
