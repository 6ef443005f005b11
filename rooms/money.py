"""Money in words: integer minor units and a currency become text, nowhere else and never a float."""

import re
from decimal import Decimal
from typing import Any

from babel.numbers import format_currency, get_currency_precision
from django.utils import translation


def decimal_of(amount: int, currency: str) -> Decimal:
    """Return the amount in whole units of the currency, exactly: 2400 EUR is 24.00, 2400 JPY is 2400."""
    return Decimal(amount).scaleb(-get_currency_precision(currency))


def minor_of(text: str, currency: str) -> int:
    """Return what somebody typed, 24 or 24.00, in the currency's smallest unit.

    :raises ValueError: if it is no amount, or finer than the currency
    """
    if not re.fullmatch(r"[0-9]{1,12}([.,][0-9]{1,4})?", text.strip(), re.ASCII):
        raise ValueError(f"{text!r} is no amount")
    scaled = Decimal(text.strip().replace(",", ".")).scaleb(get_currency_precision(currency))
    if scaled != scaled.to_integral_value():
        raise ValueError(f"{text!r} is finer than {currency}")
    return int(scaled)


def as_text(amount: int, currency: str) -> str:
    """Return the amount as people of the current language write it: €24.00."""
    locale = translation.to_locale(translation.get_language() or "en")
    return format_currency(decimal_of(amount, currency), currency, locale=locale)


def in_words(amount: int, currency: str) -> str:
    """Return the amount as staff read it, with the letters of the currency: 24.00 EUR."""
    return f"{decimal_of(amount, currency)} {currency}"


def as_json(amount: int, currency: str) -> dict[str, Any]:
    """Return the amount as the contract says it: {"amount": "24.00", "currency": "EUR"}."""
    return {"amount": str(decimal_of(amount, currency)), "currency": currency}
