"""The addresses of venues and bookings."""

from django.urls import path

from rooms.views import boarding, booking, departing, desks, displays, home, lots, mine, seating, staying

app_name = "rooms"
urlpatterns = [
    path("", home.home, name="home"),
    path("venues/<slug:slug>/", boarding.venue, name="venue"),
    path("venues/<slug:slug>/book/", booking.book, name="book"),
    path("venues/<slug:slug>/bookings/", booking.create, name="bookings_create"),
    path("venues/<slug:slug>/stays/", staying.hold, name="stay_hold"),
    path("venues/<slug:slug>/take/", lots.take, name="take"),
    path("venues/<slug:slug>/why/", booking.why, name="why"),
    path("desk/<slug:slug>/", desks.desk, name="desk"),
    path("desk/<slug:slug>/walk-in/", desks.walk_in, name="desk_walk_in"),
    path("desk/<slug:slug>/plates/", desks.plates, name="desk_plates"),
    path("desk/<slug:slug>/close/", desks.close, name="desk_close"),
    path("desk/<slug:slug>/open/<int:number>/", desks.reopen, name="desk_open"),
    path("desk/<slug:slug>/displays/", desks.hang, name="desk_hang"),
    path("desk/<slug:slug>/displays/<int:number>/off/", desks.revoke, name="desk_revoke"),
    path("display/<str:token>/", displays.display, name="display"),
    path("display/<str:token>/now/", displays.display_now, name="display_now"),
    path("journeys/", departing.journeys, name="journeys"),
    path("journeys/<int:departure>/", seating.journey, name="journey"),
    path("journeys/<int:departure>/wait/", seating.wait, name="journey_wait"),
    path("waitlist/<int:entry>/leave/", seating.leave, name="waitlist_leave"),
    path("bookings/", mine.bookings, name="bookings"),
    path("bookings/<str:reference>/", mine.booking, name="booking"),
    path("bookings/<str:reference>/confirm/", mine.confirm, name="booking_confirm"),
    path("bookings/<str:reference>/cancel/", mine.cancel, name="booking_cancel"),
    path("bookings/<str:reference>/renew/", mine.renew, name="booking_renew"),
    path("bookings/<str:reference>/move/", mine.move, name="booking_move"),
    path("bookings/<str:reference>/check-in/", mine.check_in, name="booking_check_in"),
    path("bookings/<str:reference>/check-out/", mine.check_out, name="booking_check_out"),
    path("bookings/<str:reference>/release/", mine.release, name="booking_release"),
    path("bookings/<str:reference>/plate/", mine.note_plate, name="booking_plate"),
    path("bookings/<str:reference>/approve/", mine.approve, name="booking_approve"),
    path("bookings/<str:reference>/decline/", mine.decline, name="booking_decline"),
]
