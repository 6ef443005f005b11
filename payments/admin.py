"""Money for administrators: to be read, and never to be changed; what is wrong is put right at the desk."""

from django.contrib import admin

from accounts.looking import ForSuperusers
from payments.models import Balance, GatewayEvent, LedgerEntry, Payment, Refund


@admin.register(Payment)
class PaymentAdmin(ForSuperusers):
    """Every attempt to pay, and what came of it."""

    list_display = ["uuid", "booking", "method", "gateway", "amount", "currency", "state", "captured"]
    list_filter = ["state", "gateway", "method"]
    list_select_related = ["booking"]
    search_fields = ["uuid", "booking__reference", "reference"]


@admin.register(Refund)
class RefundAdmin(ForSuperusers):
    """What goes back, and how far it is."""

    list_display = ["key", "payment", "amount", "state", "attempts", "next_at", "done_at"]
    list_filter = ["state"]
    list_select_related = ["payment"]
    search_fields = ["payment__booking__reference", "key"]


@admin.register(LedgerEntry)
class LedgerEntryAdmin(ForSuperusers):
    """Every entry of the ledger."""

    list_display = ["id", "booking", "account", "amount", "cause", "at"]
    list_filter = ["account"]
    list_select_related = ["booking"]
    search_fields = ["booking__reference", "cause"]


@admin.register(Balance)
class BalanceAdmin(ForSuperusers):
    """What each booking's money comes to."""

    list_display = ["booking", "captured", "refunded"]
    list_select_related = ["booking"]
    search_fields = ["booking__reference"]


@admin.register(GatewayEvent)
class GatewayEventAdmin(ForSuperusers):
    """What gateways told."""

    list_display = ["event", "gateway", "kind", "payment", "received_at"]
    list_filter = ["gateway", "kind"]
    list_select_related = ["payment"]
    search_fields = ["event", "payment__booking__reference"]
