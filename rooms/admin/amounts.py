"""Money in the admin: shown as 24.00 EUR, typed as 24.00, kept as 2400."""

from decimal import Decimal
from typing import Any

from babel.numbers import get_currency_precision
from django import forms
from django.core.exceptions import ValidationError

from rooms import money

LARGEST = 10**15  # minor units; ten trillion euros are enough for a room


class AmountField(forms.DecimalField):
    """An amount in whole units of a currency, which becomes its minor units exactly, or is refused."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(min_value=Decimal(0), **kwargs)
        self.speak("EUR")

    def speak(self, currency: str) -> None:
        """Take amounts of that currency from now on: yen have no cents, dinars have a thousand."""
        self.currency = currency
        step = Decimal(1).scaleb(-get_currency_precision(currency))
        self.widget.attrs.update(step=str(step), placeholder=str(Decimal(24).quantize(step)))

    def prepare_value(self, value: Any) -> Any:
        return money.decimal_of(value, self.currency) if isinstance(value, int) else value

    def clean(self, value: Any) -> Any:
        amount = super().clean(value)
        if amount is None:
            return None
        minor = amount.scaleb(get_currency_precision(self.currency)) if amount.adjusted() < 16 else None
        if minor is None or minor > LARGEST:
            raise ValidationError("That is more than anything costs.")
        if minor != minor.to_integral_value():
            places = get_currency_precision(self.currency)
            raise ValidationError(
                f"{self.currency} has {places} decimal places."
                if places
                else f"{self.currency} has no cents."
            )
        return int(minor)

    def has_changed(self, initial: Any, data: Any) -> bool:
        return super().has_changed(self.prepare_value(initial), data)
