"""Where a webhook may point: a table of addresses that must not be asked, and a listener that nobody asks."""

import socket
from ipaddress import ip_address

import pytest

from notifications import targets
from notifications.delivery import post
from reservations import Invalid
from tests.notifications.receivers import Odd

BEFORE_LOOKING = [
    "http://127.0.0.1:{port}/",
    "https://127.0.0.1:{port}/",
    "http://127.0.0.2:{port}/",
    "http://0.0.0.0:{port}/",
    "http://2130706433:{port}/",  # 127.0.0.1 as one number
    "http://017700000001:{port}/",  # in octal
    "http://0x7f000001:{port}/",  # in hexadecimal
    "http://0x7f.0.0.1:{port}/",
    "http://0177.0.0.1:{port}/",
    "http://127.1:{port}/",
    "http://127.0.1:{port}/",
    "http://127.0.0.1.:{port}/",
    "http://0:{port}/",
    "http://[::1]:{port}/",
    "http://[::]:{port}/",
    "http://[0:0:0:0:0:0:0:1]:{port}/",
    "http://[::ffff:127.0.0.1]:{port}/",
    "http://[::ffff:7f00:1]:{port}/",
    "http://[::127.0.0.1]:{port}/",
    "http://[64:ff9b::7f00:1]:{port}/",  # NAT64 of 127.0.0.1
    "http://[64:ff9b:1::7f00:1]:{port}/",
    "http://[2002:7f00:1::]:{port}/",  # 6to4 of 127.0.0.1
    "http://[2001:0:7f00:1::]:{port}/",  # Teredo
    "http://[fe80::1]:{port}/",
    "http://[fe80::1%25lo]:{port}/",
    "http://[fc00::1]:{port}/",
    "http://[fec0::1]:{port}/",
    "http://[ff02::1]:{port}/",
    "http://169.254.169.254:{port}/latest/meta-data/",
    "http://10.0.0.1:{port}/",
    "http://172.16.0.1:{port}/",
    "http://192.168.1.1:{port}/",
    "http://100.64.0.1:{port}/",
    "http://192.0.0.8:{port}/",
    "http://198.18.0.1:{port}/",
    "http://224.0.0.1:{port}/",
    "http://240.0.0.1:{port}/",
    "http://255.255.255.255:{port}/",
    "http://localhost:{port}/",
    "http://LOCALHOST:{port}/",
    "http://user:secret@127.0.0.1:{port}/",
    "http://example.com@127.0.0.1:{port}/",
    "http://127.0.0.1:{port}@example.com/",
    "http://example.com:80\\@127.0.0.1:{port}/",
    "http://127.0.0.1:{port}\t/",
    "http://127.0.0.1:{port}/\r\nX-Evil: 1",
    "http://\uff11\uff12\uff17.0.0.1:{port}/",  # 127 in full width
    "http://\u2460\u2461\u2466.0.0.1:{port}/",  # and in circles
    "http://%31%32%37.0.0.1:{port}/",
    "http:127.0.0.1:{port}/",
    "//127.0.0.1:{port}/",
    "http:///127.0.0.1:{port}/",
    "ftp://127.0.0.1:{port}/",
    "file:///etc/passwd",
    "gopher://127.0.0.1:{port}/_POST",
    "unix:///var/run/docker.sock",
    "http://[::1:{port}/",
    "http://127.0.0.1:99999/",
    "http://example.com:0/",
    "http://-/",
    "http://" + "a" * 64 + ".example/",
    "http://example.com/" + "a" * 500,
    "",
]  # fmt: skip
AT_THE_LOOK_UP = ["http://localhost.localdomain:{port}/", "http://ip6-localhost.localdomain:{port}/"]


@pytest.fixture
def listener():
    found = Odd()
    yield found
    found.close()


@pytest.mark.parametrize("url", BEFORE_LOOKING)
def test_an_address_within_is_refused_and_never_asked(listener, url):
    address = url.format(port=listener.port)

    with pytest.raises(Invalid) as refusal:
        targets.parse(address)
    outcome = post(address, b"{}", {})

    assert list(refusal.value.field_errors) == ["url"]
    assert (outcome.status, outcome.error) == (None, refusal.value.sentence)
    assert listener.connections == 0


class Names:
    """What names resolve to, each time they are asked for, in place of the system's own resolver."""

    def __init__(self, *answers):
        self.answers, self.asked = list(answers), []

    def __call__(self, host, port, **options):
        self.asked.append(host)
        found = self.answers.pop(0)
        if isinstance(found, OSError):
            raise found
        families = {4: socket.AF_INET, 6: socket.AF_INET6}
        return [(families[ip_address(one).version], socket.SOCK_STREAM, 6, "", (one, port)) for one in found]


class TestNames:
    @pytest.mark.parametrize("url", AT_THE_LOOK_UP)
    def test_of_this_machine_are_refused_and_never_asked(self, listener, monkeypatch, url):
        monkeypatch.setattr(socket, "getaddrinfo", Names(["127.0.0.1"]))

        outcome = post(url.format(port=listener.port), b"{}", {})

        assert outcome.error == "The host has an address that is not public."
        assert listener.connections == 0

    def test_that_nobody_knows_are_said_to_be_unknown(self, monkeypatch):
        monkeypatch.setattr(socket, "getaddrinfo", Names(socket.gaierror("no such name")))

        assert post("https://nowhere.example/", b"{}", {}).error == "The name of the host is not known."

    @pytest.mark.parametrize(
        "answer",
        [
            ["127.0.0.1"],
            ["93.184.215.14", "127.0.0.1"],  # one that is public does not make up for one that is not
            ["::1"],
            ["::ffff:10.0.0.1"],
            ["169.254.169.254"],
        ],
    )
    def test_that_lead_within_are_refused_and_never_asked(self, listener, monkeypatch, answer):
        monkeypatch.setattr(socket, "getaddrinfo", Names(answer))

        outcome = post(f"http://rebound.example:{listener.port}/", b"{}", {})

        assert outcome.error == "The host has an address that is not public."
        assert listener.connections == 0

    def test_are_resolved_once_and_the_address_that_was_looked_at_is_asked(
        self, listener, monkeypatch, settings
    ):
        settings.WEBHOOKS_ALLOW_PRIVATE = True
        names = Names(["127.0.0.1"])
        monkeypatch.setattr(socket, "getaddrinfo", names)

        post(f"http://rebound.example:{listener.port}/", b"{}", {})

        assert names.asked == ["rebound.example"]
        assert listener.connections == 1

    def test_that_are_public_may_have_any_port(self):
        target = targets.parse("https://example.com:8443/a/b?c=d")

        assert (target.authority, target.path) == ("example.com:8443", "/a/b?c=d")
        assert targets.parse("http://example.com").authority == "example.com"


@pytest.mark.parametrize("address", ["93.184.215.14", "8.8.8.8", "2606:4700::1111", "64:ff9b::808:808"])
def test_public_addresses_are_public(address):
    assert targets.is_public(ip_address(address))


@pytest.mark.parametrize("url", ["http://127.0.0.1:1/", "http://localhost:1/", "http://receiver:1/"])
def test_a_setting_allows_ones_own_network(settings, url):
    settings.WEBHOOKS_ALLOW_PRIVATE = True

    assert targets.parse(url).port == 1


@pytest.mark.parametrize("url", ["http://2130706433/", "http://a:b@127.0.0.1/", "file:///etc/passwd"])
def test_the_setting_allows_no_odd_addresses(settings, url):
    settings.WEBHOOKS_ALLOW_PRIVATE = True

    with pytest.raises(Invalid):
        targets.parse(url)
