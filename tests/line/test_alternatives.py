"""What a line offers instead is had by the verb that comes with it."""

import pytest

from rooms.models import Policy
from tests.days import TUE
from tests.line.clients import Refused
from tests.worlds import office, person, rate, room

TIMES = {"start": f"{TUE}T09:00", "end": f"{TUE}T10:00"}


@pytest.mark.parametrize(
    ("payment", "verb", "state"), [("online", "hold", "held"), ("either", "book", "confirmed")]
)
def test_the_verb_is_to_hold_where_it_is_paid_online(transactional_db, program, payment, verb, state):
    venue = office()
    room(venue), rate(venue, 2400)
    program.log_in(person("guest"))
    program.call("hold", venue="office", rooms=["Aurora"], **TIMES)
    Policy.objects.update(payment=payment)
    venue.save()

    with pytest.raises(Refused) as caught:
        program.call("book", venue="office", rooms=["Aurora"], **TIMES)

    offer = caught.value.data["alternatives"][0]
    wanted = {name: offer[name] for name in ("venue", "rooms", "start", "end")}
    assert (offer["method"], program.call(offer["method"], **wanted)["state"]) == (verb, state)
