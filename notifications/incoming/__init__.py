"""Incoming calendars: what is busy elsewhere takes rooms out of use here, and never what is booked."""
