"""The app of numbers and charts."""

from django.apps import AppConfig


class ReportsConfig(AppConfig):
    name = "reports"
