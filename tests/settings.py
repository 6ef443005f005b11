"""The site's settings as tests run them: a key of their own, and a database of its own for every run.

Two people, or two runs of one, may test in one checkout at once; and no test ever meets the key, the
database or the mailbox of a real site.
"""

import os

os.environ.setdefault("SECRET_KEY", "only-for-tests-0123456789-abcdefghijklmnopqrstuvwxyz")
os.environ["EMAIL_URL"] = "memorymail://"
os.environ.setdefault("PAYMENTS_SANDBOX", "on")

from reservations_site.settings import *  # noqa: F403 -- they read the environment
from reservations_site.settings import (
    BASE_DIR,
    CACHES,
    CHANNEL_LAYERS,
    DATABASES,
    INSTALLED_APPS,
    REDIS_URL,
    STATIC_ROOT,
)

INSTALLED_APPS = ["tests.emptying", *INSTALLED_APPS]

_name = f"test-{os.getpid()}"
# A file, and not memory: threads and processes that race need one database between them.
_files = str(BASE_DIR / "var" / f"{_name}.sqlite3")
DATABASES["default"]["TEST"] = {"NAME": _files if "sqlite" in DATABASES["default"]["ENGINE"] else _name}

REFUSALS_EVERY = 0  # tests write them down themselves: a thread would meet their open transactions

# What tests write need not outlive a power cut: no commit waits for the disk.
_options = DATABASES["default"]["OPTIONS"]
if "options" in _options:
    # To drop a database takes as long as a busy disk wants it to; of two such settings the last one counts.
    _options["options"] += " -c statement_timeout=60000 -c synchronous_commit=off"
else:
    _options["init_command"] += "PRAGMA synchronous=OFF;"

STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # ServeStatic warns of a missing one, and warnings are errors.

# Tests that run beside each other count requests and clear counters: each runner has a Redis of its own.
if REDIS_URL and "PYTEST_XDIST_WORKER" in os.environ:
    _server, _, _number = REDIS_URL.rpartition("/")
    REDIS_URL = f"{_server}/{int(_number) - int(os.environ['PYTEST_XDIST_WORKER'].removeprefix('gw'))}"
    CACHES["default"]["LOCATION"] = REDIS_URL
    CHANNEL_LAYERS["default"]["CONFIG"]["hosts"][0]["address"] = REDIS_URL
