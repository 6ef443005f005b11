"""The people of the demo: five who can log in, and colleagues whose bookings fill the boards."""

from collections.abc import Iterable

from accounts.models import Membership, Role, User
from rooms.models import Venue

PASSWORD = "reserve-demo"  # noqa: S105 -- printed for every visitor of a demo
GUEST, GUEST_2 = "guest@example.com", "guest2@example.com"
STAFF, MANAGER, ADMIN = "staff@example.com", "manager@example.com", "admin@example.com"

LOG_INS = {
    GUEST: ("Ada Kaya", "guest"),
    GUEST_2: ("Tomas Lind", "guest"),
    STAFF: ("Selin Demir", "staff of every demo venue"),
    MANAGER: ("Marco Rossi", "manager of every demo venue"),
    ADMIN: ("Robin Okafor", "may do everything, and open /admin/"),
}
COLLEAGUES = (
    *("Ayla Novak", "Ben Sato", "Carla Silva", "Deniz Haddad", "Elif Larsen", "Femi Dubois", "Greta Meyer"),
    *("Hugo Brandt", "Ines Costa", "Jonas Weber", "Kemal Aydin", "Lena Fischer", "Mina Park", "Noor Rahman"),
)


def log_ins() -> list[tuple[str, str]]:
    """Return the demo log-ins that exist, each with what it may do."""
    present = set(User.objects.filter(email__in=LOG_INS, is_active=True).values_list("email", flat=True))
    return [(address, who) for address, (_, who) in LOG_INS.items() if address in present]


def settle() -> dict[str, User]:
    """Create the people who are not there yet, and return all of them by address."""
    wanted = {address: name for address, (name, _) in LOG_INS.items()}
    wanted |= {f"{name.lower().replace(' ', '.')}@example.com": name for name in COLLEAGUES}
    found = {user.email: user for user in User.objects.filter(email__in=wanted)}
    for address, name in wanted.items():
        if address not in found:
            found[address] = _create(address, name)
    return {address: found[address] for address in wanted}


def _create(address: str, name: str) -> User:
    # Who works at a venue may open the admin, and sees of it what is theirs.
    rights = {"is_staff": address in (STAFF, MANAGER, ADMIN), "is_superuser": address == ADMIN}
    # Colleagues have no password: nobody logs in as them, and hashing one takes a fifth of a second.
    password = PASSWORD if address in LOG_INS else None
    return User.objects.create_user(address, password, name=name, timezone="Europe/Istanbul", **rights)


def employ(people: dict[str, User], venues: Iterable[Venue]) -> None:
    """Make the demo's staff and manager work at the venues."""
    roles = {STAFF: Role.STAFF, MANAGER: Role.MANAGER}
    Membership.objects.bulk_create(
        [
            Membership(user=people[address], venue=venue, role=role)
            for venue in venues
            for address, role in roles.items()
        ],
        ignore_conflicts=True,
    )
