"""Money for administrators: to be read, and never to be changed; what is wrong is put right at the desk."""

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.http import HttpRequest

from payments.models import Balance, GatewayEvent, LedgerEntry, Payment, Refund

if TYPE_CHECKING:
    _Options = admin.ModelAdmin[Any]
else:
    _Options = admin.ModelAdmin


class ReadOnly(_Options):
    """A table that superusers may read."""

    list_per_page = 50
    show_full_result_count = False
    ordering = ["-pk"]

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        user: Any = request.user
        return bool(user.is_active and user.is_superuser)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Payment)
class PaymentAdmin(ReadOnly):
    """Every attempt to pay, and what came of it."""

    list_display = ["uuid", "booking", "method", "gateway", "amount", "currency", "state", "captured"]
    list_filter = ["state", "gateway", "method"]
    list_select_related = ["booking"]
    search_fields = ["uuid", "booking__reference", "reference"]


@admin.register(Refund)
class RefundAdmin(ReadOnly):
    """What goes back, and how far it is."""

    list_display = ["key", "payment", "amount", "state", "attempts", "next_at", "done_at"]
    list_filter = ["state"]
    list_select_related = ["payment"]
    search_fields = ["payment__booking__reference", "key"]


@admin.register(LedgerEntry)
class LedgerEntryAdmin(ReadOnly):
    """Every entry of the ledger."""

    list_display = ["id", "booking", "account", "amount", "cause", "at"]
    list_filter = ["account"]
    list_select_related = ["booking"]
    search_fields = ["booking__reference", "cause"]


@admin.register(Balance)
class BalanceAdmin(ReadOnly):
    """What each booking's money comes to."""

    list_display = ["booking", "captured", "refunded"]
    list_select_related = ["booking"]
    search_fields = ["booking__reference"]


@admin.register(GatewayEvent)
class GatewayEventAdmin(ReadOnly):
    """What gateways told."""

    list_display = ["event", "gateway", "kind", "payment", "received_at"]
    list_filter = ["gateway", "kind"]
    list_select_related = ["payment"]
    search_fields = ["event", "payment__booking__reference"]
