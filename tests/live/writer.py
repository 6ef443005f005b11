"""A process that writes to a site: `python -m tests.live.writer` runs the programs it is sent, one a line."""

import contextlib
import io
import json
import sys
import traceback

import django
from django.conf import settings


def main() -> None:
    """Run what comes, each in a namespace of its own, and say what it printed or what went wrong."""
    django.setup()
    # As everywhere in the tests; who comes here has a session already, and types no password.
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    beginning = "from tests.worlds import *\nfrom rooms import operations\n"
    for line in sys.stdin:
        said, wrong = io.StringIO(), ""
        try:
            with contextlib.redirect_stdout(said):
                exec(beginning + json.loads(line), {})  # noqa: S102 -- the test's own words
        except Exception:  # noqa: BLE001 -- told to the test, which fails with it
            wrong = traceback.format_exc()
        print(json.dumps({"said": said.getvalue(), "wrong": wrong}), flush=True)  # noqa: T201 -- the answer


if __name__ == "__main__":
    main()
