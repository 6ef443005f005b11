"""Saved views: how somebody likes to look at a venue, under a name of their own."""

from django.conf import settings
from django.db import models

from rooms.models.venues import Venue


class SavedView(models.Model):
    """A view of a venue's board and the filters on it, without a date: it opens at today."""

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="saved_views", db_index=False
    )
    venue = models.ForeignKey(Venue, on_delete=models.CASCADE, related_name="saved_views")
    name = models.CharField(max_length=60)
    query = models.CharField(max_length=1000, blank=True, help_text="What stands after ? in its address.")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["owner", "venue", "name"], name="a_name_is_of_one_view"),
        ]

    def __str__(self) -> str:
        return self.name
