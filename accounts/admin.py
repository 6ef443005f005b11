"""People in the admin: found by name or address, made staff of venues, let in and kept out."""

from typing import Any, cast

import allauth.account.admin
import allauth.socialaccount.admin  # noqa: F401 -- they register what is unregistered below
from allauth.account.decorators import secure_admin_login
from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken
from django import forms
from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.forms import AdminUserCreationForm
from django.contrib.auth.models import Group
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html

from accounts import acting, keepers, operations
from accounts.forms import clean_zone
from accounts.looking import AsksFirst, ForSuperusers
from accounts.models import Acting, Membership, User
from accounts.proving import is_confirmed
from reservations.errors import Forbidden, ReservationError

# The admin's own log-in page counts no wrong tries; ours does.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]

# Roles live in Membership, one table; groups would be a second one that no operation reads. An address is
# confirmed by its mail, and an identity linked by its owner, not in a table; the provider is a setting.
admin.site.unregister([Group, EmailAddress, SocialAccount, SocialApp, SocialToken])

POWERS = ("is_staff", "is_superuser", "user_permissions")
"""What only a superuser may give: whoever may edit people could else give themselves everything."""


class PersonForm(forms.ModelForm):  # type: ignore[type-arg]
    """A person as the admin edits them."""

    def clean_timezone(self) -> str:
        return clean_zone(self.cleaned_data["timezone"])


class PersonRowForm(forms.ModelForm):  # type: ignore[type-arg]
    """A person as the list edits them."""

    def clean_is_active(self) -> bool:
        wanted: bool = self.cleaned_data["is_active"]
        if wanted and self.instance.closed_at is not None:
            raise forms.ValidationError("This account is closed for good.")
        return wanted


class NewPersonForm(AdminUserCreationForm):  # type: ignore[type-arg]
    """A person the admin adds; without a password they choose one by mail."""

    class Meta:
        model = User
        fields = ("email", "name")


class RoleForm(forms.ModelForm):  # type: ignore[type-arg]
    """A role as the admin gives it: to nobody who only registered with somebody else's address."""

    def clean(self) -> dict[str, Any] | None:
        is_new_person = self.instance.user_id is None
        if self.has_changed() and not is_new_person and not is_confirmed(self.instance.user):
            raise forms.ValidationError("They have not confirmed their address yet.")
        return super().clean()


class MembershipInline(admin.TabularInline):  # type: ignore[type-arg]
    """The venues a person works at."""

    model = Membership
    form = RoleForm
    extra = 0
    verbose_name = "role at a venue"
    verbose_name_plural = "roles at venues"

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return _is_superuser(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return _is_superuser(request)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return _is_superuser(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return True


@admin.register(User)
class UserAdmin(AsksFirst, DjangoUserAdmin):  # type: ignore[type-arg]
    """People, with their roles; a password can be set here and never seen, not even its hash."""

    form = PersonForm
    add_form = NewPersonForm
    inlines = [MembershipInline]
    list_display = ["address", "name", "roles", "is_active", "last_login"]
    list_editable = ["is_active"]
    list_filter = ["is_active", "memberships__role", "memberships__venue", "is_staff"]
    list_per_page = 50
    search_fields = ["email", "name"]
    search_help_text = "Name or e-mail address"
    ordering = ["email"]
    filter_horizontal = ["user_permissions"]
    readonly_fields = ["password_link", "last_login", "date_joined"]
    actions = ["let_in", "keep_out", "log_out", "act_for", "close"]
    fieldsets = [
        (None, {"fields": ["email", "name", "timezone", "is_active", "password_link"]}),
        ("Powers", {"classes": ["collapse"], "fields": [*POWERS]}),
        ("Dates", {"fields": ["last_login", "date_joined"]}),
    ]
    add_fieldsets = [(None, {"fields": ["email", "name", "usable_password", "password1", "password2"]})]

    @admin.display(description="e-mail address", ordering="email")
    def address(self, person: User) -> str:
        return str(person)

    @admin.display(description="roles")
    def roles(self, person: User) -> str:
        return ", ".join(f"{role.get_role_display()} of {role.venue}" for role in person.memberships.all())

    @admin.display(description="password")
    def password_link(self, person: User) -> str:
        if person.pk is None:
            return ""
        return format_html(
            '<a href="{}">Set another password</a>',
            reverse("admin:auth_user_password_change", args=[person.pk]),
        )

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        people = cast("QuerySet[User]", super().get_queryset(request))
        return people.prefetch_related("memberships__venue")

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        if obj is not None and obj.closed_at is not None:
            return [(None, {"fields": ["name", "date_joined", "closed_at", "erased_at"]})]
        return super().get_fieldsets(request, obj)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return [*self.readonly_fields, *(() if _is_superuser(request) else POWERS)]

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        if obj is not None and obj.closed_at is not None:
            return False  # There is nobody any more whom it says anything of.
        # Setting a superuser's password is becoming one.
        if obj is not None and obj.is_superuser and not _is_superuser(request):
            return False
        return bool(super().has_change_permission(request, obj))

    def get_changelist_form(self, request: HttpRequest, **kwargs: Any) -> Any:
        return super().get_changelist_form(request, **{**kwargs, "form": PersonRowForm})

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        found: dict[str, Any] = super().get_actions(request)
        return {name: one for name, one in found.items() if name != "close" or _is_superuser(request)}

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        if obj.pk == request.user.pk and not obj.is_active:
            obj.is_active = True
            self.message_user(request, "You cannot deactivate yourself.", messages.WARNING)
        super().save_model(request, obj, form, change)

    @admin.action(description="Let in again")
    def let_in(self, request: HttpRequest, people: QuerySet[User]) -> None:
        others = _open_to(request, people).filter(closed_at=None)
        self.message_user(request, f"{others.update(is_active=True)} may log in.")

    @admin.action(description="Keep out: end every log-in and allow no other")
    def keep_out(self, request: HttpRequest, people: QuerySet[User]) -> None:
        others = _open_to(request, people).exclude(pk=cast(User, request.user).pk)
        self.message_user(request, f"{others.update(is_active=False)} may no longer log in.")

    @admin.action(description="Log out everywhere")
    def log_out(self, request: HttpRequest, people: QuerySet[User]) -> None:
        chosen = list(_open_to(request, people))
        for person in chosen:
            operations.log_out_everywhere(person)
        self.message_user(request, f"{len(chosen)} logged out everywhere.")

    @admin.action(description="Act for this person: see the site as they do")
    def act_for(self, request: HttpRequest, people: QuerySet[User]) -> HttpResponse | None:
        if people.count() != 1:
            self.message_user(request, "Choose one person.", messages.ERROR)
            return None
        try:
            acting.begin(request, people.get())
        except Forbidden as refusal:
            self.message_user(request, refusal.sentence, messages.ERROR)
            return None
        return HttpResponseRedirect("/")

    @admin.action(description="Close this account, and erase what it says of a person")
    def close(self, request: HttpRequest, people: QuerySet[User]) -> HttpResponse | None:
        if people.count() != 1:
            self.message_user(request, "Choose one person.", messages.ERROR)
            return None
        person = people.get()
        if not request.POST.get("sure"):
            return self._ask_first(request, person)
        try:
            closed = operations.close(person, by=request.user)
        except ReservationError as refusal:
            self.message_user(request, refusal.sentence, messages.ERROR)
            return None
        self.log_change(request, closed, "Closed.")
        self.message_user(request, f"{closed} is closed, and what its bookings say is being erased.")
        if closed.pk == request.user.pk:
            return HttpResponseRedirect(reverse("account_closed"))
        return None

    def _ask_first(self, request: HttpRequest, person: User) -> HttpResponse:
        facts = {
            **self.admin_site.each_context(request),
            "title": f"Close the account of {person}?",
            "opts": self.opts,
            "person": person,
            "hindrances": keepers.hindrances(person),
        }
        return TemplateResponse(request, "admin/accounts/close.html", facts)


@admin.register(Acting)
class ActingAdmin(ForSuperusers):
    """Who acted for whom, and when: written down by it, and changed by nobody."""

    list_display = ["by", "person", "began_at", "ended_at"]
    list_select_related = ["by", "person"]
    search_fields = ["by__email", "person__email"]
    search_help_text = "E-mail address of either"
    ordering = ["-pk"]


def _open_to(request: HttpRequest, people: QuerySet[User]) -> QuerySet[User]:
    """Return those of the people that the one who asks may change."""
    return people if _is_superuser(request) else people.filter(is_superuser=False)


def _is_superuser(request: HttpRequest) -> bool:
    return bool(cast(User, request.user).is_superuser)
