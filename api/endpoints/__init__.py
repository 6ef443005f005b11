"""The endpoints: each translates, makes one call, and translates back."""

from importlib import import_module

MODULES = (
    "accounts",
    "venues",
    "availability",
    "agendas",
    "stays",
    "timeline",
    "journeys",
    "bookings",
    "waitlist",
    "rights",
    "watches",
    "verbs",
    "occurrences",
    "payments",
    "messages",
    "participants",
    "walk_ins",
    "blockings",
    "reports",
    "webhooks",
    "document",
)
"""In the order in which the document and the manual list them."""


def load() -> None:
    """Fill the table of endpoints."""
    for module in MODULES:
        import_module(f"{__name__}.{module}")
