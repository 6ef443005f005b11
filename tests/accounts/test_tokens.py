"""Tokens: a log-in in one message, ended by all that ends a log-in."""

from datetime import UTC, datetime, timedelta

import jwt
import pytest

from accounts import tokens
from accounts.models import User
from accounts.operations import log_out_everywhere
from reservations.errors import NotAuthenticated
from tests.accounts.conftest import PASSWORD

NOON = datetime(2020, 2, 29, 12, tzinfo=UTC)  # long past: the clock that counts is the one passed in


def claims(token):
    return jwt.decode(token, options={"verify_signature": False})


class TestAToken:
    def test_stands_for_the_person_it_was_issued_to(self, guest):
        User.objects.create_user("neighbor@example.com", PASSWORD)

        assert tokens.user_of(tokens.issue(guest)) == guest

    def test_lives_fifteen_minutes(self, guest):
        token = tokens.issue(guest, now=NOON)

        assert tokens.user_of(token, now=NOON + timedelta(minutes=14, seconds=59)) == guest
        with pytest.raises(NotAuthenticated, match="has run out"):
            tokens.user_of(token, now=NOON + timedelta(minutes=15))

    def test_ends_with_the_password(self, guest):
        token = tokens.issue(guest)

        guest.set_password("a much better one")
        guest.save()

        with pytest.raises(NotAuthenticated, match="has been ended"):
            tokens.user_of(token)

    def test_ends_with_logging_out_everywhere(self, guest):
        token = tokens.issue(guest)

        log_out_everywhere(guest)

        with pytest.raises(NotAuthenticated, match="has been ended"):
            tokens.user_of(token)

    @pytest.mark.parametrize(
        "end", [lambda people: people.update(is_active=False), lambda people: people.delete()]
    )
    def test_ends_with_the_account(self, guest, end):
        token = tokens.issue(guest)

        end(User.objects.all())

        with pytest.raises(NotAuthenticated, match="has been ended"):
            tokens.user_of(token)

    def test_outlives_a_log_in_and_a_new_name(self, guest, browser):
        token = tokens.issue(guest)

        browser.log_in()
        User.objects.update(name="Ada")

        assert tokens.user_of(token) == guest

    def test_ends_with_the_secret_key(self, guest, settings):
        token = tokens.issue(guest)

        settings.SECRET_KEY = "another key " * 5

        with pytest.raises(NotAuthenticated):
            tokens.user_of(token)

    def test_costs_one_question_to_the_database(self, guest, django_assert_num_queries):
        token = tokens.issue(guest)

        with django_assert_num_queries(1):
            tokens.user_of(token)

    def test_shows_neither_address_nor_password_nor_the_value_of_the_session(self, guest):
        token = tokens.issue(guest, now=NOON)

        shown = claims(token)
        assert shown == {
            "sub": str(guest.pk),
            "iat": int(NOON.timestamp()),
            "exp": int(NOON.timestamp()) + 900,
            "fingerprint": shown["fingerprint"],
        }
        assert shown["fingerprint"] not in guest.get_session_auth_hash()


class TestAForgery:
    def forged(self, guest, key="", algorithm="HS256", **changes):
        facts = claims(tokens.issue(guest)) | changes
        return jwt.encode(
            {name: fact for name, fact in facts.items() if fact is not None}, key, algorithm=algorithm
        )

    def test_with_another_key_is_refused(self, guest, settings):
        for key in ("x" * 32, settings.SECRET_KEY):
            with pytest.raises(NotAuthenticated):
                tokens.user_of(self.forged(guest, key))

    def test_without_a_signature_is_refused(self, guest):
        with pytest.raises(NotAuthenticated):
            tokens.user_of(self.forged(guest, algorithm="none"))

    @pytest.mark.filterwarnings("ignore::jwt.warnings.InsecureKeyLengthWarning")
    def test_by_a_stronger_algorithm_than_ours_is_refused(self, guest):
        with pytest.raises(NotAuthenticated):
            tokens.user_of(self.forged(guest, tokens._key(), "HS512"))

    @pytest.mark.parametrize("missing", ["sub", "iat", "exp", "fingerprint"])
    def test_of_our_own_key_without_a_claim_is_refused(self, guest, missing):
        with pytest.raises(NotAuthenticated):
            tokens.user_of(self.forged(guest, tokens._key(), **{missing: None}))

    def test_of_another_persons_number_is_refused(self, guest):
        neighbor = User.objects.create_user("neighbor@example.com", PASSWORD)
        head, _, signature = tokens.issue(guest).split(".")
        _, theirs, _ = tokens.issue(neighbor).split(".")

        with pytest.raises(NotAuthenticated):
            tokens.user_of(f"{head}.{theirs}.{signature}")

    @pytest.mark.parametrize(
        "rubbish",
        [
            "",
            "x",
            "a.b.c",
            "....",
            "\0",
            "\ud800",
            "é" * 100,
            "x" * 1_000_000,
            None,
            1,
            True,
            [],
            {},
            b"a.b.c",
        ],
        ids=lambda rubbish: repr(rubbish)[:12],
    )
    def test_of_rubbish_is_refused(self, db, rubbish):
        with pytest.raises(NotAuthenticated):
            tokens.user_of(rubbish)
