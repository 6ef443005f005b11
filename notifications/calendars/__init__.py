"""Calendars: files, parts of letters, and secret feeds, in the form that every calendar program reads."""
