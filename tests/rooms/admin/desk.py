"""How tests of the admin read its pages and press its buttons."""

import re
from datetime import UTC, datetime, timedelta
from html import unescape

from django.contrib.messages import get_messages
from django.urls import reverse

from reservations import Span
from rooms.models import Allocation, Blocking, Booking, Change

# One day for the whole run: a run that crosses midnight must not come to speak of two.
TODAY = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)


def coming(start, end, days=7):
    """Return the span between two hours of the day a week from now, by the real clock."""
    midnight = TODAY + timedelta(days=days)
    return Span(midnight + timedelta(hours=start), midnight + timedelta(hours=end))


def listing(model):
    """Return the address of a list."""
    return reverse(f"admin:rooms_{model}_changelist")


def address(row):
    """Return the address of a row's own page."""
    return reverse(f"admin:rooms_{row._meta.model_name}_change", args=[row.pk])


def shown_in(browser, model):
    """Return the rows that a list shows."""
    return list(browser.get(listing(model)).context["cl"].result_list)


def messages_of(answer):
    """Return the sentences above the page."""
    return [str(message) for message in get_messages(answer.wsgi_request)] or [
        str(message) for message in answer.context["messages"]
    ]


def fields_of(browser, page):
    """Return what the form on the page would send if nothing were changed."""
    context = browser.get(page).context
    forms = [context["adminform"].form]
    for inline in context["inline_admin_formsets"]:
        forms += [inline.formset.management_form, *inline.formset.initial_forms]
    sent = {}
    for form in forms:
        for field in form:
            value = field.value()
            if value is not None and value is not False:
                sent[field.html_name] = [str(one) for one in value] if isinstance(value, list) else str(value)
    return sent


def edges_in(answer):
    """Return the values of the fields of a span, as a browser without scripts sends them."""
    inputs = re.findall(r"<input[^>]*>", answer.content.decode())
    named = [one for one in inputs if re.search(r'name="(start|end)(_at)?"', one)]
    return {
        re.search(r'name="([^"]*)"', one)[1]: unescape(re.search(r'value="([^"]*)"', one)[1]) for one in named
    }


def save(browser, page, **changes):
    """Send the page's form as it is, with these changes."""
    return browser.post(page, fields_of(browser, page) | changes)


def clock(span, zone):
    """Return the span as the form's fields hold it, by the venue's clock."""
    return {
        "start": f"{span.start.astimezone(zone):%Y-%m-%dT%H:%M}",
        "end": f"{span.end.astimezone(zone):%Y-%m-%dT%H:%M}",
    }


def written():
    """Count everything an operation could have written."""
    return [model.objects.count() for model in (Booking, Allocation, Blocking, Change)]


def press(browser, row, button, **said):
    """Press a button on the row's page and return the sentences that follow."""
    pressed = reverse(f"admin:rooms_{row._meta.model_name}_{button}", args=[row.pk])
    return messages_of(browser.post(pressed, said, follow=True))


def act(browser, model, action, rows, **more):
    """Run an action on the rows of a list and return the sentences that follow."""
    sent = {"action": action, "_selected_action": [row.pk for row in rows], **more}
    return messages_of(browser.post(listing(model), sent, follow=True))


def beside(answer):
    """Return the sets of rows on the page, by their names."""
    return {one.formset.prefix: one.formset for one in answer.context["inline_admin_formsets"]}


def new(rows, number, **fields):
    """Return what a browser sends for a new row, the numbered one of its set."""
    sent = {f"{rows}-{number}-{field}": str(value) for field, value in fields.items()}
    return {f"{rows}-TOTAL_FORMS": str(number + 1), **sent}


def errors_of(answer):
    """Return every sentence with which the page refuses, wherever it stands."""
    assert answer.status_code == 200
    found = [*answer.context["adminform"].form.non_field_errors()]
    for rows in beside(answer).values():
        found += rows.non_form_errors()
        found += [sentence for errors in rows.errors for told in errors.values() for sentence in told]
    return found
