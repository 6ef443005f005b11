"""Invitations: a mail with a signed link, good once, for a week, for the person it was sent to."""

import re
from datetime import timedelta

import pytest
from django.core import mail

from accounts import inviting, operations
from accounts.models import Invitation, Membership, User
from accounts.roles import role_at
from reservations import Forbidden, Invalid, NotFound, PolicyViolation
from tests.worlds import office, person, works_at

pytestmark = pytest.mark.django_db
WHERE = "https://reserve.example.com/take/{}/"


@pytest.fixture
def venue():
    return office()


@pytest.fixture
def owner(venue):
    return works_at(person("owner"), venue, "owner")


def token_in(letter):
    return re.search(r"/take/(\S+)/", letter.body)[1]


def invited(venue, owner, email="new@example.com", role="manager"):
    inviting.invite(venue, email, role, by=owner, address=WHERE)
    return token_in(mail.outbox[-1])


class TestAnInvitation:
    def test_gives_the_role_to_whom_it_was_sent(self, venue, owner):
        token = invited(venue, owner, "New@Example.com")
        new = person("new")

        inviting.accept(token, by=new)

        assert role_at(User.objects.get(pk=new.pk), venue.pk) == "manager"
        assert User.objects.get(pk=new.pk).is_staff
        assert mail.outbox[-1].to == ["new@example.com"]
        assert "Office" in mail.outbox[-1].subject

    def test_is_good_once(self, venue, owner):
        token, new = invited(venue, owner), person("new")
        inviting.accept(token, by=new)
        Membership.objects.filter(user=new).delete()

        with pytest.raises(NotFound):
            inviting.accept(token, by=new)

    def test_is_good_for_a_week(self, venue, owner):
        token, new = invited(venue, owner), person("new")
        made = Invitation.objects.get()

        assert made.expires_at - made.created_at == timedelta(days=7)
        assert inviting.invitation_of(token, now=made.expires_at - timedelta(seconds=1)) == made
        with pytest.raises(NotFound):
            inviting.accept(token, by=new, now=made.expires_at)

    def test_is_not_for_whoever_the_mail_was_forwarded_to(self, venue, owner):
        token = invited(venue, owner)

        with pytest.raises(Forbidden):
            inviting.accept(token, by=person("other"))

        assert Membership.objects.count() == 1

    @pytest.mark.parametrize("change", [lambda t: t + "x", lambda t: "2" + t, lambda t: "", lambda t: "\0"])
    def test_cannot_be_forged(self, venue, owner, change):
        with pytest.raises(NotFound):
            inviting.invitation_of(change(invited(venue, owner)))

    def test_that_was_withdrawn_is_over(self, venue, owner):
        token = invited(venue, owner)

        inviting.withdraw(venue, Invitation.objects.get().pk, by=owner)

        with pytest.raises(NotFound):
            inviting.invitation_of(token)

    def test_sent_again_takes_the_place_of_the_first(self, venue, owner):
        first, second = invited(venue, owner), invited(venue, owner, role="staff")

        with pytest.raises(NotFound):
            inviting.invitation_of(first)
        assert inviting.invitation_of(second).role == "staff"

    @pytest.mark.parametrize(("email", "role"), [("nobody", "staff"), ("a@b.example", "king"), ("", "")])
    def test_needs_an_address_and_a_role(self, venue, owner, email, role):
        with pytest.raises(Invalid):
            inviting.invite(venue, email, role, by=owner, address=WHERE)

        assert mail.outbox == []

    @pytest.mark.parametrize("role", ["staff", "manager", None])
    def test_is_for_owners_to_send(self, venue, role):
        by = person("by")
        if role:
            works_at(by, venue, role)
        works_at(by, office("elsewhere"), "owner")

        with pytest.raises(Forbidden):
            inviting.invite(venue, "a@example.com", "staff", by=by, address=WHERE)


class TestARole:
    def test_is_changed_and_taken_away(self, venue, owner):
        clerk = works_at(person("clerk", is_staff=True), venue)
        key = clerk.memberships.get().pk

        operations.set_role(venue, key, "manager", by=owner)
        assert clerk.memberships.get().role == "manager"

        operations.set_role(venue, key, "", by=owner)
        clerk.refresh_from_db()
        assert (clerk.memberships.count(), clerk.is_staff) == (0, False)

    def test_of_the_last_owner_stays(self, venue, owner):
        for role in ("manager", ""):
            with pytest.raises(PolicyViolation):
                operations.set_role(venue, owner.memberships.get().pk, role, by=owner)

        assert owner.memberships.get().role == "owner"

    def test_at_another_venue_is_not_there(self, venue, owner):
        clerk = works_at(person("clerk"), office("elsewhere"))

        with pytest.raises(NotFound):
            operations.set_role(venue, clerk.memberships.get().pk, "", by=owner)


class TestThePages:
    def test_invite_by_mail_and_take_it(self, client, venue, owner):
        client.force_login(owner)
        sent = client.post("/desk/office/members/invite/", {"email": "new@example.com", "role": "staff"})
        address = re.search(r"http://testserver(\S+)", mail.outbox[-1].body)[1]
        new = person("new")
        client.force_login(new)

        assert b"Work at Office" in client.get(address).content
        taken = client.post(address)

        assert (sent.status_code, taken.status_code, taken.headers["Location"]) == (303, 303, "/desk/office/")
        assert client.get("/desk/office/").status_code == 200
        assert client.get(address).status_code == 404

    def test_tell_somebody_else_whom_it_is_for_and_offer_nothing(self, client, venue, owner):
        address = f"/accounts/invitations/{invited(venue, owner)}/"
        pages = []
        for name in ("new", "other"):
            client.force_login(person(name))
            pages.append(client.get(address).content.decode())

        assert ["Accept</button>" in page for page in pages] == [True, False]
        assert "is for new@example.com, and you are logged in as other@example.com." in pages[1]

    def test_ask_a_stranger_to_log_in_first(self, client, venue, owner):
        address = f"/accounts/invitations/{invited(venue, owner)}/"

        assert (
            client.get(address).headers["Location"].startswith("/accounts/login/?next=/accounts/invitations/")
        )

    def test_show_members_and_refuse_in_words(self, client, venue, owner):
        client.force_login(owner)

        answer = client.post("/desk/office/members/invite/", {"email": "nobody", "role": "staff"})

        assert answer.status_code == 400
        assert b"That is no e-mail address." in answer.content
        assert b"owner@example.com" in answer.content

    def test_show_the_table_of_roles_to_everybody(self, client, venue, owner):
        assert client.get("/accounts/roles/").status_code == 200
        client.force_login(owner)
        assert b"<b>owner</b> of Office" in client.get("/accounts/roles/").content
