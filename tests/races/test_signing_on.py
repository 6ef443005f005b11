"""One person at an identity provider who comes by many windows, or leaves at once, has one account here."""

import pytest
from allauth.socialaccount.models import SocialAccount

from accounts.models import User
from tests.races.clients import ADA, OK, Step
from tests.worlds import person

pytestmark = pytest.mark.django_db(transaction=True)


def test_who_comes_for_the_first_time_by_many_windows_at_once_has_one_account(arena):
    answers = arena.race([Step("sign on") for _ in range(8)], people=[person("bystander")])

    assert {answer.code for answer in answers} == {OK}
    assert User.objects.filter(email=ADA.email).count() == 1
    assert SocialAccount.objects.count() == 1


def test_who_closes_their_account_and_signs_on_at_once_leaves_no_way_into_the_closed_one(arena):
    for _ in range(3):
        User.objects.filter(email=ADA.email).delete()
        ada = person("ada")

        answers = arena.race([Step("close"), Step("sign on")], people=[ada])

        assert [answer.code for answer in answers] == [OK, OK]
        assert not SocialAccount.objects.filter(user__is_active=False).exists()
