"""The house rules that no linter knows: what a file may be called, how long it may be, and who may write.

docs/tour.md shows the house; pyproject.toml has the floors (import-linter) and what ruff holds.
"""

import ast
import re
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
LONGEST_MODULE, LONGEST_TEST_MODULE, LONGEST_FUNCTION = 300, 400, 40  # lines


@cache
def files(pattern: str) -> list[Path]:
    """Return the files that git knows, or would if they were added, and that match the pattern."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "--", f":(glob){pattern}"],  # noqa: S607
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    return [ROOT / name for name in sorted(set(listed)) if (ROOT / name).exists()]


def sources() -> list[Path]:
    """Return our own modules, without migrations and tests."""
    return [
        path
        for path in files("**/*.py")
        if path.parts[-2] != "migrations" and name_of(path).split("/")[0] != "tests"
    ]


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(), str(path))


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    return (node for node in ast.walk(tree(path)) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


class TestSizes:
    def test_no_module_is_longer_than_300_lines(self):
        long = {name_of(path): lines for path in sources() if (lines := _lines(path)) > LONGEST_MODULE}

        assert long == {}

    def test_no_test_module_is_longer_than_400_lines(self):
        long = {
            name_of(path): lines
            for path in files("tests/**/*.py")
            if (lines := _lines(path)) > LONGEST_TEST_MODULE
        }

        assert long == {}

    def test_no_script_is_longer_than_300_lines(self):
        long = {
            name_of(path): lines
            for path in files("static/js/**/*.js")
            if (lines := _lines(path)) > LONGEST_MODULE
        }

        assert long == {}

    def test_no_function_is_longer_than_40_lines(self):
        long = [
            f"{name_of(path)}:{node.lineno} {node.name}"
            for path in [*sources(), *files("tests/**/*.py")]
            for node in functions(path)
            if (node.end_lineno or 0) - node.lineno + 1 > LONGEST_FUNCTION
        ]

        assert long == []


def _lines(path: Path) -> int:
    return len(path.read_text().splitlines())


class TestNames:
    NO_HOME = re.compile(r"^(utils?|helpers?|common|misc|managers?|base|data|info|process(ing|or)?)$")

    def test_no_file_is_a_junk_drawer(self):
        drawers = [name_of(path) for path in files("**/*.py") if any(map(self.NO_HOME.match, _parts(path)))]

        assert drawers == []

    @pytest.mark.parametrize(
        ("what", "home"),
        [
            (r"^class \w+\(.*\bmodels\.Model\b", r"/models(/\w+)?\.py$"),
            (r"^urlpatterns\b", r"/urls\.py$"),
            (r"^\w+ = (dispatch\.)?Signal\(", r"/events\.py$"),
            (
                r"\b(post_save|post_delete|pre_save|m2m_changed|changed)\.connect\(|^@receiver\(",
                r"/receivers\.py$",
            ),
            (r"@admin\.register|admin\.site\.register", r"/admin(/\w+)?\.py$"),
            (r"^class \w+\(.*\bBaseCommand\b", r"/management/commands/\w+\.py$"),
            (r"^class \w+\(.*\bAppConfig\b", r"/apps\.py$"),
        ],
        ids=["models keep", "urls", "events", "receivers react", "admin", "commands", "apps"],
    )
    def test_the_same_name_means_the_same_thing_everywhere(self, what, home):
        strays = [
            name_of(path)
            for path in sources()
            if path.parent.name != "benchmarks"
            and re.search(what, path.read_text(), re.MULTILINE)
            and not re.search(home, f"/{name_of(path)}")
        ]

        assert strays == []

    def test_every_package_has_a_floor(self):
        packages = {path.parent.name for path in files("*/__init__.py")} - {"tests", "benchmarks"}
        floors = re.search(
            r'name = "The floors.*?layers = \[(.*?)\]', (ROOT / "pyproject.toml").read_text(), re.DOTALL
        )

        assert floors is not None
        assert packages == set(re.findall(r"\w+", floors[1]))


def _parts(path: Path) -> list[str]:
    return [*path.relative_to(ROOT).parts[:-1], path.stem]


GUARDED = {"Booking", "Allocation", "Blocking", "Change", "IdempotencyKey"}
WRITES = {
    *(
        "save",
        "asave",
        "create",
        "acreate",
        "bulk_create",
        "abulk_create",
        "update",
        "aupdate",
        "bulk_update",
    ),
    *("delete", "adelete", "get_or_create", "update_or_create", "aget_or_create", "aupdate_or_create"),
}
STATEMENT = re.compile(
    r"\b(INSERT\s+INTO|UPDATE|DELETE\s+FROM|COPY)\s+rooms_(booking|allocation|blocking|change|idempotencykey)\b"
)


class TestOneDoor:
    """Only rooms/operations writes bookings, allocations, blockings, changes and keys; only it locks."""

    # The large demo writes a million rows by COPY, in the shape that verify finds whole.
    ELSEWHERE = ("rooms/operations/", "rooms/demo/bulk.py", "benchmarks/")

    def test_nothing_else_calls_a_writing_method_of_them(self):
        writers = [
            f"{name_of(path)}:{call.lineno}"
            for path in sources()
            if not name_of(path).startswith(self.ELSEWHERE)
            for call in ast.walk(tree(path))
            if isinstance(call, ast.Call) and _writes(call)
        ]

        assert writers == []

    def test_nothing_else_has_a_statement_that_writes_them(self):
        writers = [
            name_of(path)
            for path in sources()
            if not name_of(path).startswith(self.ELSEWHERE) and STATEMENT.search(path.read_text())
        ]

        assert writers == []

    def test_only_operations_lock(self):
        lockers = [
            name_of(path)
            for path in sources()
            if re.search(r"select_for_update\(|FOR (NO KEY )?UPDATE", path.read_text())
            and "/operations" not in name_of(path)
        ]

        assert lockers == []

    def test_only_writing_locks_rooms(self):
        lockers = [
            name_of(path)
            for path in files("rooms/operations/*.py")
            if re.search(
                r"\bRoom\.objects[^\n]*select_for_update"
                r"|rooms_room[^;]*FOR (NO KEY )?UPDATE|UPDATE rooms_room\b",
                path.read_text(),
            )
        ]

        # _at_once is _writing's lock and its rows in one statement: it locks by counting up.
        assert lockers == ["rooms/operations/_at_once.py", "rooms/operations/_writing.py"]


def _writes(call: ast.Call) -> bool:
    """Test whether the call is Booking.objects….update(), booking.save() or the like."""
    if not isinstance(call.func, ast.Attribute) or call.func.attr not in WRITES:
        return False
    node: ast.expr = call.func
    while isinstance(node, ast.Attribute | ast.Call | ast.Subscript):
        node = node.func if isinstance(node, ast.Call) else node.value
        if isinstance(node, ast.Attribute) and node.attr in GUARDED:
            return True
    return isinstance(node, ast.Name) and (
        node.id in GUARDED or node.id in {name.lower() for name in GUARDED}
    )


class TestPages:
    """What the content security policy would block, or what would let a stored title become markup."""

    INLINE = {
        "a style": re.compile(r"<style\b|\sstyle\s*=", re.IGNORECASE),
        "a script": re.compile(r"<script\b(?![^>]*(\bsrc\s*=|type=\"application/json\"))", re.IGNORECASE),
        "a handler": re.compile(r"<[^>]*\son[a-z]+\s*=", re.IGNORECASE),
        "a foreign host": re.compile(r"(src|href)\s*=\s*[\"'](https?:)?//(?!www\.w3\.org)", re.IGNORECASE),
        "markup taken as safe": re.compile(r"\|\s*safe\b|autoescape\s+off", re.IGNORECASE),
    }

    # Sent by programs, which have no cookie to abuse: a secret in the address, or a signature, is the proof.
    FROM_PROGRAMS = ["notifications/views/preferences.py", "payments/views/hearing.py"]

    @pytest.mark.parametrize("what", INLINE)
    def test_no_template_has(self, what):
        found = [
            name_of(path) for path in files("templates/**/*.html") if self.INLINE[what].search(_markup(path))
        ]

        # A mail program knows no stylesheet but what stands in the mail.
        assert found == (["templates/mail/letter.html"] if what == "a style" else [])

    def test_no_script_writes_markup(self):
        markup = re.compile(
            r"\b(innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval)\b|new Function\("
        )

        found = [name_of(path) for path in files("static/js/**/*.js") if markup.search(_code(path))]

        assert found == []

    def test_no_view_marks_markup_as_safe(self):
        found = [
            name_of(path)
            for path in sources()
            if re.search(r"\bmark_safe\(|\bcsrf_exempt\b", path.read_text())
        ]

        assert found == self.FROM_PROGRAMS


def _markup(path: Path) -> str:
    # A field's help is Django's own or ours, and Django's own templates take it as markup as well.
    text = path.read_text().replace("help_text|safe", "")
    return re.sub(r"\{#.*?#\}|\{% comment.*?endcomment %\}", "", text, flags=re.DOTALL)


def _code(path: Path) -> str:
    return re.sub(r"/\*.*?\*/|//[^\n]*", "", path.read_text(), flags=re.DOTALL)


class TestTests:
    ASSERTS = re.compile(r"^(raises|warns|expect|fail|run_state_machine_as_test|assert\w*|django_assert\w*)$")

    def test_every_test_asserts_something(self):
        asserting = _asserting()

        silent = [
            f"{name_of(path)}:{node.lineno} {node.name}"
            for path in files("tests/**/test_*.py")
            for node in functions(path)
            if node.name.startswith("test_") and not _asserts(node, asserting)
        ]

        assert silent == []

    def test_no_two_tests_of_one_place_have_one_name(self):
        twice = [
            f"{name_of(path)}:{node.lineno} {node.name}"
            for path in files("tests/**/test_*.py")
            for place in ast.walk(tree(path))
            if isinstance(place, ast.Module | ast.ClassDef)
            for number, node in enumerate(place.body)
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
            and any(getattr(other, "name", None) == node.name for other in place.body[:number])
        ]

        assert twice == []


def _called(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


def _asserting() -> set[str]:
    """Return the names of what tests call to have something asserted: helpers and fixtures of theirs."""
    known: set[str] = set()
    others = [
        node
        for path in files("tests/**/*.py")
        for node in functions(path)
        if not node.name.startswith("test_")
    ]
    for _ in range(3):  # a helper may call a helper that asserts
        known |= {node.name for node in others if _asserts(node, known)}
    return known


def _asserts(function: ast.FunctionDef | ast.AsyncFunctionDef, known: set[str]) -> bool:
    return any(
        isinstance(node, ast.Assert)
        or (isinstance(node, ast.Call) and (TestTests.ASSERTS.match(_called(node)) or _called(node) in known))
        for node in ast.walk(function)
    )
