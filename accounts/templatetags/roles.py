"""What a template asks of a person's roles."""

from django import template

from accounts import roles

register = template.Library()
register.filter("manages_somewhere", roles.manages_somewhere)
