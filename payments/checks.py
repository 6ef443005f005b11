"""What Django checks before it starts: that a real site's gateway is there, and is not the sandbox."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.core.checks import Warning as Caution

from payments.gateways import DESK, GATEWAYS, takes_cards


@register(Tags.security)
def the_gateway_is_configured(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Refuse an unknown gateway or one without its keys; warn of the sandbox, which takes no card then.

    Only a warning: a site that takes money at the desk, or none, needs no gateway.
    """
    name = settings.PAYMENT_GATEWAY
    if name not in GATEWAYS or name == DESK:
        hint = "Set PAYMENT_GATEWAY=sandbox or PAYMENT_GATEWAY=stripe."
        return [Error(f"PAYMENT_GATEWAY={name} is not known.", hint=hint, id="reserve.E004")]
    if takes_cards():
        return []
    if name == "stripe":
        hint = "Set STRIPE_SECRET_KEY and STRIPE_WEBHOOK_SECRET; docs/payments.md says where they are."
        return [Error("PAYMENT_GATEWAY=stripe has not got its keys.", hint=hint, id="reserve.E005")]
    return [
        Caution(
            "DEBUG is off and PAYMENT_GATEWAY is the sandbox, which moves no money: no card is taken.",
            hint="Set PAYMENT_GATEWAY=stripe and its keys; or, for a site to try out, PAYMENTS_SANDBOX=on.",
            id="reserve.W001",
        )
    ]
