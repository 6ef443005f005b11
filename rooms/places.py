"""Places by name, however somebody types them: "istanbul" finds İstanbul."""

import unicodedata


def key_of(place: str) -> str:
    """Return the name without case, accents and dots, as places are compared."""
    spread = unicodedata.normalize(
        "NFKD", place.strip().casefold().replace("\N{LATIN SMALL LETTER DOTLESS I}", "i")
    )
    return "".join(letter for letter in spread if not unicodedata.combining(letter))[:80]
