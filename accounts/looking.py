"""Looking: what every table of the admin answers to, and those that superusers read and nobody changes."""

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.views.main import ERROR_FLAG
from django.core.exceptions import PermissionDenied
from django.db import DataError, transaction
from django.http import HttpRequest, HttpResponse

if TYPE_CHECKING:
    _Options = admin.ModelAdmin[Any]
else:
    _Options = admin.ModelAdmin


class BearsAnyFilter(_Options):
    """Answers to a filter that no row can match, such as the year 99999, with the list unfiltered.

    Django does so for a filter it cannot read; what fails only when the rows are counted is a 500 of its.
    """

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest) -> bool:
        # A pattern may be none, or one that keeps the database busy for ever.
        return not lookup.endswith("regex") and super().lookup_allowed(lookup, value, request)

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        if not request.GET.keys() - {ERROR_FLAG}:
            return super().get_changelist_instance(request)
        try:
            with transaction.atomic():  # What PostgreSQL refuses would end a transaction around it.
                return super().get_changelist_instance(request)
        except (ValueError, OverflowError, DataError) as error:
            raise IncorrectLookupParameters(error) from error


class AsksFirst(BearsAnyFilter):
    """Asks for the right before the row: Django's own order tells strangers which rows there are."""

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        return super().history_view(request, object_id, extra_context)


class OnlyLooked(_Options):
    """A table that nobody edits by hand."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class ForSuperusers(OnlyLooked, AsksFirst):
    """A table that superusers may read, newest first: it tells of people and money of every venue."""

    list_per_page = 50
    show_full_result_count = False
    ordering = ["-pk"]

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        user: Any = request.user
        return bool(user.is_active and user.is_superuser)
