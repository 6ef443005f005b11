"""Django made ready in the process from which others are forked, so that each begins at once."""

import django

django.setup()
