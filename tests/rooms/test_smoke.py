import pytest
from reservations import Unavailable
from rooms import operations, queries
from rooms.models import Allocation, Change
from tests.worlds import *


@pytest.mark.django_db
def test_smoke():
    guest = person("guest")
    v = office()
    a = room(v)
    rate(v, 2400)
    b = operations.hold(a, span(9, 10), by=guest, now=NOW)
    assert b.state == "held" and b.price == 2400, b.lines
    other = person("other")
    room(v, "Birch")
    with pytest.raises(Unavailable) as e:
        operations.book(a, span(9.5, 11), by=other, now=NOW)
    print(e.value.as_problem())
    operations.confirm(b, by=guest, now=NOW)
    operations.move(b, by=guest, span=span(10, 11), now=NOW)
    print(list(Change.objects.values_list("room__name", "revision", "kind")))
    operations.cancel(b, by=guest, now=NOW)
    c = operations.book(operations.AnyOf(v.types.first(), 2), span(9, 10), by=other, now=NOW)
    print(list(Allocation.objects.values_list("room__name", "state", "active")))
    print([f.room.name for f in queries.free_rooms(queries.terms_of(v.pk), span(9, 10), now=NOW)])
    t = queries.terms_of(v.pk)
    print(queries.why(t.rooms[a.pk], t, span(9, 22), now=NOW))
