"""The one page of the API; everything else under /api/ is the door's (api/routing.py)."""

from django.urls import path

from api import views

app_name = "api"
urlpatterns = [path("docs", views.docs, name="docs")]
