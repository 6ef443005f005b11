"""Doors that ask for no role at a venue: for everybody, for who is logged in, or for who has a secret."""

EVERYBODYS = {
    *(
        "rooms:home",
        "rooms:venue",
        "rooms:why",
        "rooms:room_here",
        "rooms:journeys",
        "api:docs",
        "healthz",
        "readyz",
    ),
    *("GET venues", "GET venues/{slug}", "GET venues/{slug}/rooms", "GET venues/{slug}/availability"),
    "POST venues/{slug}/agenda",
    *("GET venues/{slug}/timeline", "GET venues/{slug}/nights", "GET stays", "GET journeys"),
    *("GET places", "GET journeys/{id}/seats", "GET openapi.json", "GET live.schema.json"),
    *("line venues", "line rooms", "line availability", "line journeys", "line seats"),
    *("line watch", "line unwatch", "line ping", "line help"),  # a topic is asked for as a socket's is
    *("socket venue", "socket journey"),
    r"^(?:.*/|.*\.[^/]*)$",  # what is not there
}
LOGGING_IN = {
    *("account_login", "account_signup", "account_logout", "account_logout_everywhere", "account_inactive"),
    *("account_request_login_code", "account_confirm_login_code", "account_closed"),
    *("account_reauthenticate", "account_email_verification_sent", "account_confirm_email"),
    *("account_reset_password", "account_reset_password_done", "account_reset_password_from_key"),
    *("account_reset_password_from_key_done", "account_set_password"),
    *("account_sign_on", "account_sign_on_back"),
    *("POST auth/token", "POST auth/refresh", "POST auth/register", "POST auth/logout"),
    *("line login", "line register", "admin:login", "admin:logout"),
}
ONES_ACCOUNT = {
    *("account_data", "account_close", "POST auth/close"),
    *("account_sign_on_link", "account_sign_on_unlink"),
    *("rooms:view_save", "rooms:view_forget"),  # of a venue that one may see
    *("", "account_profile", "account_email", "account_change_password", "roles", "GET auth/me"),
    *("notifications:feeds", "notifications:feed_revoke", "notifications:preferences", "reports:stop_mail"),
    # A room is watched by who may see it (tests/rooms/test_watching.py).
    *("rooms:watch", "rooms:watching", "rooms:watching_change", "rooms:watching_remove", "socket watching"),
    *("POST watches", "GET watches", "DELETE watches/{room}"),
    *("line watch_room", "line unwatch_room", "line watched_rooms"),
    *("POST webhooks", "GET webhooks", "GET webhooks/{id}", "DELETE webhooks/{id}"),
    *("POST webhooks/{id}/enable", "POST webhooks/{id}/test", "GET webhooks/{id}/deliveries"),
}
OF_A_SECRET = {
    *(
        "rooms:display",
        "rooms:display_act",
        "socket display",
        "notifications:feed",
        "notifications:unsubscribe",
        "invitation",
    ),
    *("notifications:unwatch", "rooms:invited", "rooms:offered", "notifications:stop_invited"),
    *("payments:sandbox", "payments:webhook"),
}
# Of one payment of a booking, for whoever may see the booking (tests/payments, tests/api).
PAYING = {"payments:paid", "POST bookings/{reference}/payments"}
# For whoever is invited to a booking (tests/rooms/pages/test_participants.py, tests/api/test_rights.py).
OF_THE_INVITED = {"rooms:invitation_answer", "POST bookings/{reference}/participants/answer"}
# Of one participant by their number, for the booking's guest and staff (tests/api/test_rights.py).
OF_ONE_INVITED = {f"{method} bookings/{{reference}}/participants/{{id}}" for method in ("PATCH", "DELETE")}
# The rooms of the admin that have no table; a table's own are in tests/test_every_table.py.
OF_THE_ADMIN = {
    *("admin:index", "admin:app_list", "admin:jsi18n", "admin:autocomplete", "admin:view_on_site"),
    *("admin:password_change", "admin:password_change_done", "admin:(?P<url>.*)$"),
    "admin:<path:object_id>/",  # leads to the page of the row
}
# Who acts for somebody is a superuser, and who reads the numbers of the site as well.
SUPERUSERS = {"act", "stop_acting", "metrics"}

UNTRIED = EVERYBODYS | LOGGING_IN | ONES_ACCOUNT | OF_A_SECRET | PAYING | OF_THE_ADMIN | SUPERUSERS
UNTRIED |= OF_THE_INVITED | OF_ONE_INVITED
