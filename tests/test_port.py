"""Which port links name: the one that `serve --port` says, else PORT."""

import pytest

from reservations_site.port import follow_port


@pytest.mark.parametrize(
    ("words", "port"),
    [
        ("serve --port 8488", "8488"),
        ("serve --port=8488", "8488"),
        ("serve --host 0.0.0.0 --port 8488 -v 2", "8488"),
        ("serve", "8123"),
        ("serve --port", "8123"),
        ("serve --port 0", "8123"),
        ("serve --port http", "8123"),
        ("line_server --port 8488", "8123"),
        ("", "8123"),
    ],
)
def test_port_is_what_serve_is_told(words, port):
    environ = {"PORT": "8123"}

    follow_port(["manage.py", *words.split()], environ)

    assert environ == {"PORT": port}
