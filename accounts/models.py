"""Who people are, and which role each has at which venue."""

import unicodedata
from typing import Any, ClassVar
from zoneinfo import available_timezones

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.crypto import get_random_string, salted_hmac
from django.utils.timezone import now

LONGEST_PASSWORD = 4096
"""Characters. Argon2 would read megabytes as gladly, on the server's time."""


CLOSED = "Closed account"
"""What everybody reads instead of the name of a person who is gone."""


def fresh_stamp() -> str:
    """Return a text never used before: logins are told apart by it."""
    return get_random_string(22)


def known_zone(name: str) -> None:
    """Refuse a time zone that the zone database does not know."""
    if name not in available_timezones():
        raise ValidationError(f"“{name}” is not a time zone, such as Europe/Istanbul.", code="invalid")


def usual_form(password: str) -> str:
    """Return the password as it is hashed: NFC, so that an é typed on any keyboard is the same é.

    :raises ValueError: if it is longer than LONGEST_PASSWORD or cannot be written in UTF-8
    """
    if len(password) > LONGEST_PASSWORD:
        raise ValueError(f"A password has at most {LONGEST_PASSWORD} characters.")
    normal = unicodedata.normalize("NFC", password)
    normal.encode()
    return normal


class UserManager(BaseUserManager["User"]):
    """Make people by e-mail address; there are no user names."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Create a person who may log in with the e-mail address."""
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Create a person who may do everything, as `manage.py createsuperuser` asks."""
        return self.create_user(email, password, **{"is_staff": True, "is_superuser": True, **fields})

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email__iexact=username)


class User(AbstractBaseUser, PermissionsMixin):
    """A person: a guest everywhere, and more where a Membership says so."""

    email = models.EmailField("e-mail address", max_length=254, unique=True)
    name = models.CharField(max_length=120, blank=True, help_text="Shown to the staff of venues you book.")
    timezone = models.CharField(
        "time zone",
        max_length=64,
        default="UTC",
        validators=[known_zone],
        help_text="For mails about your bookings, such as Europe/Istanbul.",
    )
    is_active = models.BooleanField(
        "active", default=True, help_text="Clear this instead of deleting people."
    )
    is_staff = models.BooleanField("may open the admin", default=False)
    date_joined = models.DateTimeField(default=now, editable=False)
    login_stamp = models.CharField(max_length=22, default=fresh_stamp, editable=False)
    closed_at = models.DateTimeField(null=True, blank=True, editable=False)
    # When nothing personal was left of them anywhere: their bookings follow a moment after the account.
    erased_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        constraints = [
            models.UniqueConstraint(
                Lower("email"), name="one_person_per_email_address", violation_error_message="Taken."
            ),
            models.CheckConstraint(
                condition=Q(closed_at=None) | Q(is_active=False),
                name="nobody_logs_in_to_a_closed_account",
            ),
        ]
        indexes = [
            models.Index(
                fields=["closed_at"],
                name="closed_accounts_to_erase",
                condition=Q(closed_at__isnull=False, erased_at=None),
            ),
        ]

    def __str__(self) -> str:
        return self.email if self.closed_at is None else f"{CLOSED} {self.pk}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Write the person down, the address in the small letters in which it is looked up."""
        self.email = self.email.lower()
        super().save(*args, **kwargs)

    def set_password(self, raw_password: str | None) -> None:
        super().set_password(raw_password if raw_password is None else usual_form(raw_password))

    def check_password(self, raw_password: str | None) -> bool:
        try:
            return super().check_password(raw_password if raw_password is None else usual_form(raw_password))
        except ValueError:
            return False

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        # Every session and token carries this value: a new password ends them, and so does a new stamp.
        salt = "accounts.models.User.get_session_auth_hash"
        value = f"{self.login_stamp}:{self.password}"
        return salted_hmac(salt, value, secret=secret, algorithm="sha256").hexdigest()

    @property
    def shown_email(self) -> str:
        """The address by which they can be reached; none of a closed account."""
        return self.email if self.closed_at is None else ""

    @property
    def called(self) -> str:
        """Their name, or else the address by which they can be reached."""
        return str(self.name or self.shown_email)

    @property
    def initials(self) -> str:
        """Two letters for the header: of the name, else of the address."""
        words = (self.name or self.email.split("@")[0].replace(".", " ")).split()
        return "".join(word[0] for word in words[:2]).upper() or "?"


class Role(models.TextChoices):
    """What a person may be at a venue, weakest first; a guest needs no row."""

    STAFF = "staff", "Staff"
    MANAGER = "manager", "Manager"
    OWNER = "owner", "Owner"


class Membership(models.Model):
    """The role of one person at one venue."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    venue = models.ForeignKey("rooms.Venue", on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=10, choices=Role.choices)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "venue"], name="one_role_per_person_and_venue")
        ]

    def __str__(self) -> str:
        return f"{self.user} is {self.role} of {self.venue}"


class RefreshToken(models.Model):
    """One log-in of a program: the family of all tokens that follow from it.

    Only the latest refresh token of a family is good, once; the table keeps its hash, never itself. One
    row for a family, so that two who bring the same token at once are told apart by one statement.
    """

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="families")
    family = models.CharField(max_length=22, default=fresh_stamp)
    hash = models.CharField(max_length=64)
    fingerprint = models.CharField(max_length=32)
    created_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["family"], name="a_family_is_one_log_in")]
        indexes = [models.Index(fields=["expires_at"], name="log_ins_that_run_out")]

    def __str__(self) -> str:
        return f"{self.user} since {self.created_at:%Y-%m-%d %H:%M} UTC"


class Acting(models.Model):
    """One time in which a superuser acted for a person; nobody deletes it."""

    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="acted_for")
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name_plural = "acting"

    def __str__(self) -> str:
        return f"{self.by} for {self.person}, {self.began_at:%Y-%m-%d %H:%M} UTC"


class Invitation(models.Model):
    """A role at a venue that waits for whoever reads a mail: good once, for a week, until it is withdrawn."""

    venue = models.ForeignKey("rooms.Venue", on_delete=models.CASCADE, related_name="invitations")
    email = models.EmailField("e-mail address", max_length=254)
    role = models.CharField(max_length=10, choices=Role.choices)
    invited_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    taken_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["venue", "expires_at"], name="invitations_of_a_venue")]

    def __str__(self) -> str:
        return f"{self.email} as {self.role} of {self.venue_id}"
