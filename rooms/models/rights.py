"""Who may what in a room that is not everybody's; what everybody may is said on the room itself."""

from django.conf import settings
from django.db import models

from reservations.rights import ARCHIVE, BOOK, EDIT, REPEAT, SEE, with_implied
from rooms.models.venues import Room


class RoomRight(models.Model):
    """The rights of one person in one room, beyond what everybody and a role there have.

    Each of the two words says the verbs that it implies, too; whoever has any may see the room.
    """

    room = models.ForeignKey(Room, on_delete=models.CASCADE, related_name="rights", db_index=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="rights")
    take = models.CharField(max_length=6, choices=[(verb, verb) for verb in (SEE, BOOK, REPEAT)])
    change = models.CharField(max_length=7, blank=True, choices=[(verb, verb) for verb in (EDIT, ARCHIVE)])
    given_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        related_name="rights_given",
        db_index=False,
    )
    given_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["room", "person"], name="one_has_the_rights_of_a_room_once"),
            models.CheckConstraint(
                condition=models.Q(take__in=[SEE, BOOK, REPEAT]), name="a_right_is_at_least_to_see"
            ),
            models.CheckConstraint(
                condition=models.Q(change__in=["", EDIT, ARCHIVE]), name="a_right_changes_in_known_ways"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} in {self.room_id}: {self.take} {self.change}".rstrip()

    @property
    def verbs(self) -> frozenset[str]:
        """All that the person may there."""
        return with_implied(filter(None, (self.take, self.change)))
