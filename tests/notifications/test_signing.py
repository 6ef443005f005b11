"""A receiver can tell what is ours: by the library of Standard Webhooks, and by the manual's ten lines."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from notifications import signing

MANUAL = (Path(__file__).parents[2] / "docs/webhooks.md").read_text()
BODY = b'{"id":"msg","type":"ping"}'


def documented():
    """The check that the manual shows, as it stands there."""
    named = {}
    exec(re.search(r"```python\n(.*?)```", MANUAL, re.DOTALL)[1], named)  # noqa: S102 -- our own manual
    return named["is_genuine"]


def by_library(secret, headers, body):
    try:
        Webhook(secret).verify(body, headers)
    except (WebhookVerificationError, ValueError):  # the latter at a signature that is not ASCII
        return False
    return True


CHECKS = [pytest.param(documented(), id="the manual"), pytest.param(by_library, id="the library")]


@pytest.fixture
def secret():
    return signing.fresh_secret()


def signed(secret, *, at=None, body=BODY):
    return signing.headers(secret, "msg-1", body, now=at or datetime.now(UTC))


@pytest.mark.parametrize("check", CHECKS)
class TestADelivery:
    def test_is_known_by_its_signature(self, check, secret):
        assert check(secret, signed(secret), BODY)

    def test_is_known_among_signatures_of_several_secrets(self, check, secret):
        headers = signed(secret)
        other = signed(signing.fresh_secret())["webhook-signature"]

        assert check(
            secret, {**headers, "webhook-signature": f"{other} {headers['webhook-signature']}"}, BODY
        )

    def test_that_somebody_made_up_is_not(self, check, secret):
        assert not check(secret, signed(signing.fresh_secret()), BODY)
        assert not check(secret, {**signed(secret), "webhook-signature": "v1,"}, BODY)
        assert not check(secret, {**signed(secret), "webhook-signature": "v1,¡no!"}, BODY)

    @pytest.mark.parametrize("minutes", [-6, 6])
    def test_of_another_time_is_not(self, check, secret, minutes):
        then = datetime.now(UTC) + timedelta(minutes=minutes)

        assert not check(secret, signed(secret, at=then), BODY)

    def test_of_a_few_minutes_ago_is(self, check, secret):
        assert check(secret, signed(secret, at=datetime.now(UTC) - timedelta(minutes=4)), BODY)

    def test_that_was_altered_is_not(self, check, secret):
        headers = signed(secret)
        now = str(int(datetime.now(UTC).timestamp()) + 1)

        assert not check(secret, headers, BODY.replace(b"ping", b"pong"))
        assert not check(secret, {**headers, "webhook-id": "msg-2"}, BODY)
        # An old one, brought up to date.
        assert not check(secret, {**headers, "webhook-timestamp": now}, BODY)
        assert not check(secret, {**headers, "webhook-timestamp": "soon"}, BODY)


def test_secrets_are_long_and_never_the_same():
    found = {signing.fresh_secret() for _ in range(100)}

    assert len(found) == 100
    assert {len(secret) for secret in found} == {len("whsec_") + 44}
