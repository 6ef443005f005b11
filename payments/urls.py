"""The addresses of money."""

from django.urls import path

from payments.views import checkout, desk, hearing, receipt, sandbox

app_name = "payments"
urlpatterns = [
    path("bookings/<str:reference>/checkout/", checkout.checkout, name="checkout"),
    path("bookings/<str:reference>/paid/<uuid:payment>/", checkout.paid, name="paid"),
    path("bookings/<str:reference>/receipt.pdf", receipt.receipt, name="receipt"),
    path("bookings/<str:reference>/desk-payment/", desk.take, name="desk_payment"),
    path("bookings/<str:reference>/forgiven/", desk.forgive, name="forgive"),
    path("bookings/<str:reference>/refunds/", desk.give_back, name="give_back"),
    path("bookings/<str:reference>/refunds/<int:refund>/", desk.hand_back, name="hand_back"),
    path("bookings/<str:reference>/payments/<uuid:payment>/capture/", desk.capture, name="capture"),
    path("payments/sandbox/<str:charge>/", sandbox.page, name="sandbox"),
    path("payments/webhooks/<str:gateway>/", hearing.webhook, name="webhook"),
]
