"""Documents of doors that the API does not know: the wiring hands them in, and programs find them here."""

from collections.abc import Callable

_documents: dict[str, Callable[[], bytes]] = {}


def hand_in(name: str, encoded: Callable[[], bytes]) -> None:
    """Serve what the function returns, as JSON, under the name from now on."""
    _documents[name] = encoded


def called(name: str) -> bytes:
    """Return the document of that name.

    :raises KeyError: if nobody handed it in
    """
    return _documents[name]()
