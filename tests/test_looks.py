"""A site's own looks, in a folder of its own: the application stays as it is."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SAMPLE = (ROOT / "docs/deploying.md").read_text().split("```html\n")[1].split("```")[0]
SHOW = (
    "import django; django.setup(); "
    "from django.template.loader import render_to_string; print(render_to_string({!r}))"
)


@pytest.fixture
def folder(tmp_path):
    """A folder as docs/deploying.md describes it."""
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates/base.html").write_text(SAMPLE)
    (tmp_path / "static/css").mkdir(parents=True)
    (tmp_path / "static/css/site.css").write_text(":root { --accent: oklch(0.5 0.15 150); }")
    (tmp_path / "static/icons").mkdir()
    (tmp_path / "static/icons/brand.svg").write_text("<svg/>")
    return tmp_path


def run(*words, **environment):
    told = {"PATH": os.environ["PATH"], "DEBUG": "on", "DJANGO_SETTINGS_MODULE": "reservations_site.settings"}
    command = [sys.executable, *words]
    done = subprocess.run(
        command, cwd=ROOT, env=told | environment, capture_output=True, text=True, timeout=60
    )
    return done.returncode, done.stdout, done.stderr.strip()


def page(name, **environment):
    code, shown, said = run("-c", SHOW.format(name), **environment)
    assert code == 0, said
    return shown


def test_dress_every_page_without_a_copy_of_any(folder):
    shown = page("404.html", SITE_DIR=str(folder))

    assert '<link rel="stylesheet" href="/static/css/site.css">' in shown
    assert shown.index("css/base.css") < shown.index("css/site.css")
    assert "<span>Harbour Rooms</span>" in shown
    assert "Harbour Rooms, at the pier." in shown
    assert '<main id="main"' in shown


def test_are_reserves_where_there_is_no_such_folder():
    shown = page("404.html")

    assert "<span>Reserve</span>" in shown
    assert "site.css" not in shown


@pytest.mark.parametrize(
    ("file", "is_own"), [("css/site.css", True), ("icons/brand.svg", True), ("css/base.css", False)]
)
def test_have_files_of_their_own_before_ours(folder, file, is_own):
    _, found, _ = run("manage.py", "findstatic", file, "--first", "--verbosity", "0", SITE_DIR=str(folder))

    assert found.strip() == str((folder if is_own else ROOT) / "static" / file)


def test_may_be_templates_alone(folder):
    for left in sorted((folder / "static").rglob("*"), reverse=True):
        left.rmdir() if left.is_dir() else left.unlink()
    (folder / "static").rmdir()

    assert run("manage.py", "check", SITE_DIR=str(folder))[0] == 0


def test_of_a_folder_that_is_not_there_are_refused_by_name():
    code, _, said = run("manage.py", "check", SITE_DIR="/nowhere/at/all")

    assert (code, said) == (1, "A setting is wrong: SITE_DIR is a folder, and /nowhere/at/all is none.")
