"""Refusal: how often a venue could not give what was asked for; sums, and nobody's request."""

from django.db import models
from django.db.models import Q

from rooms.models.venues import RoomType, Venue


class Refusal(models.Model):
    """How often one reason turned somebody away from a type of room on one day, by the venue's clocks."""

    venue = models.ForeignKey(Venue, on_delete=models.CASCADE, related_name="refusals", db_index=False)
    type = models.ForeignKey(
        RoomType, on_delete=models.CASCADE, null=True, blank=True, related_name="+", db_index=False
    )
    day = models.DateField()
    code = models.CharField(max_length=24)
    rule = models.CharField(max_length=24, blank=True)
    times = models.PositiveIntegerField()
    rooms = models.PositiveIntegerField(help_text="How many rooms or seats were asked for, in all.")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["venue", "day", "type", "code", "rule"],
                condition=Q(type__isnull=False),
                name="a_reason_counts_once_a_day_for_a_type",
            ),
            models.UniqueConstraint(
                fields=["venue", "day", "code", "rule"],
                condition=Q(type=None),
                name="a_reason_counts_once_a_day_for_a_venue",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.day}: {self.code} {self.rule}, {self.times} times"
