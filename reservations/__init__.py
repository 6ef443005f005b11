"""The library: what may be reserved, when, on what terms and for how much, in plain Python.

It knows neither the web nor the database: time, bookings and terms are handed in, decisions come out.
"""
