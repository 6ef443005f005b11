"""What the site answers whatever the page: foreign charsets, too many tries, a Redis that is away."""

import pytest
from django.core.cache import caches
from django.test import Client, override_settings

from rooms.models import Amenity
from tests.live.conftest import TEST_REDIS, answers
from tests.worlds import office, person, room

AWAY = {
    "default": {
        "BACKEND": "reservations_site.cache.ForgivingRedisCache",
        "LOCATION": "redis://127.0.0.1:1/0",
        "OPTIONS": {"socket_connect_timeout": 1},
    }
}
MISSING = ["", "js/none.js", "%2e%2e/"]  # below /static/


@pytest.mark.parametrize("charset", ["hex", "rot13", "utf-7", "utf-16", "'hex'", "no such"])
def test_a_body_in_a_foreign_charset_is_refused_and_never_an_error(client, charset):
    answer = client.generic(
        "POST", "/accounts/login/", b"a=b", f"multipart/form-data; boundary=x; charset={charset}"
    )

    assert answer.status_code == 400


@pytest.mark.django_db
@pytest.mark.parametrize("charset", ["utf-8", "UTF-8", '"utf-8"'])
def test_a_body_in_utf_8_is_read(client, charset):
    answer = client.post(
        "/accounts/login/", b"login=a", content_type=f"application/x-www-form-urlencoded; charset={charset}"
    )

    assert answer.status_code == 200


@pytest.mark.django_db
def test_who_tries_too_often_is_told_when_to_come_back(client):
    person("guest")

    answers = [
        client.post("/accounts/login/", {"login": "guest@example.com", "password": f"wrong {n}"})
        for n in range(12)
    ]

    assert answers[-1].status_code == 429
    assert int(answers[-1].headers["Retry-After"]) >= 60


@override_settings(CACHES=AWAY)
def test_the_cache_counts_on_while_redis_is_away(caplog):
    cache = caches.create_connection("default")

    cache.set("tries", 1, 60)
    cache.incr("tries")

    assert cache.get("tries") == 2
    assert "Redis does not answer" in caplog.text


@pytest.mark.skipif(not answers(TEST_REDIS), reason="needs Redis")
def test_redis_counts_what_is_there_and_forgets_it_in_time(settings):
    settings.CACHES = {"default": {**AWAY["default"], "LOCATION": TEST_REDIS}}
    cache = caches.create_connection("default")
    cache.delete("tries")

    with pytest.raises(ValueError, match="not found"):
        cache.incr("tries")
    cache.add("tries", 1, 60)

    assert [cache.incr("tries"), cache.incr("tries", 5), cache.decr("tries"), cache.get("tries")] == [
        2,
        7,
        6,
        6,
    ]
    assert 0 < cache._cache.get_client().ttl(cache.make_key("tries")) <= 60


@pytest.mark.django_db
@override_settings(CACHES=AWAY)
def test_people_log_in_while_redis_is_away(client):
    person("guest")

    answer = client.post(
        "/accounts/login/", {"login": "guest@example.com", "password": "correct horse battery"}
    )

    assert answer.status_code == 302


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("accept", "kind"), [("text/html", "text/html"), ("application/json", "application/problem+json")]
)
class TestWhatDjangoRefusesItself:
    def test_a_form_without_a_token(self, accept, kind):
        client = Client(enforce_csrf_checks=True)

        answer = client.post("/accounts/login/", {"login": "a"}, headers={"accept": accept})

        assert answer.status_code == 403
        assert answer.headers["Content-Type"].startswith(kind)
        assert b"try again" in answer.content
        assert b"<style" not in answer.content

    def test_a_form_of_ten_megabytes(self, accept, kind):
        client = Client(enforce_csrf_checks=True)

        answer = client.post("/accounts/login/", {"login": "a" * 10_000_000}, headers={"accept": accept})

        assert answer.status_code == 400
        assert answer.headers["Content-Type"].startswith(kind)

    @pytest.mark.parametrize("debug", [True, False])
    def test_a_query_of_a_thousand_parts(self, client, settings, accept, kind, debug):
        settings.DEBUG = debug

        answer = client.get("/", {f"a{n}": "1" for n in range(1_001)}, headers={"accept": accept})

        assert answer.status_code == 400
        assert answer.headers["Content-Type"].startswith(kind)


@pytest.mark.django_db
def test_a_new_name_of_an_amenity_reaches_every_venue_that_has_it():
    near, far = office("near"), office("far")
    screen = Amenity.objects.create(slug="screen", name="Screen")
    room(near).amenities.add(screen)
    near.refresh_from_db()
    far.refresh_from_db()
    stamps = near.terms_stamp, far.terms_stamp

    screen.name = "Large screen"
    screen.save()

    near.refresh_from_db()
    far.refresh_from_db()
    assert near.terms_stamp != stamps[0]
    assert far.terms_stamp == stamps[1]


@pytest.mark.django_db
class TestAnAddressThatIsNone:
    @pytest.mark.parametrize(
        "address",
        ["/nothing/", "/venues/", "/nothing.txt", "/a/b/c/", *(f"/static/{path}" for path in MISSING)],
    )
    @pytest.mark.parametrize("debug", [True, False])
    def test_is_told_so_on_our_own_page(self, client, settings, address, debug):
        settings.DEBUG = debug

        answer = client.get(address)

        assert answer.status_code == 404
        assert b"<style" not in answer.content
        assert b"See all rooms" in answer.content

    def test_is_told_so_to_a_program(self, client):
        answer = client.get("/nothing/", headers={"accept": "application/json"})

        assert answer.json()["code"] == "not_found"

    def test_is_found_when_only_a_slash_was_missing(self, client):
        assert client.get("/bookings").headers["Location"] == "/bookings/"
