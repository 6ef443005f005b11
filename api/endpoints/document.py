"""The documents for programs: of all this, and of what is told over a websocket."""

from typing import Any

from api import documents, openapi
from api.routing import ANYBODY, Call, Reply, endpoint


@endpoint("GET", "openapi.json", who=ANYBODY, group="document", answer=dict[str, Any], shared=True)
def show_document(call: Call) -> Reply:
    """Give the OpenAPI 3.1 document that this manual is made from."""
    return Reply(openapi.encoded())


@endpoint("GET", "live.schema.json", who=ANYBODY, group="document", answer=dict[str, Any], shared=True)
def show_live_schema(call: Call) -> Reply:
    """Give the JSON Schema (2020-12) of every frame of the websocket, both ways."""
    return Reply(documents.called("live.schema.json"))
