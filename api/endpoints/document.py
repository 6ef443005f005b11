"""The OpenAPI document of all this."""

from typing import Any

from api import openapi
from api.routing import ANYBODY, Call, Reply, endpoint


@endpoint("GET", "openapi.json", who=ANYBODY, group="document", answer=dict[str, Any], shared=True)
def show_document(call: Call) -> Reply:
    """Give the OpenAPI 3.1 document that this manual is made from."""
    return Reply(openapi.encoded())
