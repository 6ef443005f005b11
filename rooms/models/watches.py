"""Who watches which room: told live, and by mail if they like, of what is booked or cancelled there."""

from django.conf import settings
from django.db import models

from rooms.models.venues import Room


class Watch(models.Model):
    """One person's wish to hear what happens in one room, as far as they may see it."""

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="watches", db_index=False
    )
    room = models.ForeignKey(Room, on_delete=models.CASCADE, related_name="watches", db_index=False)
    by_mail = models.BooleanField("also by e-mail", default=False)
    created_at = models.DateTimeField()
    # Up to and with this revision of the room, mail has told of it or was not asked to.
    mailed = models.BigIntegerField(default=0, editable=False)

    class Meta:
        verbose_name_plural = "watches"
        constraints = [
            models.UniqueConstraint(fields=["person", "room"], name="one_watches_a_room_once"),
        ]
        indexes = [
            models.Index(
                fields=["room", "person"], name="who_is_mailed_about_a_room", condition=models.Q(by_mail=True)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} watches {self.room_id}"
