"""How each action of accounts.roles is tried at every door that offers it."""

from datetime import timedelta

from payments import operations as money
from rooms import operations
from rooms.operations import AnyOf
from rooms.rides import Ride
from tests.api.programs import begun, hour
from tests.days import TUE, WED, span
from tests.doors import PLATE, Try, World, admin_action, api, fresh_key, line, own, page, socket
from tests.travel import seat


def _hour(at: int) -> dict[str, str]:
    found = span(at, at + 1)
    return {"start": found.start.isoformat(), "end": found.end.isoformat()}


def _two_hours() -> dict[str, str]:
    return _hour(14) | {"end": _hour(15)["end"]}


def _wall(at: int) -> dict[str, str]:
    return {"start": f"{TUE}T{at:02}:00", "end": f"{TUE}T{at + 1:02}:00"}


def _checked_in(world: World) -> dict[str, str]:
    operations.check_in(world.running, by=None)
    return {}


def _none(world: World) -> dict[str, str]:
    return {}


STRANGER = "stranger@example.org"


def _invited(world: World) -> int:
    """Return the number of somebody who is invited to one's own booking; a visitor has none."""
    if world.mine.guest is None:
        return 1
    return operations.invite(world.mine, [STRANGER], by=None)[0].pk


def _an_answer(world: World) -> dict[str, str]:
    return {"kind": "answer", "text": "There is one."}


def _theirs(world: World, guest: object) -> operations.Details:
    return operations.Details(guest=guest)


def _a_hold(world, guest):
    return operations.hold(world.free, span(16, 17), by=None, details=_theirs(world, guest))


def _a_booking(world, guest):
    return operations.book(world.free, span(16, 17), by=None, details=_theirs(world, guest))


def _a_series(world, guest):
    daily = operations.Repeated(span(16, 17), "FREQ=DAILY;COUNT=3")
    return operations.hold(world.free, daily, by=None, details=_theirs(world, guest))


def _a_running_one(world, guest):
    begun({"reference": (made := _a_booking(world, guest)).reference})
    made.refresh_from_db()
    return made


def _a_paid_one(world, guest):
    money.take_at_desk(made := _a_booking(world, guest), "cash", by=None)
    return made


def _a_ride(world, guest):
    ride = Ride(world.departure.pk, 0, 3, [seat(world.departure, "1B"), seat(world.departure, "1C")])
    return operations.book_seats(ride, by=None, details=_theirs(world, guest))


def _a_place_in_the_queue(world, guest):
    ride = Ride(world.departure.pk, 0, 3, AnyOf(world.departure.vehicle.types.get(), 12))  # one seat is taken
    if guest is not None:
        return operations.join_waitlist(ride, by=guest)
    return operations.join_waitlist(ride, by=world.people["guest"])


def _seats(world):
    return {"seat": seat(world.departure, "2A").pk, "from_stop": 0, "to_stop": 3}


def _class(world):
    return {"type": world.departure.vehicle.types.get().pk, "count": 12, "from_stop": 0, "to_stop": 3}


def _for(world):
    return world.people["owner"].email


def _departure(act):
    return lambda world: {"act": act, "minutes": 5, "sure": "1", "leaves": _an_hour_later(world)}


def _an_hour_later(world):
    return (world.departure.starts_at + timedelta(hours=1)).isoformat()


RUN = "/desk/train/departures/{w.departure.pk}/"
OWN, RUNNING = "bookings/{w.mine.reference}", "bookings/{w.running.reference}"
COME_AND_GO = ("check-in", "check-out", "release")
TRIES: dict[str, list[Try]] = {
    "book": [
        page("/venues/office/book/"),
        page("/venues/office/series/"),
        page("/venues/office/agenda/"),
        page("/venues/office/wait/"),
        page("/venues/office/wait/", lambda w: {"room": w.spare.pk, **_hour(14)}),
        page("/venues/office/bookings/", lambda w: {"room": w.free.pk, **_hour(14)}),
        page(
            "/venues/hotel/stays/",
            lambda w: {"arrive": TUE, "depart": WED, "guests": 1, f"type_{w.double.pk}": 1},
        ),
        page("/venues/parking/take/", lambda w: {"key": fresh_key()}),
        page("/journeys/{w.departure.pk}/", _seats),
        page("/journeys/{w.departure.pk}/wait/", _class),
        api("bookings", lambda w: {"venue": "office", "rooms": [w.free.pk], **hour(1)}),
        api("waitlist", lambda w: {"departure": w.departure.pk, "room_type": "Second", "count": 12}),
        api("waitlist", lambda w: {"venue": "office", "rooms": [w.spare.pk], **_hour(14)}),
        line("wait", lambda w: {"venue": "office", "rooms": [w.spare.name], **_wall(14)}),
        line("book", lambda w: {"venue": "office", "rooms": [w.free.name], **_wall(14)}),
        line("hold", lambda w: {"venue": "office", "rooms": [w.free.name], **_wall(14)}),
        line("book_seats", lambda w: {"departure": w.departure.pk, "seats": ["2A"]}),
        line("hold_seats", lambda w: {"departure": w.departure.pk, "seats": ["2A"]}),
    ],
    "cancel_own": [
        page("/bookings/"),
        *own(
            _a_hold,
            page(f"/{OWN}/confirm/", _none),
            page(f"/{OWN}/renew/", _none),
            page(f"/{OWN}/checkout/"),
            api(f"{OWN}/confirm", _none),
            api(f"{OWN}/renew", _none),
            line("confirm", lambda w: {"reference": w.mine.reference}),
        ),
        *own(
            _a_booking,
            page(f"/{OWN}/", shows="Cancel"),
            page(f"/{OWN}.ics"),
            page(f"/{OWN}/cancel/", _none),
            page(f"/{OWN}/describe/", lambda w: {"title": "Review"}),
            page(f"/{OWN}/move/", lambda w: _hour(20)),
            page(f"/{OWN}/plate/", lambda w: {"plate": PLATE}),
            page(f"/{OWN}/messages/", lambda w: {"text": "Is there a projector?"}),
            page(f"/{OWN}/participants/", lambda w: {"addresses": STRANGER}),
            page(f"/{OWN}/participants/change/", lambda w: {"participant": _invited(w), "may": "yes"}),
            page(f"/{OWN}/participants/remove/", lambda w: {"participant": _invited(w)}),
            api("bookings?mine=true"),
            api(OWN),
            api(f"{OWN}/cancellation"),
            api(f"{OWN}/payments"),
            api(f"{OWN}/cancel", _none),
            api(OWN, lambda w: {"title": "Review"}, method="PATCH"),
            api(f"{OWN}/move", lambda w: hour(11)),
            api(f"{OWN}/plate", lambda w: {"plate": PLATE}),
            api(f"{OWN}/participants"),
            api(f"{OWN}/participants", lambda w: {"addresses": [STRANGER]}),
            api(f"{OWN}/messages"),
            api(f"{OWN}/messages", lambda w: {"text": "Is there a projector?"}),
            line("bookings", lambda w: {}),
            line("describe", lambda w: {"reference": w.mine.reference, "title": "Review"}),
            line("cancel", lambda w: {"reference": w.mine.reference}),
            line("check_out", lambda w: {"reference": w.mine.reference}),
        ),
        *own(
            _a_series,
            page(f"/{OWN}/skip/", lambda w: {"date": 2}),
            page(f"/{OWN}/move-date/", lambda w: {"date": 3, **_hour(20)}),
            api(f"{OWN}/occurrences/2/skip", _none),
            api(f"{OWN}/occurrences/2/move", lambda w: hour(35)),
            line("skip", lambda w: {"reference": w.mine.reference, "number": 2}),
            line("move_date", lambda w: {"reference": w.mine.reference, "number": 2, **hour(35)}),
        ),
        *own(
            _a_running_one,
            page(f"/{OWN}/check-in/", _none),
            page(f"/{OWN}/check-out/", _none),
            page(f"/{OWN}/release/", _none),
            api(f"{OWN}/check-in", _none),
            api(f"{OWN}/check-out", _none),
            api(f"{OWN}/release", _none),
            line("release", lambda w: {"reference": w.mine.reference}),
        ),
        *own(_a_paid_one, page(f"/{OWN}/receipt.pdf")),
        *own(
            _a_ride,
            page("/tickets/{w.mine.reference}.pdf"),
            page(
                "/tickets/{w.mine.reference}/give-back/",
                lambda w: {"passenger": w.mine.journey.passengers.first().pk},
            ),
            line("tickets", lambda w: {"reference": w.mine.reference}),
        ),
        *own(
            _a_place_in_the_queue,
            api("waitlist"),
            page("/waitlist/{w.mine.pk}/leave/", _none),
            line("waitlist", lambda w: {}),
            line("leave_waitlist", lambda w: {"id": w.mine.pk}),
            api("waitlist/{w.mine.pk}", method="DELETE"),
        ),
        socket("mine", "mine"),
    ],
    "see_titles": [
        page("/desk/", shows="/desk/office/"),
        page("/desk/office/"),
        page("/venues/office/rooms/{w.free.pk}/"),
        page("/desk/parking/plates/", lambda w: {"plate": PLATE}),
        page("/desk/office/messages/", shows="projector"),
        page("/desk/train/departures/"),
        page(RUN),
        page("/bookings/{w.booking.reference}/"),
        page("/bookings/{w.booking.reference}.ics"),
        page("/bookings/{w.paid.reference}/receipt.pdf"),
        page("/tickets/{w.ride.reference}.pdf"),
        api("bookings/{w.booking.reference}"),
        api("bookings?venue=office", shows="guest@example.com"),
        api("bookings/{w.booking.reference}/payments"),
        api("bookings/{w.booking.reference}/messages"),
        api("venues/office/messages", shows="projector"),
        line("tickets", lambda w: {"reference": w.ride.reference}),
        socket("desk", "desk:office"),
        page("/admin/rooms/booking/{w.booking.pk}/change/"),
        admin_action("rooms.booking", "export_csv", lambda w: w.booking),
    ],
    "check_in_any": [
        *(page(f"/{RUNNING}/{act}/", _none) for act in COME_AND_GO),
        *(api(f"{RUNNING}/{act}", _none) for act in COME_AND_GO),
        line("check_out", lambda w: {"reference": w.running.reference}),
        line("release", lambda w: {"reference": w.running.reference}),
    ],
    "mark_absent": [
        page(f"/{RUNNING}/no-show/", _none),
        page(f"/{RUNNING}/undo-check-in/", _checked_in),
        api(f"{RUNNING}/no-show", _none),
        api(f"{RUNNING}/undo-check-in", _checked_in),
    ],
    "let_in": [
        page("/desk/parking/walk-in/", lambda w: {"key": fresh_key()}),
        api("venues/parking/walk-ins", _none),
    ],
    "book_for_others": [
        page("/venues/office/bookings/", lambda w: {"room": w.free.pk, "guest": _for(w), **_hour(14)}),
        api("bookings", lambda w: {"venue": "office", "rooms": [w.free.pk], "guest": _for(w), **hour(1)}),
        api("bookings", lambda w: {"departure": w.departure.pk, "seats": ["2A"], "guest": _for(w)}),
        page(
            "/admin/rooms/booking/add/",
            lambda w: {"rooms": [w.free.pk], "guest": _for(w), "party": 1, **_wall(14)},
            done=True,
        ),
    ],
    "exceed_quota": [
        page("/venues/office/bookings/", lambda w: {"room": w.scarce.pk, **_two_hours()}),
        api("bookings", lambda w: {"venue": "office", "rooms": [w.scarce.pk], **hour(1, 3)}),
        line("book", lambda w: {"venue": "office", "rooms": [w.scarce.name], **_two_hours()}),
    ],
    "move_any": [
        page("/desk/office/move/{w.running.reference}/"),
        page("/bookings/{w.booking.reference}/move/", lambda w: _hour(20)),
        api("bookings/{w.booking.reference}/move", lambda w: hour(11)),
        page(
            "/admin/rooms/booking/{w.booking.pk}/move/",
            lambda w: {"rooms": [w.free.pk], **_wall(14)},
            done=True,
        ),
    ],
    "cancel_any": [
        page("/bookings/{w.booking.reference}/cancel/", _none),
        page(
            "/tickets/{w.ride.reference}/give-back/",
            lambda w: {"passenger": w.ride.journey.passengers.get().pk},
        ),
        api("bookings/{w.booking.reference}/cancel", _none),
        line("cancel", lambda w: {"reference": w.booking.reference}),
        line("check_out", lambda w: {"reference": w.booking.reference}),
        page("/admin/rooms/booking/{w.booking.pk}/cancel/", _none),
        admin_action("rooms.booking", "cancel_all", lambda w: w.booking),
    ],
    "approve": [
        page("/bookings/{w.asked.reference}/approve/", _none),
        api("bookings/{w.asked.reference}/approve", _none),
        page("/admin/rooms/booking/{w.asked.pk}/approve/", _none),
        admin_action("rooms.booking", "approve_all", lambda w: w.asked),
    ],
    "decline": [
        page("/bookings/{w.asked.reference}/decline/", _none),
        api("bookings/{w.asked.reference}/decline", _none),
        page("/admin/rooms/booking/{w.asked.pk}/decline/", _none),
        admin_action("rooms.booking", "decline_all", lambda w: w.asked),
    ],
    "block": [
        page("/desk/office/close/", lambda w: {"room": w.free.pk}),
        api("venues/office/blockings"),
        api("venues/office/blockings/{w.blocking.pk}"),
        api("venues/office/blockings", lambda w: {"rooms": [w.free.pk], **hour(3)}),
        page(
            "/admin/rooms/blocking/add/",
            lambda w: {"rooms": [w.free.pk], "reason": "closed", **_wall(14)},
            done=True,
        ),
    ],
    "unblock": [
        page("/desk/office/open/{w.blocking.pk}/", _none),
        api("venues/office/blockings/{w.blocking.pk}", method="DELETE"),
        page("/admin/rooms/blocking/{w.blocking.pk}/lift/", _none),
        admin_action("rooms.blocking", "lift_all", lambda w: w.blocking),
    ],
    "hang": [
        page("/desk/office/displays/", lambda w: {"name": "Sign"}),
        page("/admin/rooms/display/add/", lambda w: {"name": "Sign", "venue": w.place.pk}, done=True),
    ],
    "revoke": [
        page("/desk/office/displays/{w.display.pk}/off/", _none),
        page("/admin/rooms/display/{w.display.pk}/off/", _none),
        admin_action("rooms.display", "switch_off", lambda w: w.display),
    ],
    "answer": [
        page("/bookings/{w.booking.reference}/messages/", _an_answer),
        page("/bookings/{w.booking.reference}/messages/close/", _none),
        page("/bookings/{w.paid.reference}/messages/reopen/", _none),
        api("bookings/{w.booking.reference}/messages", _an_answer),
        api("bookings/{w.booking.reference}/messages/close", _none),
        api("bookings/{w.paid.reference}/messages/reopen", _none),
    ],
    "take_money": [
        page(
            "/bookings/{w.booking.reference}/desk-payment/", lambda w: {"method": "cash", "key": fresh_key()}
        ),
        page("/bookings/{w.reserved.booking.reference}/payments/{w.reserved.uuid}/capture/", _none),
    ],
    "give_money_back": [
        page(
            "/bookings/{w.paid.reference}/refunds/",
            lambda w: {"give_back": "1.00", "reason": "Noise", "paid": 2400},
        ),
        page("/bookings/{w.paid.reference}/refunds/{w.refused.pk}/", _none),
    ],
    "forgive": [page("/bookings/{w.left.reference}/forgiven/", lambda w: {"due": w.left.price})],
    "check_tickets": [
        page("/journeys/{w.departure.pk}/check/"),
        page("/journeys/{w.departure.pk}/check/", lambda w: {"ticket": "RT1.altered.ticket"}),
    ],
    "delay": [page(RUN, _departure("late"))],
    "replan": [page(RUN, _departure("plan"))],
    "call_off": [page(RUN, _departure("off"))],
    "see_plates": [
        page("/bookings/{w.left.reference}/", shows=PLATE),
        api("bookings/{w.left.reference}", shows=PLATE),
        page("/desk/office/plates/", lambda w: {"like": w.left.reference}, shows=PLATE),
    ],
    "edit_venue": [
        page("/venues/office/plan/"),
        page("/desk/office/rights/"),
        page("/desk/office/rights/{w.free.pk}/"),
        page("/desk/office/rights/{w.free.pk}/", lambda w: {"everybody": "see"}),
        page("/venues/office/rooms/{w.free.pk}/", lambda w: {"do": "archive"}),
        api("venues/office/rooms/{w.free.pk}/rights"),
        api("venues/office/rooms/{w.free.pk}/rights", lambda w: {"everybody": "see"}, method="PUT"),
        page("/desk/office/calendars/"),
        page("/desk/office/calendars/{w.calendar.pk}/read/", _none),
        page("/desk/office/calendars/{w.calendar.pk}/remove/", _none),
        admin_action("rooms.room", "archive", lambda w: w.spare),
    ],
    "see_reports": [
        page("/reports/?venue=office"),
        page("/reports/revenue/?venue=office"),
        page("/reports/revenue.csv?venue=office"),
        page("/reports/revenue.xlsx?venue=office"),
        page("/reports/revenue/mail/", lambda w: {"venue": "office", "every": "day"}),
        page("/reports/today/?venue=office"),
        page("/reports/wall/?venue=office"),
        api("reports/revenue?venue=office"),
    ],
    "see_history": [
        page("/desk/office/history/"),
        page("/admin/rooms/change/{w.change.pk}/change/"),
        page("/admin/rooms/room/{w.free.pk}/history/"),
    ],
    "manage_members": [
        page("/desk/office/members/"),
        page("/desk/office/members/invite/", lambda w: {"email": "other@example.com", "role": "staff"}),
        page("/desk/office/members/{w.member.pk}/", lambda w: {"role": "manager"}),
        page("/desk/office/invitations/{w.invitation.pk}/withdraw/", _none),
    ],
}
