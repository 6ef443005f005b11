"""Put pip into an environment made without it, with the standard library alone.

The index says where the wheel lies; the hash here says which wheel it must be.
"""

import hashlib
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from urllib.error import URLError
from urllib.parse import urljoin
from urllib.request import urlopen

WHEEL = "pip-26.1.2-py3-none-any.whl"
SHA256 = "382ff9f685ee3bc25864f820aa50505825f10f5458ffff07e30a6d96e5715cab"
INDEX = os.environ.get("PIP_INDEX_URL", "https://pypi.org/simple").rstrip("/") + "/pip/"


def fetched() -> bytes:
    """Return the wheel."""
    with urlopen(INDEX, timeout=30) as answer:  # noqa: S310 -- the index that pip itself would ask
        listing = answer.read().decode()
    found = re.search(rf'href="([^"]*{re.escape(WHEEL)})', listing)
    if found is None:
        raise URLError(f"{INDEX} does not list {WHEEL}")
    with urlopen(urljoin(INDEX, found[1]), timeout=60) as answer:  # noqa: S310 -- the same
        wheel: bytes = answer.read()
    if hashlib.sha256(wheel).hexdigest() != SHA256:
        raise URLError(f"{WHEEL} is not the file it should be")
    return wheel


def main() -> int:
    """Fetch the wheel and let it install itself."""
    try:
        wheel = fetched()
    except (URLError, TimeoutError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / WHEEL
        path.write_bytes(wheel)
        install = ["install", "--quiet", "--no-index", "--no-deps", str(path)]
        # A wheel is a zip file, and Python runs packages out of zip files.
        return subprocess.call([sys.executable, f"{path}/pip", *install])  # noqa: S603 -- our own command


if __name__ == "__main__":
    sys.exit(main())
