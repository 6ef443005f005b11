"""Money in words: integer minor units and a currency become text, nowhere else and never a float."""

from decimal import Decimal
from typing import Any

from babel.numbers import format_currency, get_currency_precision
from django.utils import translation


def decimal_of(amount: int, currency: str) -> Decimal:
    """Return the amount in whole units of the currency, exactly: 2400 EUR is 24.00, 2400 JPY is 2400."""
    return Decimal(amount).scaleb(-get_currency_precision(currency))


def as_text(amount: int, currency: str) -> str:
    """Return the amount as people of the current language write it: €24.00."""
    locale = translation.to_locale(translation.get_language() or "en")
    return format_currency(decimal_of(amount, currency), currency, locale=locale)


def as_json(amount: int, currency: str) -> dict[str, Any]:
    """Return the amount as the contract says it: {"amount": "24.00", "currency": "EUR"}."""
    return {"amount": str(decimal_of(amount, currency)), "currency": currency}
