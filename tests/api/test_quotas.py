"""A quota over REST: told before to whom it binds, refused with the same words, and no bar to the staff."""

import pytest

from rooms.models import Quota
from tests.api.programs import hour, problem_of

ASKED = f"venues/office/availability?start={hour(2)['start']}&end={hour(2)['end']}"
REACHED = "Your limit of 1 hour a day here is reached (1 of 1): the next day begins on "


@pytest.fixture
def used(venue, guest, aurora):
    Quota.objects.create(venue=venue, most=1, measure="hours", per="day")
    return guest.book(aurora, hour(0))


def test_availability_names_it_with_its_end_and_visitors_and_others_see_nothing_of_it(
    guest, rival, anonymous, staff, birch, used
):
    own = guest.get(ASKED).told

    assert (own["free"], own["enough"]) == (0, False)
    reasons = [reason for item in own["items"] for reason in item["reasons"]]
    assert {(one["code"], one["rule"]) for one in reasons} == {("policy_violation", "quota")}
    assert all(one["sentence"].startswith(REACHED) and one["until"].endswith("T00:00:00Z") for one in reasons)
    for program in (rival, anonymous, staff):
        answer = program.get(ASKED)
        assert answer.told["free"] == 2
        assert "quota" not in answer.content.decode()


def test_a_booking_is_refused_by_it_and_the_staff_may_make_it_for_the_guest(guest, staff, birch, used):
    body = {"venue": "office", "rooms": [birch.pk], **hour(2)}
    refused = guest.post("bookings", body)

    assert problem_of(refused) == (422, "policy_violation")
    assert refused.told["rule"] == "quota"
    assert refused.told["detail"].startswith(REACHED)
    assert staff.post("bookings", {**body, "guest": guest.person.email}).status_code == 201
