"""The addresses of money."""

from django.urls import path

from payments.views import hearing, sandbox

app_name = "payments"
urlpatterns = [
    path("bookings/<str:reference>/paid/<uuid:payment>/", sandbox.page, name="paid"),
    path("payments/sandbox/<str:charge>/", sandbox.page, name="sandbox"),
    path("payments/webhooks/<str:gateway>/", hearing.webhook, name="webhook"),
]
