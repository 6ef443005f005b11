"""The addresses of open connections."""

from typing import Any

from channels.routing import URLRouter
from django.urls import path, re_path

from live.origins import OwnOriginsOnly, refuse
from live.sockets import live

# Django's path() knows views; here it leads to ASGI applications, which is what Channels reads it for.
_live: Any = live
_refuse: Any = refuse
websocket = OwnOriginsOnly(URLRouter([path("ws/live/", _live), re_path(r"", _refuse)]))
