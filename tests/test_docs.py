"""The manuals cannot lie: what they name exists, and what they tell to run runs."""

import re
import subprocess
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import get_commands

from rooms.demo import people

ROOT = Path(__file__).resolve().parent.parent
MANUALS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
CODE = re.compile(r"`([^`\n]+)`|^```\w*\n(.*?)^```", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\[[^\]]*\]\(([^)#\s]+)(#[^)]*)?\)")
PLACE = re.compile(r"^(?:\.?[\w-]+/)+(?:[\w.-]+\.\w+)?$|^[\w.-]+\.(?:md|toml|txt|in|py)$")


def snippets(manual):
    return [inline or block for inline, block in CODE.findall(manual.read_text())]


def commands(pattern):
    """Return every match in the code of the manuals, with the manual that has it."""
    return sorted(
        {
            (match, manual.name)
            for manual in MANUALS
            for code in snippets(manual)
            for match in re.findall(pattern, code)
        }
    )


def makefile():
    return (ROOT / "Makefile").read_text()


class TestCommands:
    @pytest.mark.parametrize(("targets", "manual"), commands(r"\bmake ((?:[a-z]+ ?)+)"))
    def test_every_make_target_exists(self, targets, manual):
        known = set(re.findall(r"^([a-z]+):", makefile(), re.MULTILINE))

        assert set(targets.split()) <= known

    @pytest.mark.parametrize(("command", "manual"), commands(r"manage\.py ([a-z_]+)"))
    def test_every_management_command_exists(self, command, manual):
        assert command in get_commands()

    @pytest.mark.parametrize(("option", "manual"), commands(r"manage\.py seed_demo (--\w+)"))
    def test_every_option_exists(self, option, manual):
        assert f'"{option}"' in (ROOT / "rooms/management/commands/seed_demo.py").read_text()

    def test_make_help_lists_every_target_and_no_more_than_ten(self):
        said = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True).stdout  # noqa: S607
        targets = re.findall(r"^([a-z]+):", makefile(), re.MULTILINE)

        assert re.findall(r"^  make ([a-z]+) ", said, re.MULTILINE) == targets
        assert len(targets) <= 10


class TestPlaces:
    @pytest.mark.parametrize("manual", MANUALS, ids=lambda manual: manual.name)
    def test_every_file_that_is_named_exists(self, manual):
        named = {code for code in snippets(manual) if PLACE.match(code)}
        made_by_use = {place for place in named if place.startswith(("var/", ".venv/"))}

        assert [place for place in sorted(named - made_by_use) if not (ROOT / place).exists()] == []

    @pytest.mark.parametrize("manual", MANUALS, ids=lambda manual: manual.name)
    def test_every_link_leads_somewhere(self, manual):
        links = {
            link for link, _ in LINK.findall(manual.read_text()) if not link.startswith(("http:", "https:"))
        }

        assert [link for link in sorted(links) if not (manual.parent / link).exists()] == []


class TestSettings:
    READ = re.compile(r"env(?:\.\w+)?\(\s*\"([A-Z_]+)\"")

    @pytest.fixture
    def read(self):
        """Every variable that the settings read."""
        files = [*ROOT.glob("reservations_site/settings*.py"), ROOT / "reservations_site/databases.py"]
        return {name for path in files for name in self.READ.findall(path.read_text())}

    def test_of_the_readme_are_read(self, read):
        table = (ROOT / "README.md").read_text().split("## Settings")[1].split("\n## ")[0]

        first = [row.split("|")[1] for row in table.splitlines() if row.startswith("| `")]
        named = {name for cell in first for name in re.findall(r"`([A-Z_]+)`", cell)}
        assert named <= read
        assert len(named) >= 10

    def test_of_the_example_are_those_that_are_read(self, read):
        example = set(re.findall(r"^#([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))

        assert read - example <= {"SECURE_SSL_REDIRECT", "SECURE_HSTS_SECONDS"}
        assert example - read == set()


class TestTheGlossary:
    def test_has_a_word_for_every_table(self):
        text = (ROOT / "docs/glossary.md").read_text()
        tables = {
            model.__name__ for app in ("rooms", "accounts") for model in apps.get_app_config(app).get_models()
        }
        # Ordinary words, used as everybody does.
        plain = {"User", "Amenity", "IdempotencyKey", "RefreshToken"}

        assert [name for name in sorted(tables - plain) if not re.search(rf"\b{name}\b", text)] == []

    def test_has_no_model_by_a_name_it_forbids(self):
        rows = (ROOT / "docs/glossary.md").read_text().splitlines()
        never = {
            word.strip() for row in rows if row.startswith("| ") for word in row.split("|")[3].split(",")
        }
        names = {
            model.__name__.lower()
            for model in apps.get_models()
            if model.__module__.startswith(("rooms", "accounts"))
        }

        assert names & never == set()


class TestTheDecisions:
    DECISIONS = sorted(ROOT.glob("docs/decisions/*.md"))

    def test_have_a_number_each(self):
        numbers = [path.name[:4] for path in self.DECISIONS]

        assert all(number.isdigit() for number in numbers)
        assert len(set(numbers)) == len(numbers)

    @pytest.mark.parametrize("decision", DECISIONS, ids=lambda path: path.stem)
    def test_say_why_what_and_what_follows(self, decision):
        titles = re.findall(r"^## (.*)", decision.read_text(), re.MULTILINE)

        assert [title for title in titles if title in ("Context", "Decision", "Consequences")] == [
            "Context",
            "Decision",
            "Consequences",
        ]


def test_the_log_ins_of_the_readme_are_those_of_the_demo():
    text = (ROOT / "README.md").read_text()
    assert people.PASSWORD in text
    assert [address for address in people.LOG_INS if address not in text] == []
