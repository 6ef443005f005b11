"""The forms of booking pages: they show and keep what was typed; operations decide."""

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString

from reservations import ReservationError, Span, plates, questions
from reservations.questions import FIELD, Answer, Question, Value
from reservations.recurrence import MOST
from rooms.models import VenueKind
from rooms.queries.questions import asked_here, asked_of_rooms
from rooms.queries.terms import VenueTerms
from rooms.wishes import NOTE, TITLE

HOUR = timedelta(hours=1)


def wall(moment: datetime | None, zone: ZoneInfo) -> str:
    """Return the instant as a datetime-local field holds it, by the venue's clocks."""
    return f"{moment.astimezone(zone):%Y-%m-%dT%H:%M}" if moment else ""


def edges(start: datetime | None, end: datetime | None, zone: ZoneInfo) -> dict[str, str]:
    """Return what the fields of a span hold; of a time that the clocks show twice, also which one it is."""
    held = {}
    for name, moment in (("start", start), ("end", end)):
        held[name] = wall(moment, zone)
        if moment and moment.astimezone(zone).fold:
            held[f"{name}_at"] = moment.astimezone(zone).isoformat()
    return held


class EdgeInput(forms.DateTimeInput):
    """A time of day, beside the instant that it was filled in for where the time alone would mean another."""

    instant = ""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        """Return the field, and the hidden one that goes along with it."""
        shown = super().render(name, value, attrs, renderer)
        if not self.instant:
            return shown
        return format_html('{}<input type="hidden" name="{}_at" value="{}">', shown, name, self.instant)


def keep_edges(form: forms.BaseForm) -> None:
    """Have the fields of a span carry the instants of which the clocks alone do not tell which they are."""
    held = form.data if form.is_bound else form.initial
    for name in ("start", "end"):
        widget: Any = form.fields[name].widget
        widget.instant = held.get(f"{name}_at", "")


class ToldForm(forms.Form):
    """A form that shows what operations say of it."""

    def show(self, refusal: ReservationError) -> None:
        """Show beside each field what was wrong with it, in the operations' own words."""
        self.is_valid()
        self.errors.clear()
        for field, sentences in getattr(refusal, "field_errors", {}).items():
            for sentence in sentences:
                self.add_error(field if field in self.fields else None, sentence)


class SpanForm(ToldForm):
    """Which room, from when to when."""

    room = forms.ChoiceField()
    start = forms.CharField(label="From", widget=EdgeInput(attrs={"type": "datetime-local", "step": 900}))
    end = forms.CharField(label="To", widget=EdgeInput(attrs={"type": "datetime-local", "step": 900}))

    def __init__(self, terms: VenueTerms, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.fields["room"].choices = [  # type: ignore[attr-defined]
            (room.id, f"{room.name} ({room.capacity})") for room in terms.rooms.values()
        ]
        seconds = min((room.policy.step_minutes for room in terms.rooms.values()), default=15) * 60
        for name in ("start", "end"):
            self.fields[name].widget.attrs["step"] = seconds
        keep_edges(self)


class AskingForm(ToldForm):
    """A form that asks what the venue asks, too."""

    def ask(
        self, asked: Iterable[Question], answers: Iterable[Answer] = (), *, optional: bool = False
    ) -> None:
        """Add a field for each question, which holds what was answered to it.

        :param optional: whether all may be left open, because it is the staff who book
        """
        known = {one.question: one.answer for one in answers}
        for one in asked:
            self.fields[one.field] = _field_of(replace(one, required=one.required and not optional))
            if one.id in known:
                self.initial[one.field] = as_typed(known[one.id])

    @property
    def answer_fields(self) -> list[forms.BoundField]:
        """The fields of the questions."""
        return [self[name] for name in self.fields if name.startswith(f"{FIELD}.")]


def as_typed(answer: Value) -> Value:
    """Return the answer as the field of its question holds it."""
    return ("yes" if answer else "no") if isinstance(answer, bool) else answer


def _field_of(one: Question) -> forms.Field:
    # Django prints the help of a field as it is: what a manager typed is text.
    told: dict[str, Any] = {"label": one.text, "help_text": escape(one.help), "required": one.required}
    nothing = ("", "Choose" if one.required else "No answer")
    match one.kind:
        case questions.YES_NO:
            return forms.ChoiceField(choices=[nothing, ("yes", "Yes"), ("no", "No")], **told)
        case questions.CHOICE:
            return forms.ChoiceField(choices=[nothing, *((name, name) for name in one.choices)], **told)
        case questions.NUMBER:
            return forms.CharField(
                widget=forms.NumberInput(attrs={"step": "any", "inputmode": "decimal"}), **told
            )
        case questions.LONG:
            area = forms.Textarea(attrs={"rows": 2})
            return forms.CharField(widget=area, max_length=questions.LONGEST, **told)
    return forms.CharField(max_length=questions.LONGEST_SHORT, **told)


def asked_of_one(terms: VenueTerms, room: int | None = None) -> list[Question]:
    """Return what is asked of whoever books the room; of no room yet, all that may be, and of which type.

    What is asked only of some rooms need not be answered before it is known which one it is.
    """
    if room is not None and room in terms.rooms:
        return asked_of_rooms(terms, [room])
    return [one if one.type_id is None else _of_its_type(one) for one in asked_here(terms)]


def asked_in_dialog(terms: VenueTerms, *, by_staff: bool) -> AskingForm:
    """Return the fields of all that is asked, for the board's dialog: it shows those of what it holds."""
    form = AskingForm(auto_id="hold-%s")
    form.ask(asked_here(terms), optional=by_staff)
    for field in form.answer_fields:
        told = [
            f"{field.auto_id}_{part}" for part in ("helptext", "error") if part == "error" or field.help_text
        ]
        field.field.widget.attrs["aria-describedby"] = " ".join(told)
    return form


def asked_at_once(
    terms: VenueTerms, room: int | None, values: Mapping[str, Any], before: str, *, by_staff: bool
) -> AskingForm:
    """Return the fields of what is asked of who takes the room now, or any; they hold what was typed.

    :param before: what the names of its elements begin with, on a page that has several such forms
    """
    form = AskingForm(auto_id=f"{before}-%s", initial=as_sent(values))
    form.ask(asked_of_one(terms, room), optional=by_staff)
    return form


def _of_its_type(one: Question) -> Question:
    return replace(one, required=False, help=f"For {one.type_name}. {one.help}".strip())


class DetailsForm(AskingForm):
    """What a booking says of itself."""

    title = forms.CharField(
        max_length=TITLE, required=False, help_text="Shown to you and to the venue's staff."
    )
    party = forms.IntegerField(label="People", min_value=1, max_value=10_000, initial=1)
    note = forms.CharField(
        label="Note for the staff", max_length=NOTE, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )


WHOM = 254  # characters: of an address
FOR_WHOM = "A guest's e-mail address, or the name of who comes without an account. Empty: for yourself."


class BookForm(SpanForm, DetailsForm):
    """Everything a booking takes; `key` makes a second press of the button the same booking."""

    plate = forms.CharField(label="Number plate", max_length=plates.WRITTEN, required=False)
    guest = forms.CharField(label="For", max_length=WHOM, required=False, help_text=FOR_WHOM)
    key = forms.CharField(widget=forms.HiddenInput, required=False)
    field_order = ("room", "start", "end", "guest", "plate", "title", "party", "note", "key")

    def __init__(self, terms: VenueTerms, *, room: int | None, by_staff: bool, **kwargs: Any) -> None:
        super().__init__(terms, **kwargs)
        self.ask(asked_of_one(terms, room), optional=by_staff)
        if terms.kind != VenueKind.CAR_PARK:
            del self.fields["plate"]
        if not by_staff:
            del self.fields["guest"]


class SeriesForm(SpanForm):
    """Which room, the first date from when to when, how often it comes again, and until when."""

    repeats = forms.ChoiceField(
        label="Repeats",
        choices=[
            ("weekly", "Every week"),
            ("fortnightly", "Every two weeks"),
            ("daily", "Every day"),
            ("weekdays", "Monday to Friday"),
            ("monthly", "Every month"),
        ],
    )
    times = forms.IntegerField(
        label="How many times", min_value=1, max_value=MOST, required=False, initial=10
    )
    until = forms.CharField(
        label="Or until",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text="A date; then how many times does not count.",
    )


def series_form(
    terms: VenueTerms, values: Mapping[str, Any], edges: Mapping[str, str], *, sent: bool
) -> SeriesForm:
    """Return the form as it was sent, or for a series that begins with a span.

    :param edges: what its fields `start` and `end` hold
    """
    kept = {name: str(values[name]) for name in ("room", "repeats", "times", "until") if name in values}
    kept = as_sent({**kept, **edges})
    if sent:
        return SeriesForm(terms, data=kept)
    return SeriesForm(terms, initial=kept)


def empty(terms: VenueTerms, room: int | None, span: Span | None, *, by_staff: bool) -> BookForm:
    """Return the form for a room and span that were chosen on the board, or for none yet."""
    initial = {"room": room, "key": uuid.uuid4().hex}
    if span:
        initial |= edges(span.start, span.end, terms.zone)
    return BookForm(terms, room=room, by_staff=by_staff, initial=initial)


def typed(
    terms: VenueTerms, values: Mapping[str, Any], room: int | None, span: Span | None, *, by_staff: bool
) -> BookForm:
    """Return the form as it was sent, so that a refusal costs nobody what they typed."""
    kept = as_sent(values)
    if span:
        kept |= edges(span.start, span.end, terms.zone)
    return BookForm(terms, room=room, by_staff=by_staff, data=kept)


def as_sent(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values as a form can show them again."""
    # Half a surrogate, which JSON can say, has no bytes: the page that shows it again could not be sent.
    return {
        name: value.encode(errors="replace").decode() if isinstance(value, str) else value
        for name, value in values.items()
        if isinstance(value, str | int)
    }
