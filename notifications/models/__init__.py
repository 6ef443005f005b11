"""Everything notifications keep: webhooks and their deliveries, letters that are owed, calendar feeds."""

from notifications.models.calendars import CalendarFeed
from notifications.models.mail import OPEN, MailPreference, Notice
from notifications.models.webhooks import LONGEST_URL, PENDING, Delivery, Webhook, WebhookCursor

__all__ = [
    "LONGEST_URL",
    "OPEN",
    "PENDING",
    "CalendarFeed",
    "Delivery",
    "MailPreference",
    "Notice",
    "Webhook",
    "WebhookCursor",
]
