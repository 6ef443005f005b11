"""The addresses of calendars, and of the choice of letters."""

from django.urls import path, re_path

from notifications.calendars.tokens import SHAPE
from notifications.views import calendars, feeds, preferences

app_name = "notifications"
urlpatterns = [
    path("bookings/<str:reference>.ics", calendars.booking, name="booking_ics"),
    re_path(rf"^calendar/(?P<token>{SHAPE})\.ics$", calendars.feed, name="feed"),
    path("accounts/calendars/", feeds.feeds, name="feeds"),
    path("accounts/calendars/<int:key>/revoke/", feeds.revoke, name="feed_revoke"),
    path("accounts/notifications/", preferences.preferences, name="preferences"),
    path("accounts/notifications/unsubscribe/<str:token>/", preferences.unsubscribe, name="unsubscribe"),
]
