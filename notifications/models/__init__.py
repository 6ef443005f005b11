"""What notifications keep: webhooks, deliveries, letters that are owed, reports by mail, calendar feeds."""

from notifications.models.calendars import CalendarFeed
from notifications.models.mail import OPEN, MailPreference, Notice
from notifications.models.reports import ReportMail
from notifications.models.webhooks import LONGEST_URL, PENDING, Delivery, Webhook, WebhookCursor

__all__ = [
    "LONGEST_URL",
    "OPEN",
    "PENDING",
    "CalendarFeed",
    "Delivery",
    "MailPreference",
    "Notice",
    "ReportMail",
    "Webhook",
    "WebhookCursor",
]
