"""The addresses of reports: each as a page, and the same for spreadsheets."""

from django.urls import path

from reports import today, views

app_name = "reports"
urlpatterns = [
    path("", views.overview, name="overview"),
    path("today/", today.today, name="today"),
    path("wall/", today.wall, name="wall"),
    path("<str:name>.csv", views.csv, name="csv"),
    path("<str:name>.xlsx", views.xlsx, name="xlsx"),
    path("<str:name>/mail/", views.order_mail, name="order_mail"),
    path("mails/<int:key>/stop/", views.stop_mail, name="stop_mail"),
    path("<str:name>/", views.report, name="report"),
]
