"""Reports by mail: who gets which, how often, and when the next one is due. The reports floor writes them."""

from django.conf import settings
from django.db import models


class ReportMail(models.Model):
    """One report that a manager is mailed again and again; what it asks is kept as its address has it."""

    class Every(models.TextChoices):
        """How often."""

        DAY = "day", "Every day"
        WEEK = "week", "Every week"
        MONTH = "month", "Every month"

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="report_mails", db_index=False
    )
    report = models.CharField(max_length=24)
    query = models.CharField(max_length=300, blank=True)
    every = models.CharField(max_length=5, choices=Every.choices)
    next_at = models.DateTimeField(db_index=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "report", "query", "every"], name="a_report_is_mailed_once_each_time"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.report}, {self.get_every_display().lower()}"
