"""The addresses of calendars, out and in, and of the choice of letters."""

from django.urls import path, re_path

from notifications.calendars.tokens import SHAPE
from notifications.views import calendars, feeds, incoming, preferences

app_name = "notifications"
urlpatterns = [
    path("bookings/<str:reference>.ics", calendars.booking, name="booking_ics"),
    re_path(rf"^calendar/(?P<token>{SHAPE})\.ics$", calendars.feed, name="feed"),
    path("accounts/calendars/", feeds.feeds, name="feeds"),
    path("accounts/calendars/<int:key>/revoke/", feeds.revoke, name="feed_revoke"),
    path("desk/<slug:slug>/calendars/", incoming.calendars, name="incoming"),
    path("desk/<slug:slug>/calendars/<int:key>/read/", incoming.read_now, name="incoming_read"),
    path("desk/<slug:slug>/calendars/<int:key>/remove/", incoming.remove, name="incoming_remove"),
    path("accounts/notifications/", preferences.preferences, name="preferences"),
    path("accounts/notifications/unsubscribe/<str:token>/", preferences.unsubscribe, name="unsubscribe"),
    path("accounts/notifications/invited/<str:token>/", preferences.stop_invited, name="stop_invited"),
    path("accounts/notifications/unwatch/<str:token>/", preferences.unwatch, name="unwatch"),
]
