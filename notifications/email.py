"""Mail that webhooks give rise to."""

import logging

from django.conf import settings
from django.core.mail import send_mail

from notifications.models import Webhook

log = logging.getLogger(__name__)


def tell_of_disabled(key: int) -> None:
    """Tell the owner that a webhook was disabled, and why; a mail server that is away hurts nobody."""
    webhook = Webhook.objects.select_related("owner", "venue").filter(pk=key).first()
    if webhook is None or webhook.disabled_at is None or not webhook.owner.is_active:
        return
    about = webhook.venue.name if webhook.venue else "your bookings"
    text = (
        f"Your webhook for changes of {about} was disabled at {webhook.disabled_at:%Y-%m-%d %H:%M} UTC.\n\n"
        f"Address: {webhook.url}\nReason: {webhook.get_disabled_because_display()}\n\n"
        "Nothing more is sent there. Once the receiver is well again, enable the webhook: it then hears of "
        "what happens from that moment on.\n\n"
        f"POST {settings.BASE_URL.rstrip('/')}/api/v1/webhooks/{webhook.pk}/enable\n"
    )
    try:
        send_mail("Your webhook was disabled", text, None, [webhook.owner.email])
    except Exception:
        log.exception("The owner of webhook %s could not be told that it was disabled.", key)
