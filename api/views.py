"""The manual: a page made from the same table as the OpenAPI document."""

from typing import Any

import msgspec
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.views.decorators.http import require_safe

from api import openapi
from api.errors import STATUS, TITLES
from api.examples import curl
from api.routing import ENDPOINTS, PREFIX, Endpoint


@require_safe
def docs(request: HttpRequest) -> HttpResponse:
    """Show every endpoint with what it takes, answers and refuses, and a call to copy."""
    groups = [
        {"name": name, "about": about, "endpoints": [_shown(one) for one in ENDPOINTS if one.group == name]}
        for name, about in openapi.GROUPS.items()
    ]
    return render(
        request,
        "api/docs.html",
        {
            "about": in_words(openapi.ABOUT),
            "base": settings.BASE_URL.rstrip("/") + PREFIX,
            "groups": groups,
            "problems": [
                {"code": code, "status": STATUS[code], "title": title}
                for code, title in TITLES.items()
                if code in _codes()
            ],
            "shapes": [
                {"name": name, "about": in_words(schema.get("description", "")), "fields": _fields(schema)}
                for name, schema in sorted(openapi.schemas().items())
                if "properties" in schema
            ],
        },
    )


def in_words(text: str) -> SafeString:
    """Return the text as HTML, with what stands between backticks as code."""
    parts = enumerate(text.split("`"))
    return format_html_join(
        "", "{}", ((format_html("<code>{}</code>", part) if n % 2 else part,) for n, part in parts)
    )


def _codes() -> set[str]:
    """Return every code that an endpoint documents, and those of addresses and methods there are not."""
    told = {code for one in ENDPOINTS for codes in openapi.statuses(one).values() for code in codes}
    return told | {"method_not_allowed", "not_found"}


def _shown(one: Endpoint) -> dict[str, Any]:
    summary, rest = one.words
    return {
        "name": one.name,
        "method": one.method,
        "path": f"/{one.path}",
        "summary": in_words(summary),
        "about": in_words(rest),
        "who": one.who,
        "parameters": [
            {
                "name": told["name"],
                "where": told["in"],
                "required": told["required"],
                "kind": kind_of(told["schema"]),
                "about": in_words(told.get("description") or told["schema"].get("description", "")),
            }
            for told in openapi.parameters(one)
        ],
        "body": one.body.__name__ if one.body and msgspec.structs.fields(one.body) else "",
        "status": one.status,
        "answer": one.answer.__name__ if isinstance(one.answer, type) and one.answer is not dict else "",
        "refusals": [{"status": status, "codes": codes} for status, codes in openapi.statuses(one).items()],
        "curl": curl(one, settings.BASE_URL),
    }


def _fields(schema: dict[str, Any]) -> list[dict[str, Any]]:
    required = schema.get("required", ())
    return [
        {
            "name": name,
            "required": name in required,
            "kind": kind_of(told),
            "link": _link(told),
            "about": in_words(told.get("description", "")),
        }
        for name, told in schema["properties"].items()
    ]


def kind_of(schema: dict[str, Any]) -> str:
    """Return what a schema says, in a few words."""
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    if "enum" in schema:
        return " | ".join("null" if value is None else str(value) for value in schema["enum"])
    if "anyOf" in schema:
        return " or ".join(kind_of(option) for option in schema["anyOf"])
    if schema.get("type") == "array":
        return f"list of {kind_of(schema.get('items', {}))}"
    return {"date-time": "instant", "date": "date", "time": "time"}.get(
        schema.get("format", ""), str(schema.get("type", "anything"))
    )


def _link(schema: dict[str, Any]) -> str:
    """Return the shape that a field is made of, if it is one, to go to it."""
    for part in (schema, schema.get("items", {}), *schema.get("anyOf", ())):
        if "$ref" in part:
            return str(part["$ref"]).rpartition("/")[2]
    return ""
