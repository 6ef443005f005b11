"""What a template asks of a person's roles."""

from typing import Any

from django import template

from accounts import roles

register = template.Library()
register.filter("manages_somewhere", roles.manages_somewhere)
register.filter("works_somewhere", roles.works_somewhere)


@register.filter
def works_at(user: Any, venue: Any) -> bool:
    """Test whether the person works at the venue: then its pages lead to its desk."""
    return roles.is_staff_at(user, venue.pk)
