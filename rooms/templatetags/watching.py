"""What every page asks of what its reader watches."""

from django import template

from rooms.queries.watching import watches_anything

register = template.Library()
register.filter("watches_anything", watches_anything)
