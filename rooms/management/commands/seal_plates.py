"""Seal number plates with the newest of FIELD_KEYS, after a key was set or replaced."""

from typing import Any

from django.core.management.base import BaseCommand

from rooms import operations


class Command(BaseCommand):
    help = "Seal every number plate with the newest of FIELD_KEYS; older keys can go afterwards."

    def handle(self, *args: Any, **options: Any) -> None:
        number = operations.seal_plates()
        self.stdout.write(f"{number} {'plate was' if number == 1 else 'plates were'} sealed anew.")
