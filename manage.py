#!/usr/bin/env python
"""Run one of Reserve's commands; `python manage.py help` lists them."""

import os
import sys

from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line

from reservations_site.port import follow_port

INTERRUPTED = 130  # 128 and the number of the signal, as shells count

if __name__ == "__main__":
    follow_port(sys.argv, os.environ)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "reservations_site.settings")
    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as wrong:
        if "--traceback" in sys.argv:
            raise
        sys.exit(f"A setting is wrong: {wrong}")
    except KeyboardInterrupt:
        sys.stderr.write("Stopped. What was finished by then stays.\n")
        sys.exit(INTERRUPTED)
