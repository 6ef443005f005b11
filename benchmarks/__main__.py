"""Run every benchmark, one after another: python -m benchmarks, or make bench."""

import subprocess
import sys

ALL = ("booking", "board", "live", "api", "stays", "journeys", "seats", "rush", "reports")

for name in ALL:
    sys.stdout.write(f"\n== {name} ==\n")
    sys.stdout.flush()
    subprocess.run([sys.executable, "-m", f"benchmarks.{name}"], check=True)  # noqa: S603 -- our own modules
