"""Everything one can do; pages, programs, sockets, the admin and the clock call these and nothing else.

Take:    hold, book          rooms by name, or any n of a type; all of them, or none
         book_together       several rooms at several times, each a booking of its own; all, or none
         confirm, renew      what a hold becomes, or how it lasts
         leave, stay         its guest's page is gone, or there
         take, walk_in       from now until released: for oneself, or by the staff for who stands at the gate
         hold_seats, book_seats    of a departure, from one stop to another
         require_answered    whether it answers what has to be, by then
Change:  move, cancel        by the guest, or by the venue's staff
         describe            what it says of itself, as a hold and later
         skip, move_date     one date of a series, which is left out, taken back or put elsewhere
         cancel_passengers   some of those who travel together
         note_plate          which car it is
         approve, decline    by the venue's staff
         revive              a hold that ran out while its guest paid, by the system
Occupy:  check_in, check_out, release    being there, and leaving the rest of the time to others
         undo_check_in, mark_no_show     nobody is there after all; by the venue's staff
Run:     delay, replan, call_off    a departure, by the operator's staff
         use_ticket          of a passenger who boards, once
Door:    book_at_door, check_in_at_door, extend_at_door, end_at_door    by whoever stands before a display
Queue:   wait                for rooms that are taken
         join_waitlist       for seats of a departure that is full
         leave_waitlist      whichever it is
         offer_freed         at once, to who has waited longest; note_freed has the clock look
         serve_waitlist      those whose turn it is to be looked at
Write:   write_message       about a booking: its guest to the venue, and the venue to its guest
         close_thread, reopen_thread    by the venue's staff
Invite:  invite, uninvite    people to a booking, by their addresses
         let_change          make somebody who is invited a co-organizer, or no longer
         answer, answer_by_link    whether one comes; mail_no_more_of it
         note_told           what a letter has told who is invited
Watch:   watch, unwatch      a room, to hear of what happens there
         note_mailed         how far mail has told of it
         mail_no_more        of none of one's rooms
Look:    save_view, forget_view      how somebody likes to look at a venue
Upkeep:  block, unblock      time out of use
         expire_holds        tidy what ran out
         hang, revoke        displays
         draw_plan           where rooms stand, which come and which go; by the venue's managers
        give_rights, copy_rights    who may what in a room; by the venue's managers
        edit_room, archive_room     by them, and by who was given the right to
         seal_plates         with the newest key
         write_down          what could not be had, as counts
         mark_no_shows, complete_past, expire_requests    end what its time has ended
         tell, tick_off      what happened, to those who owe something because of it; or to nobody
         generate_departures from the timetable; plan_ahead does so for the days that are always planned
         forget_origins      of changes of long ago
         forget_participants of bookings of long ago
         forget_wishes       of a guest who closes their account
         erase_closed        what bookings say of such guests
         report              what they did then: money that came in, or went back
        note_conflict       with another calendar, which wants what is taken

Each takes its subject first and all else by keyword: `by` is who does it (None is the system), `now`
stands in for the database's clock in tests. Refusals are the tree of `reservations.errors`.
"""

from rooms.operations._answering import require_answered
from rooms.operations._paid import Paid
from rooms.operations.at_door import book_at_door, check_in_at_door, end_at_door, extend_at_door
from rooms.operations.calling_off import call_off
from rooms.operations.changing import approve, cancel, confirm, decline, renew
from rooms.operations.conflicting import note_conflict
from rooms.operations.describing import describe
from rooms.operations.editing import archive_room, edit_room
from rooms.operations.ending import complete_past, expire_holds, expire_requests, mark_no_shows
from rooms.operations.erasing import erase_closed, forget_wishes
from rooms.operations.forgetting import forget_origins, forget_participants
from rooms.operations.hanging import hang, revoke
from rooms.operations.holding import book, hold
from rooms.operations.inviting import (
    answer,
    answer_by_link,
    invite,
    let_change,
    mail_no_more_of,
    note_told,
    uninvite,
)
from rooms.operations.leaving import leave, stay
from rooms.operations.messaging import close_thread, reopen_thread, write_message
from rooms.operations.moving import move
from rooms.operations.occupying import check_in, check_out, mark_no_show, release, undo_check_in
from rooms.operations.offering import note_freed, offer_freed, serve_waitlist
from rooms.operations.parting import cancel_passengers
from rooms.operations.planning import draw_plan
from rooms.operations.plating import note_plate, seal_plates
from rooms.operations.queueing import join_waitlist, leave_waitlist, wait
from rooms.operations.refusing import write_down
from rooms.operations.repeating import move_date, skip
from rooms.operations.replanning import delay, replan
from rooms.operations.reporting import report
from rooms.operations.reviving import revive
from rooms.operations.rights import MOST as MOST_RIGHTS
from rooms.operations.rights import Given, copy_rights, give_rights
from rooms.operations.taking import take, walk_in
from rooms.operations.telling import tell, tick_off
from rooms.operations.ticketing import use_ticket
from rooms.operations.timetabling import generate_departures, plan_ahead
from rooms.operations.together import Taking, book_together
from rooms.operations.traveling import book_seats, hold_seats
from rooms.operations.upkeep import block, unblock
from rooms.operations.viewing import forget_view, save_view
from rooms.operations.watching import MOST as MOST_WATCHED
from rooms.operations.watching import mail_no_more, note_mailed, unwatch, watch
from rooms.rides import Ride
from rooms.wishes import AnyOf, Details, Repeated

__all__ = [
    "MOST_RIGHTS",
    "MOST_WATCHED",
    "AnyOf",
    "Details",
    "Given",
    "Paid",
    "Repeated",
    "Ride",
    "Taking",
    "answer",
    "answer_by_link",
    "approve",
    "archive_room",
    "block",
    "book",
    "book_at_door",
    "book_seats",
    "book_together",
    "call_off",
    "cancel",
    "cancel_passengers",
    "check_in",
    "check_in_at_door",
    "check_out",
    "close_thread",
    "complete_past",
    "confirm",
    "copy_rights",
    "decline",
    "delay",
    "describe",
    "draw_plan",
    "edit_room",
    "end_at_door",
    "erase_closed",
    "expire_holds",
    "expire_requests",
    "extend_at_door",
    "forget_origins",
    "forget_participants",
    "forget_view",
    "forget_wishes",
    "generate_departures",
    "give_rights",
    "hang",
    "hold",
    "hold_seats",
    "invite",
    "join_waitlist",
    "leave",
    "leave_waitlist",
    "let_change",
    "mail_no_more",
    "mail_no_more_of",
    "mark_no_show",
    "mark_no_shows",
    "move",
    "move_date",
    "note_conflict",
    "note_freed",
    "note_mailed",
    "note_plate",
    "note_told",
    "offer_freed",
    "plan_ahead",
    "release",
    "renew",
    "reopen_thread",
    "replan",
    "report",
    "require_answered",
    "revive",
    "revoke",
    "save_view",
    "seal_plates",
    "serve_waitlist",
    "skip",
    "stay",
    "take",
    "tell",
    "tick_off",
    "unblock",
    "undo_check_in",
    "uninvite",
    "unwatch",
    "use_ticket",
    "wait",
    "walk_in",
    "watch",
    "write_down",
    "write_message",
]
