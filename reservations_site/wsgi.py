"""The WSGI application, for workers that serve pages and leave websockets to ASGI workers."""

import os

from django.core.wsgi import get_wsgi_application

from reservations_site.requests import RequestsOfWSGI
from reservations_site.security import require_safe_settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "reservations_site.settings")
application = RequestsOfWSGI(get_wsgi_application())
require_safe_settings()
