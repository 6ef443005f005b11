"""Many clocks look at a queue while somebody gives a room back: it is offered once, to who came first."""

import pytest

from reservations import Span
from rooms import operations
from rooms.models import Allocation, WaitlistEntry
from rooms.queries.verify import violations
from tests.races.clients import Step
from tests.races.conftest import hours
from tests.worlds import room

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("rivals", [0, 8])
def test_what_comes_free_is_had_by_one(rivals, arena, venue, people):
    aurora = room(venue)
    for hour in (9, 11, 13):
        edges = hours(hour, hour + 1)
        during = Span(edges["start"], edges["end"])
        taken = operations.book(aurora, during, by=people[0])
        waiting = [operations.wait(aurora, during, by=one) for one in people[1:9]]
        clocks = [Step("serve", wait=0.02 * number) for number in range(8)]
        others = [Step("book", (aurora.pk,), **edges)] * rivals

        arena.race([Step("cancel", booking=taken.pk), *clocks, *others], people=people)

        [winner] = Allocation.objects.filter(active=True, starts_at=during.start)
        offered = WaitlistEntry.objects.filter(state="offered", starts_at=during.start)
        assert list(offered) == ([waiting[0]] if winner.state == "held" else [])
        assert rivals or winner.state == "held"
        WaitlistEntry.objects.filter(state="waiting").update(state="left")
    assert violations() == {}
