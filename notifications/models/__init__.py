"""What notifications keep: webhooks, deliveries, letters that are owed, reports by mail, calendars."""

from notifications.models.calendars import CalendarFeed
from notifications.models.incoming import IncomingBlocking, IncomingCalendar, IncomingEvent
from notifications.models.mail import OPEN, MailPreference, Notice
from notifications.models.reports import ReportMail
from notifications.models.webhooks import LONGEST_URL, PENDING, Delivery, Webhook, WebhookCursor

__all__ = [
    "LONGEST_URL",
    "OPEN",
    "PENDING",
    "CalendarFeed",
    "Delivery",
    "IncomingBlocking",
    "IncomingCalendar",
    "IncomingEvent",
    "MailPreference",
    "Notice",
    "ReportMail",
    "Webhook",
    "WebhookCursor",
]
