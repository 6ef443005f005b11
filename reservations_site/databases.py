"""How each database is opened, so that both keep the promises the operations rely on."""

from contextlib import suppress
from pathlib import Path
from typing import Any

from reservations_site.environment import Environment

# Budgets in milliseconds: a rival's lock is waited for, a stuck server is not (architecture §3).
POSTGRES_BUDGETS = (
    "-c lock_timeout=3000 -c statement_timeout=10000 -c idle_in_transaction_session_timeout=10000"
)
SQLITE_PRAGMAS = "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;"


def database(env: Environment, base_dir: Path) -> dict[str, Any]:
    """Return Django's settings for the database that DATABASE_URL names, SQLite by default.

    :raises ImproperlyConfigured: if it names none
    """
    default = base_dir / "var" / "reserve.sqlite3"
    config: dict[str, Any] = env.address("DATABASE_URL", _named, default=f"sqlite:///{default}")
    options = config.setdefault("OPTIONS", {})
    if config["ENGINE"].endswith("sqlite3"):
        if config["NAME"] == str(default):
            with suppress(OSError):  # SQLite makes its file, but no folder for it; and says if it cannot.
                default.parent.mkdir(exist_ok=True)
        # Deferred transactions fail with "database is locked" at the first write of a rival; BEGIN
        # IMMEDIATE queues instead, for up to 20 s.
        options.update(transaction_mode="IMMEDIATE", timeout=20, init_command=SQLITE_PRAGMAS)
        # A file even in tests: threads and processes that race need one database between them.
        config["TEST"] = {"NAME": str(base_dir / "var" / "test.sqlite3")}
    elif config["ENGINE"].endswith("postgresql"):
        options.update(
            options=POSTGRES_BUDGETS,
            connect_timeout=3,
            prepare_threshold=2,  # for the statements of rooms/sql.py; Django's own are never prepared
            tcp_user_timeout=5000,
            pool={
                "min_size": 1,
                "max_size": env.int("DATABASE_POOL", default=10),
                "timeout": 5,
                # The pause between two tries doubles for as long as this: given up after whoever waits has
                # gone, it begins anew with the next, instead of sleeping on when the database is back.
                "reconnect_timeout": 5,
            },
        )
        config["CONN_HEALTH_CHECKS"] = True
    return config


def _named(said: str) -> dict[str, Any]:
    """Return the settings in an address that names a database.

    :raises ValueError: if it does not
    """
    found: dict[str, Any] = Environment.db_url_config(said)
    if not found["NAME"] and "service" not in found.get("OPTIONS", {}):
        raise ValueError
    return found


def password_hashers() -> list[str]:
    """Return the hashers in order of preference: Argon2id first, the others to read old hashes."""
    return [
        "django.contrib.auth.hashers.Argon2PasswordHasher",
        "django.contrib.auth.hashers.PBKDF2PasswordHasher",
    ]
