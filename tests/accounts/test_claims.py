"""What a provider says of a person: whose word for which address counts."""

import pytest

from accounts.sso.claims import identity_of

BOB = "bob@example.com"
SAYS_NOTHING, YES, NO = {}, {"email_verified": True}, {"email_verified": False}


def identity(told, more, domains=()):
    """Return who the ID token and, where there is one, the answer to who they are tell of."""
    answered = {"sub": "bob-1", **more} if more else {}
    return identity_of({"sub": "bob-1", **told}, answered, issuer="https://id.example.com", domains=domains)


class TestAnAddress:
    @pytest.mark.parametrize(
        ("told", "more", "is_proven"),
        [
            ({"email": BOB, **YES}, {}, True),
            ({"email": BOB, **SAYS_NOTHING}, {}, False),
            ({}, {"email": BOB, **YES}, True),
            ({"email": BOB, **YES}, {"email": BOB, **SAYS_NOTHING}, True),
            ({"email": "Bob@Example.com", **YES}, {"email": BOB, **SAYS_NOTHING}, True),
            ({"email": BOB, **YES}, {"email": BOB, **NO}, False),
            ({"email": "eve@example.com", **YES}, {"email": BOB, **SAYS_NOTHING}, False),
        ],
        ids=[
            "confirmed",
            "of which nothing is said",
            "confirmed in the answer",
            "confirmed in the ID token alone",
            "confirmed there in other letters",
            "that the answer denies",
            "of which the ID token confirms another",
        ],
    )
    def test_counts_as_confirmed_if_it_is_said_of_that_address(self, told, more, is_proven):
        found = identity(told, more)

        assert (found.email, found.is_proven) == (BOB, is_proven)

    @pytest.mark.parametrize(
        ("told", "more", "is_proven"),
        [
            ({"email": BOB, **SAYS_NOTHING}, {}, True),
            ({"email": BOB, **NO}, {}, False),
            ({"email": BOB, **NO}, {"email": BOB, **SAYS_NOTHING}, False),
            ({"email": BOB, **NO}, {"email": " Bob@Example.com", **SAYS_NOTHING}, False),
            ({"email": "Bob@example.com", **NO}, {"email": BOB, **SAYS_NOTHING}, False),
        ],
        ids=[
            "of which nothing is said",
            "denied",
            "denied in the ID token alone",
            "denied there, and answered in other letters",
            "denied there in other letters",
        ],
    )
    def test_of_a_domain_that_the_operator_vouches_for_counts_unless_it_is_denied(
        self, told, more, is_proven
    ):
        found = identity(told, more, domains=["example.com"])

        assert (found.email, found.is_proven) == (BOB, is_proven)
