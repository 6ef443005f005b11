"""The pages of log-in, registration and profile: allauth's views with our templates and statuses."""

from http import HTTPStatus
from typing import Any, cast

from allauth.account import views as allauth
from allauth.account.internal import flows
from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount
from django import forms
from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.exceptions import SuspiciousOperation, ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse, reverse_lazy
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.generic import UpdateView, View

from accounts import sso
from accounts.forms import ProfileForm, zones
from accounts.models import User
from accounts.operations import log_out_everywhere, prove
from accounts.proving import CONFIRMED, TAKEN_OVER, is_confirmed, note_given, require_password
from reservations.errors import PolicyViolation

LOGIN_PAUSE = 5 * 60  # seconds; as long as accounts.throttle.PER_ACCOUNT remembers
ASKS_FOR_PASSWORD = frozenset({"action_add", "action_remove"})  # buttons beside an address
MALFORMED = {"null_characters_not_allowed", "max_length"}


class FormStatus:
    """Mixed into form views: answer a form nobody could have filled in with 400, too many tries with 429.

    An ordinary mistake stays a page with a sentence beside its field, and 200.
    """

    def form_invalid(self, form: forms.BaseForm) -> HttpResponse:
        response: HttpResponse = super().form_invalid(form)  # type: ignore[misc]
        if response.status_code != HTTPStatus.OK:
            return response
        codes = {error.code for errors in form.errors.as_data().values() for error in errors}
        if codes & MALFORMED:
            response.status_code = HTTPStatus.BAD_REQUEST
        if "too_many_login_attempts" in codes:
            response.status_code = HTTPStatus.TOO_MANY_REQUESTS
            response.headers["Retry-After"] = str(LOGIN_PAUSE)
        return response


class OffersSignOn:
    """Mixed into pages where one comes in: name the provider that one may log in at instead."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        found: dict[str, Any] = super().get_context_data(**kwargs)  # type: ignore[misc]
        return found | {"provider": sso.provider()}


class LoginView(OffersSignOn, FormStatus, allauth.LoginView):  # type: ignore[misc]
    """Log in by address and password; the session's key changes at that moment."""


class RequestCodeView(FormStatus, allauth.RequestLoginCodeView):  # type: ignore[misc]
    """Ask for a code by mail to log in with; the answer is the same for every address."""


class ConfirmCodeView(FormStatus, allauth.ConfirmLoginCodeView):  # type: ignore[misc]
    """Log in by the code from the mail: good once, for five minutes and three tries, in this browser."""

    def form_valid(self, form: forms.Form) -> HttpResponse:
        if self.request.POST.get("action") != "resend" and prove(self._process.user):
            messages.info(self.request, TAKEN_OVER)
        response: HttpResponse = super().form_valid(form)
        return response


class RegistrationView(OffersSignOn, FormStatus, allauth.SignupView):  # type: ignore[misc]
    """Register by address and password, and be logged in at once."""

    def form_valid(self, form: forms.Form) -> HttpResponse:
        try:
            response: HttpResponse = super().form_valid(form)
        except ValidationError as error:  # somebody else was a moment faster
            form.add_error("email", error)
            return self.form_invalid(form)
        return response


class PasswordChangeView(FormStatus, allauth.PasswordChangeView):  # type: ignore[misc]
    """Change one's password: every session but this one ends."""


class PasswordResetView(FormStatus, allauth.PasswordResetView):  # type: ignore[misc]
    """Ask for a link by mail; the answer is the same for every address."""


class PasswordResetFromKeyView(FormStatus, allauth.PasswordResetFromKeyView):  # type: ignore[misc]
    """Choose a new password by the link from the mail: whoever has it reads the mail of the address."""

    def form_valid(self, form: forms.Form) -> HttpResponse:
        if prove(self.reset_user):
            messages.info(self.request, CONFIRMED)
        response: HttpResponse = super().form_valid(form)
        return response


class ReauthenticateView(FormStatus, allauth.ReauthenticateView):  # type: ignore[misc]
    """Ask for the password once more before something that an open browser must not be enough for."""


class EmailView(FormStatus, allauth.EmailView):  # type: ignore[misc]
    """Move to another address: the account moves when the link mailed to it is followed."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.user.is_authenticated:
            note_given(_person(request))
        response: HttpResponse = super().dispatch(request, *args, **kwargs)
        return response

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if "action_primary" in request.POST:
            # Allauth's other page would make an address one's own that nobody has confirmed.
            raise SuspiciousOperation("an address becomes one's own by its mail alone")
        if not ASKS_FOR_PASSWORD.isdisjoint(request.POST):
            try:
                require_password(_person(request))
            except PolicyViolation as refusal:
                messages.error(request, refusal.sentence)
                return HttpResponseRedirect(reverse("account_profile"))
        response: HttpResponse = super().post(request, *args, **kwargs)
        return response

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        person = _person(self.request)
        wishes = EmailAddress.objects.filter(user=person, verified=False).exclude(email=person.email)
        facts = {"confirmed": is_confirmed(person), "pending": wishes.last()}
        return cast(dict[str, Any], super().get_context_data(**kwargs)) | facts


class ConfirmEmailView(allauth.ConfirmEmailView):  # type: ignore[misc]
    """Confirm an address by the link from the mail and a button; a link that is over says so."""

    def post(self, *args: Any, **kwargs: Any) -> HttpResponse:
        model = allauth.get_emailconfirmation_model()
        if model.from_key(self.kwargs["key"]) is None:
            return redirect(self.request.path)
        response: HttpResponse = super().post(*args, **kwargs)
        return response


@method_decorator(never_cache, name="dispatch")
class ProfileView(LoginRequiredMixin, FormStatus, UpdateView):  # type: ignore[type-arg]
    """Show and change one's name and time zone, with the ways to everything else of one's account."""

    form_class = ProfileForm
    template_name = "account/profile.html"
    context_object_name = "person"  # not "user", whom the header shows
    success_url = reverse_lazy("account_profile")

    def get_object(self, queryset: QuerySet[User] | None = None) -> User:
        # A person of its own: what is typed and refused must not show in the header as if it were so.
        return User.objects.get(pk=_person(self.request).pk)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        person = _person(self.request)
        facts = {"zones": zones(), "confirmed": is_confirmed(person), "provider": sso.provider()}
        if sso.is_on():
            facts["linked"] = SocialAccount.objects.filter(user=person, provider=sso.issuer()).exists()
        return super().get_context_data(**kwargs) | facts

    def form_valid(self, form: "forms.ModelForm[User]") -> HttpResponse:
        messages.success(self.request, "Your profile is saved.")
        return super().form_valid(form)


class LogOutEverywhereView(LoginRequiredMixin, View):
    """End every session, token and socket of the person."""

    def get(self, request: HttpRequest) -> HttpResponseBase:
        return HttpResponseRedirect(reverse("account_profile"))

    def post(self, request: HttpRequest) -> HttpResponseBase:
        log_out_everywhere(_person(request))
        flows.logout.logout(request, show_message=False)
        messages.success(request, "You are logged out on every device.")
        return HttpResponseRedirect(reverse("account_login"))


def _person(request: HttpRequest) -> User:
    return cast(User, request.user)
