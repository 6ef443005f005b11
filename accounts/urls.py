"""The addresses of log-in, registration and profile, under the names that allauth and Django look up."""

from allauth.account import views as allauth
from django.urls import path, re_path
from django.views.generic import RedirectView

from accounts import oneself, people, views
from accounts.sso import views as sso

urlpatterns = [
    path("", RedirectView.as_view(pattern_name="account_profile")),
    path("login/", views.LoginView.as_view(), name="account_login"),
    path("login/code/", views.RequestCodeView.as_view(), name="account_request_login_code"),
    path("login/code/confirm/", views.ConfirmCodeView.as_view(), name="account_confirm_login_code"),
    path("sso/", sso.SignOnView.as_view(), name="account_sign_on"),
    path("sso/back/", sso.BackView.as_view(), name="account_sign_on_back"),
    path("sso/link/", sso.LinkView.as_view(), name="account_sign_on_link"),
    path("sso/unlink/", sso.UnlinkView.as_view(), name="account_sign_on_unlink"),
    path("register/", views.RegistrationView.as_view(), name="account_signup"),
    path("logout/", allauth.logout, name="account_logout"),
    path("logout/everywhere/", views.LogOutEverywhereView.as_view(), name="account_logout_everywhere"),
    path("inactive/", allauth.account_inactive, name="account_inactive"),
    path("reauthenticate/", views.ReauthenticateView.as_view(), name="account_reauthenticate"),
    path("profile/", views.ProfileView.as_view(), name="account_profile"),
    path("data/", oneself.DataView.as_view(), name="account_data"),
    path("close/", oneself.CloseView.as_view(), name="account_close"),
    path("closed/", oneself.ClosedView.as_view(), name="account_closed"),
    path("roles/", people.roles, name="roles"),
    path("invitations/<str:token>/", people.invitation, name="invitation"),
    path("people/<int:number>/act/", people.act, name="act"),
    path("acting/end/", people.stop_acting, name="stop_acting"),
    path("email/", views.EmailView.as_view(), name="account_email"),
    path("confirm-email/", allauth.email_verification_sent, name="account_email_verification_sent"),
    re_path(
        r"^confirm-email/(?P<key>[-:\w]+)/$", views.ConfirmEmailView.as_view(), name="account_confirm_email"
    ),
    path("password/change/", views.PasswordChangeView.as_view(), name="account_change_password"),
    # Whoever has no password yet gets one by mail.
    path(
        "password/set/",
        RedirectView.as_view(pattern_name="account_reset_password"),
        name="account_set_password",
    ),
    path("password/reset/", views.PasswordResetView.as_view(), name="account_reset_password"),
    path("password/reset/done/", allauth.password_reset_done, name="account_reset_password_done"),
    re_path(
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        views.PasswordResetFromKeyView.as_view(),
        name="account_reset_password_from_key",
    ),
    path(
        "password/reset/key/done/",
        allauth.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
]
