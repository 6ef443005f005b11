"""Seal number plates, and answers that name them, with the newest of FIELD_KEYS."""

from typing import Any

from django.core.management.base import BaseCommand

from rooms import operations


class Command(BaseCommand):
    help = "Seal plates and kept answers with the newest of FIELD_KEYS; older keys can go afterwards."

    def handle(self, *args: Any, **options: Any) -> None:
        number = operations.seal_plates()
        self.stdout.write(f"{number} {'text was' if number == 1 else 'texts were'} sealed anew.")
