"""The form in which a person says which letters they want."""

from typing import TYPE_CHECKING

from django import forms

from notifications.models import MailPreference

if TYPE_CHECKING:
    _Form = forms.ModelForm[MailPreference]
else:
    _Form = forms.ModelForm


class PreferenceForm(_Form):
    """Three boxes to tick."""

    class Meta:
        model = MailPreference
        fields = ["bookings", "reminders", "invitations"]
