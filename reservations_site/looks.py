"""Where looks come from: a folder of the operator's own, before those of Reserve."""

from pathlib import Path

from django.core.exceptions import ImproperlyConfigured


def folders(own: str, base_dir: Path) -> list[Path]:
    """Return the folders in which templates and static files are looked for, in that order.

    :raises ImproperlyConfigured: if the operator's own is not there
    """
    if not own:
        return [base_dir]
    folder = Path(own).resolve()
    if not folder.is_dir():
        raise ImproperlyConfigured(f"SITE_DIR is a folder, and {folder} is none.")
    return [folder, base_dir]
