"""The addresses of venues and bookings."""

from django.urls import URLPattern

app_name = "rooms"
urlpatterns: list[URLPattern] = []
