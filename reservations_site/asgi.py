"""The ASGI application: HTTP by Django, websockets by live."""

import os

from channels.routing import ProtocolTypeRouter
from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "reservations_site.settings")
http = get_asgi_application()

from api.asgi import ApiFirst  # noqa: E402 -- its models need the apps that get_asgi_application loads
from live.routing import websocket  # noqa: E402 -- the same
from reservations_site.bounds import BoundedBodies  # noqa: E402 -- the same
from reservations_site.requests import Requests  # noqa: E402 -- the same
from reservations_site.security import require_safe_settings  # noqa: E402 -- the same

require_safe_settings()
application = ProtocolTypeRouter({"http": Requests(BoundedBodies(ApiFirst(http))), "websocket": websocket})
