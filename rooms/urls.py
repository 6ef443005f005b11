"""The addresses of venues and bookings."""

from django.urls import path

from rooms.views import boarding, booking, home, mine, staying

app_name = "rooms"
urlpatterns = [
    path("", home.home, name="home"),
    path("venues/<slug:slug>/", boarding.venue, name="venue"),
    path("venues/<slug:slug>/book/", booking.book, name="book"),
    path("venues/<slug:slug>/bookings/", booking.create, name="bookings_create"),
    path("venues/<slug:slug>/stays/", staying.hold, name="stay_hold"),
    path("venues/<slug:slug>/why/", booking.why, name="why"),
    path("bookings/", mine.bookings, name="bookings"),
    path("bookings/<str:reference>/", mine.booking, name="booking"),
    path("bookings/<str:reference>/confirm/", mine.confirm, name="booking_confirm"),
    path("bookings/<str:reference>/cancel/", mine.cancel, name="booking_cancel"),
    path("bookings/<str:reference>/renew/", mine.renew, name="booking_renew"),
    path("bookings/<str:reference>/move/", mine.move, name="booking_move"),
    path("bookings/<str:reference>/approve/", mine.approve, name="booking_approve"),
    path("bookings/<str:reference>/decline/", mine.decline, name="booking_decline"),
]
