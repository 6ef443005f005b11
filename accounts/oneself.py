"""Pages of what is one's own: a copy of it all, and closing the account for good."""

from datetime import UTC, datetime
from typing import Any, cast

from allauth.account.internal import flows
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.urls import reverse, reverse_lazy
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.generic import FormView, TemplateView

from accounts import keepers, operations
from accounts.copying import COPIES, copy_of
from accounts.forms import OnesOwnForm
from accounts.models import User
from accounts.views import FormStatus
from reservations.errors import ReservationError


class OnesOwn(LoginRequiredMixin, FormStatus, FormView):  # type: ignore[type-arg]
    """A page that an open browser is not enough for: it asks for the password with what it does.

    Who has none yet gets one by mail, and so proves as much.
    """

    form_class = OnesOwnForm
    request: HttpRequest

    @property
    def person(self) -> User:
        return cast(User, self.request.user)

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "user": self.person}

    def form_valid(self, form: Any) -> HttpResponse:
        try:
            return self.act()
        except ReservationError as refusal:
            response = self.render_to_response(self.get_context_data(form=form, refusal=refusal))
            response.status_code = refusal.status
            retry_after = getattr(refusal, "retry_after", None)
            if retry_after:
                response.headers["Retry-After"] = str(retry_after)
            return response

    def act(self) -> HttpResponse:
        """Do what the page is for."""
        raise NotImplementedError


@method_decorator(never_cache, name="dispatch")
class DataView(OnesOwn):
    """Give a copy of everything that the site knows of the person."""

    template_name = "account/data.html"

    def act(self) -> HttpResponse:
        COPIES.require(str(self.person.pk))
        COPIES.count(str(self.person.pk))
        response = StreamingHttpResponse(copy_of(self.person), content_type="application/json; charset=utf-8")
        name = f"reserve-{datetime.now(UTC):%Y-%m-%d}.json"
        response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
        return cast(HttpResponse, response)


@method_decorator(never_cache, name="dispatch")
class CloseView(OnesOwn):
    """Say what closing the account means, or what is in its way; and close it."""

    template_name = "account/close.html"
    success_url = reverse_lazy("account_closed")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {"hindrances": keepers.hindrances(self.person), **super().get_context_data(**kwargs)}

    def act(self) -> HttpResponse:
        operations.close(self.person, by=self.person)
        flows.logout.logout(self.request, show_message=False)
        return HttpResponseRedirect(reverse("account_closed"), status=303)


class ClosedView(TemplateView):
    """Say that the account is closed."""

    template_name = "account/closed.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.user.is_authenticated:
            return HttpResponseRedirect(reverse("account_profile"))
        return super().get(request, *args, **kwargs)
