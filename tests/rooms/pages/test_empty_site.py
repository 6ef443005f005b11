"""A site without a venue: who may add the first is led there, and nobody to a command that would refuse."""

import pytest
from django.urls import reverse

from tests.worlds import office, person, works_at

pytestmark = pytest.mark.django_db
ADD = 'href="/admin/rooms/venue/add/"'
DEMO = "manage.py seed_demo"
PAGES = ["/", "/desk/", "/reports/today/", "/reports/wall/"]


@pytest.fixture
def boss(client):
    client.force_login(person("boss", is_staff=True, is_superuser=True))
    return client


@pytest.mark.parametrize("address", PAGES)
def test_leads_a_superuser_to_the_first_venue(boss, address):
    page = boss.get(address)

    assert page.status_code == 200
    assert "There is no venue yet." in page.content.decode()
    assert ADD in page.content.decode()
    assert boss.get(reverse("admin:rooms_venue_add")).status_code == 200


@pytest.mark.parametrize("someone", [None, "guest"])
def test_tells_guests_in_one_sentence_and_leads_them_nowhere(client, someone):
    if someone:
        client.force_login(person(someone))

    page = client.get("/").content.decode()

    assert "There is no venue yet." in page
    assert ADD not in page
    assert DEMO not in page


@pytest.mark.parametrize("debug", [True, False])
def test_speaks_of_the_demo_only_where_it_may_be_loaded(client, settings, debug):
    settings.DEBUG = debug

    assert (DEMO in client.get("/").content.decode()) is debug


def test_lets_nobody_else_see_a_managers_day(client):
    client.force_login(person("guest"))

    assert client.get("/reports/today/").status_code == 403


@pytest.mark.parametrize("address", PAGES)
def test_is_empty_no_more_with_a_venue(boss, address):
    works_at(person("owner"), office(), "owner")

    assert ADD not in boss.get(address, follow=True).content.decode()
