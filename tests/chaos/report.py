"""The verdict, in words: what was broken, what was asked and answered, and what each judge found."""

from collections import Counter
from typing import Any

FIRST = 5  # violations of a kind that are shown


def written(run: Any) -> str:
    """Return the verdict as Markdown."""
    answers = ", ".join(f"{times} x {status}" for status, times in sorted(run.history.statuses.items()))
    violations = sum(map(len, run.verdicts.values()))
    wishes, done = run.history.wishes, Counter(name for _, name in run.faults)
    lines = [
        f"# Chaos, seed {run.seed}: {'PASSED' if not violations else f'{violations} VIOLATIONS'}",
        "",
        f"{len(wishes)} wishes, {sum(one.was_granted for one in wishes)} granted, "
        f"{sum(one.is_cancelled for one in wishes)} cancelled again, "
        f"{sum(one.repeats > 0 for one in wishes)} asked more than once, "
        f"{sum(one.is_open for one in wishes)} without an answer.",
        f"Answers: {answers}; {run.history.unanswered} calls had none.",
        f"Screens connected {sum(one.opened for one in run.screens)} times.",
        *(f"{name}: {fact}." for name, fact in run.facts.items()),
        "",
        "| fault | times |",
        "|---|---|",
        *(f"| {name} | {times} |" for name, times in sorted(done.items())),
        "",
        "| judge | verdict |",
        "|---|---|",
    ]
    for name, found in run.verdicts.items():
        lines.append(f"| {name} | {'ok' if not found else f'{len(found)} VIOLATIONS'} |")
    for name, found in run.verdicts.items():
        lines += [f"- {name}: {one}" for one in found[:FIRST]]
    again = f"Again: make chaos SEED={run.seed} SECONDS={run.seconds:.0f}"
    return "\n".join([*lines, "", again, ""])
