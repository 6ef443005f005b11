"""What is said over websockets, held to the schema that the site publishes."""

import functools
import json
from typing import Any

from jsonschema import Draft202012Validator

from live import schema

Frame = dict[str, Any]
strange: list[str] = []
"""What was heard in this test that the schema knows nothing of."""


@functools.cache
def validator(name: str) -> Draft202012Validator:
    """Return what judges frames by one definition of the published schema."""
    return Draft202012Validator({**schema.document(), "anyOf": [{"$ref": f"#/$defs/{name}"}]})


def heard(text: str) -> Frame:
    """Return a frame of the server's; one that the schema does not know fails the test when that ends."""
    frame: Frame = json.loads(text)
    strange.extend(
        f"{wrong.message} in {text[:2000]}" for wrong in validator(name_of(frame)).iter_errors(frame)
    )
    return frame


def name_of(frame: Frame) -> str:
    """Return by which definition a frame of the server's is judged."""
    if frame["type"] not in ("snapshot", "change"):
        return str(frame["type"])
    kind = frame["topic"].partition(":")[0]
    return f"{frame['type']}_of_{'venue' if kind == 'journey' else kind}"
