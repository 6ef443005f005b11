"""The demo worlds: people, venues and days that look lived in; `manage.py seed_demo` makes them.

worlds says what there is, days what happens there, past what happened in the weeks before, people who they
are, written what guests ask and are answered, invited whom they invite; bulk makes a very large one.
"""
