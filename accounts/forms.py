"""The forms of log-in, registration and profile: allauth's, with our labels and our bounds."""

import unicodedata
from typing import Any
from zoneinfo import available_timezones

from allauth.account import forms as allauth
from allauth.account.adapter import get_adapter
from allauth.account.fields import PasswordField
from allauth.account.models import EmailAddress
from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse

from accounts.models import LONGEST_PASSWORD, User
from accounts.proving import note_given

CONTINENTS = frozenset(
    {
        "Africa",
        "America",
        "Antarctica",
        "Arctic",
        "Asia",
        "Atlantic",
        "Australia",
        "Europe",
        "Indian",
        "Pacific",
    }
)
TOO_MANY_CODES = "That is more codes than anybody needs. Please wait five minutes, or use your password."
LONGEST_CODE = 40  # characters
PASSWORD_HELP = "At least 10 characters. A few words that you will remember are best; pasting is welcome."  # noqa: S105 -- a help text


class OurFields:
    """Mixed into allauth's forms: no placeholder instead of a label, no password of megabytes.

    Placeholders vanish while one types and are too pale to read. A `maxlength` on a password would cut
    off a pasted one in silence, so the bound is on the server alone.
    """

    labels: dict[str, str] = {}
    focus = ""
    fields: dict[str, forms.Field]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.widget.attrs.pop("placeholder", None)
            field.label = self.labels.get(name, field.label)
            if isinstance(field, PasswordField):
                field.help_text = PASSWORD_HELP if _is_new(field) else ""
                field.validators.append(MaxLengthValidator(LONGEST_PASSWORD))
        if self.focus:
            self.fields[self.focus].widget.attrs["autofocus"] = True

    def is_valid(self) -> bool:
        """Test whether it is; where it is not, the focus goes to the first field that says why."""
        valid = super().is_valid()  # type: ignore[misc]
        wrong = next((name for name in self.fields if name in self.errors), "")  # type: ignore[attr-defined]
        if wrong:
            for name, field in self.fields.items():
                field.widget.attrs["autofocus"] = name == wrong
        return bool(valid)


def _is_new(field: forms.Field) -> bool:
    return bool(field.widget.attrs.get("autocomplete") == "new-password")


class LoginForm(OurFields, allauth.LoginForm):  # type: ignore[misc]
    """An address and a password."""

    labels = {"login": "E-mail address", "password": "Password"}
    focus = "login"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].widget.attrs["autocomplete"] = "username"


class RequestCodeForm(OurFields, allauth.RequestLoginCodeForm):  # type: ignore[misc]
    """The address that a code to log in with is mailed to."""

    labels = {"email": "E-mail address"}
    focus = "email"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].widget.attrs["autocomplete"] = "username"

    def clean_email(self) -> str:
        """Return the address, and note whose it is: of the one who has it, not of whoever wants it."""
        try:
            email: str = super().clean_email().lower()
        except ValidationError as error:
            raise ValidationError(TOO_MANY_CODES, code="too_many_login_attempts") from error
        self._user = User.objects.filter(email=email, is_active=True).first()
        return email


class ConfirmCodeForm(OurFields, allauth.ConfirmLoginCodeForm):  # type: ignore[misc]
    """The code from the mail, with its dash or without."""

    labels = {"code": "Code"}
    focus = "code"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].validators.append(MaxLengthValidator(LONGEST_CODE))
        self.fields["code"].widget.attrs |= {"inputmode": "numeric", "autocomplete": "one-time-code"}


class RegistrationForm(OurFields, allauth.SignupForm):  # type: ignore[misc]
    """An address and one new password; whoever mistypes it can reset it."""

    labels = {"email": "E-mail address", "password1": "Password"}
    focus = "email"
    timezone = forms.CharField(required=False, widget=forms.HiddenInput({"data-own-zone": ""}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].widget.attrs["autocomplete"] = "username"

    def clean_timezone(self) -> str:
        """Return the zone of the browser's clock; one that nobody knows is one that nobody said."""
        told = self.cleaned_data["timezone"]
        return told if told in available_timezones() else ""

    def custom_signup(self, request: HttpRequest, user: User) -> None:
        """Keep the zone; the profile can change it."""
        super().custom_signup(request, user)
        if self.cleaned_data["timezone"]:
            user.timezone = self.cleaned_data["timezone"]
            user.save(update_fields=["timezone"])

    def validate_unique_email(self, value: str) -> str:
        """Refuse an address that somebody has.

        Allauth would refuse one that somebody has merely asked to move to: anybody could then keep
        anybody else from ever registering.
        """
        if User.objects.filter(email=value).exists():
            raise get_adapter().validation_error("email_taken")
        return value

    def try_save(self, request: HttpRequest) -> tuple[User | None, HttpResponse | None]:
        """Create the person; the second of two at once is refused like any second.

        :raises ValidationError: if the address was taken since the form was checked
        """
        try:
            with transaction.atomic():
                saved: tuple[User | None, HttpResponse | None] = super().try_save(request)
                return saved
        except IntegrityError as error:
            raise get_adapter().validation_error("email_taken") from error


class ChangeEmailForm(OurFields, allauth.AddEmailForm):  # type: ignore[misc]
    """The address to move to."""

    labels = {"email": "New e-mail address"}

    def save(self, request: HttpRequest) -> EmailAddress:
        """Note the wish and mail its link; the account keeps its address until the link is followed.

        Allauth would drop an address that was never confirmed at once, and leave an account that no
        one can log in to.
        """
        wishes = EmailAddress.objects.filter(user=self.user, verified=False)
        wishes.exclude(email=self.user.email).delete()
        return EmailAddress.objects.add_email(request, self.user, self.cleaned_data["email"], confirm=True)


class ChangePasswordForm(OurFields, allauth.ChangePasswordForm):  # type: ignore[misc]
    """The current password and one new one."""

    labels = {"oldpassword": "Current password", "password1": "New password"}
    focus = "oldpassword"
    password2 = None


class ResetPasswordForm(OurFields, allauth.ResetPasswordForm):  # type: ignore[misc]
    labels = {"email": "E-mail address"}
    focus = "email"

    def clean_email(self) -> str:
        """Return the address, and note whose it is: of the one who has it, not of whoever wants it."""
        email: str = self.cleaned_data["email"]
        self.users = list(User.objects.filter(email=email, is_active=True))
        for person in self.users:
            note_given(person)
        return email


class ResetPasswordKeyForm(OurFields, allauth.ResetPasswordKeyForm):  # type: ignore[misc]
    labels = {"password1": "New password"}
    focus = "password1"
    password2 = None


class ReauthenticateForm(OurFields, allauth.ReauthenticateForm):  # type: ignore[misc]
    labels = {"password": "Password"}
    focus = "password"


class OnesOwnForm(ReauthenticateForm):
    """The password again, below what is to be read first."""

    focus = ""


class ProfileForm(forms.ModelForm):  # type: ignore[type-arg]
    """What people say of themselves."""

    class Meta:
        model = User
        fields = ["name", "timezone"]
        widgets = {
            "name": forms.TextInput(attrs={"autocomplete": "name"}),
            # A text field with suggestions: it can be searched, and works without any script.
            "timezone": forms.TextInput(
                attrs={"list": "time-zones", "autocomplete": "off", "spellcheck": "false"}
            ),
        }

    def clean_name(self) -> str:
        return " ".join(unicodedata.normalize("NFC", self.cleaned_data["name"]).split())

    def clean_timezone(self) -> str:
        return clean_zone(self.cleaned_data["timezone"])


def zones() -> list[str]:
    """Return the time zones to choose from: those named after places, and UTC."""
    places = (zone for zone in available_timezones() if zone.split("/")[0] in CONTINENTS)
    return [*sorted(places), "UTC"]


def clean_zone(typed: str) -> str:
    """Return the zone's own spelling of what was typed: "europe/istanbul " is understood."""
    name = typed.strip().replace(" ", "_")
    return next((zone for zone in available_timezones() if zone.lower() == name.lower()), name)
