"""What a venue asks whoever books there; the answers are kept with the booking, in the words asked then."""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q

from reservations import questions
from rooms.models.venues import RoomType, Venue
from rooms.texts import text


class Question(models.Model):
    """One question of a venue's own; no answer refers to the row, so that it may go."""

    class Kind(models.TextChoices):
        """What is an answer to it."""

        SHORT = questions.SHORT, "one line of text"
        LONG = questions.LONG, "a longer text"
        NUMBER = questions.NUMBER, "a number"
        CHOICE = questions.CHOICE, "one of some choices"
        YES_NO = questions.YES_NO, "yes or no"

    venue = models.ForeignKey(Venue, on_delete=models.CASCADE, related_name="questions")
    type = models.ForeignKey(
        RoomType,
        verbose_name="asked for",
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="questions",
    )
    text = models.CharField("question", max_length=questions.LONGEST_QUESTION)
    kind = models.CharField("kind of answer", max_length=6, choices=Kind.choices, default=Kind.SHORT)
    choices = models.JSONField(default=list, blank=True)
    required = models.BooleanField(
        "has to be answered",
        default=False,
        help_text="Before a guest's booking is made. Who works there may leave it open.",
    )
    help = models.CharField(
        max_length=questions.LONGEST_QUESTION, blank=True, help_text="A hint below the question."
    )
    order = models.PositiveSmallIntegerField(default=0, help_text="The smallest number is asked first.")
    is_asked = models.BooleanField(
        "in use", default=True, help_text="Take this off to ask it no more; answers that were given stay."
    )

    class Meta:
        ordering = ["order", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=questions.KINDS), name="a_question_is_of_a_known_kind"
            ),
        ]

    def __str__(self) -> str:
        return self.text

    def clean(self) -> None:
        problems: dict[str, list[str]] = {}
        self.text = text(self.text, "text", questions.LONGEST_QUESTION, problems)
        self.help = text(self.help, "help", questions.LONGEST_QUESTION, problems)
        if not self.text and "text" not in problems:
            problems["text"] = ["Write what is asked."]
        self._clean_choices(problems)
        if self.type is not None and self.venue_id not in (None, self.type.venue_id):
            problems["type"] = ["That type belongs to another venue."]
        self._clean_number(problems)
        if problems:
            raise ValidationError(problems)

    def _clean_choices(self, problems: dict[str, list[str]]) -> None:
        if self.kind != questions.CHOICE:
            self.choices = []
            return
        given = self.choices if isinstance(self.choices, list) else []
        found = [text(one, "choices", questions.LONGEST_CHOICE, problems) for one in given]
        self.choices = list(dict.fromkeys(filter(None, found)))
        if not 2 <= len(self.choices) <= questions.MOST_CHOICES and "choices" not in problems:
            problems["choices"] = [f"Give 2 to {questions.MOST_CHOICES} choices, one a line."]

    def _clean_number(self, problems: dict[str, list[str]]) -> None:
        others = Question.objects.filter(venue=self.venue_id, is_asked=True).exclude(pk=self.pk)
        if self.is_asked and self.venue_id is not None and others.count() >= questions.MOST:
            problems["is_asked"] = [f"A venue asks at most {questions.MOST} questions."]
