"""Shapes of webhooks and their deliveries."""

from typing import Annotated, Literal

from msgspec import Meta, Struct

from api.shapes import Instant, PageQuery, Wanted, page_of
from notifications.models import LONGEST_URL

Url = Annotated[str, Meta(min_length=8, max_length=LONGEST_URL, examples=["https://example.com/reserve"])]
Slug = Annotated[str, Meta(min_length=1, max_length=60)]


class WebhookWanted(Wanted):
    """Where to send what: a venue's changes, or without a venue those of one's own bookings."""

    url: Url
    venue: Annotated[Slug | None, Meta(description="Its slug; null: my bookings.")] = None


class Delivery(Struct, kw_only=True):
    """One message on its way, or what became of it; `id` is its webhook-id, however often it is sent."""

    id: str
    type: Annotated[str, Meta(examples=["booking.cancelled"])]
    state: Literal["waiting", "sending", "delivered", "given_up"]
    attempts: int
    status: Annotated[int | None, Meta(description="Of the last answer; null: there was none.")]
    error: Annotated[str, Meta(description="Why the last attempt failed.")]
    created_at: Instant
    next_at: Annotated[Instant | None, Meta(description="When it is tried again; null: it is over.")]
    delivered_at: Instant | None


class Webhook(Struct, kw_only=True):
    """An address that hears of changes."""

    id: int
    url: str
    venue: Annotated[str | None, Meta(description="Its slug; null: my bookings.")]
    created_at: Instant
    failing_since: Annotated[Instant | None, Meta(description="Since when no delivery succeeded.")]
    disabled_at: Instant | None
    disabled_because: Literal["gone", "failing", "not_allowed"] | None
    last_delivery: Delivery | None


class NewWebhook(Webhook, kw_only=True):
    """A webhook with its secret, which is shown this once."""

    secret: Annotated[str, Meta(description="What deliveries are signed with: keep it safe.")]


WebhookPage = page_of("WebhookPage", Webhook)
DeliveryPage = page_of("DeliveryPage", Delivery)


class WebhooksQuery(PageQuery, kw_only=True):
    pass
