"""The JSON addresses in words of OpenAPI 3.1, served at /openapi.json: what may be asked, and what comes back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from search.engines.base import Sort
from search.settings import Settings
from web.params import MATCHES, MAX_QUERY, MAX_VALUE, MAX_VALUES, NAMES
from web.tongues import TONGUES

Schema = Mapping[str, Any]

_TEXT: Schema = {"type": "string"}
_TEXT_OR_NULL: Schema = {"type": ["string", "null"]}
_COUNT: Schema = {"type": "integer", "minimum": 0}


def described(version: str, settings: Settings) -> dict[str, Any]:
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Newsstand",
            "version": version,
            "description": "Search over news articles in any language.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "paths": {
            "/search.json": _get("searchArticles", "One page of matches", "Page", _asked(settings)),
            "/suggest.json": _get(
                "suggestQueries",
                "Whole queries that begin with what was typed",
                "Suggestions",
                [_parameter("q", "What was typed", _TEXT)],
                "application/x-suggestions+json",
            ),
            "/healthz": _get("tellHealth", "Whether the index can be read", "Health", []),
            "/openapi.json": _get("describe", "This description", "Description", []),
        },
        "components": {"schemas": _schemas(settings)},
    }


def _get(
    name: str, summary: str, schema: str, parameters: Sequence[Schema], media: str = "application/json"
) -> dict[str, Any]:
    """All may be told the page's language, and that what they have is still good."""
    problem = {"application/json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    language = _parameter("ui", "Language of messages, instead of what Accept-Language says", _one_of(list(TONGUES)))
    responses = {
        "200": {"description": summary, "content": {media: {"schema": {"$ref": f"#/components/schemas/{schema}"}}}},
        "304": {"description": "Nothing changed since the answer with the ETag that was sent"},
        "400": {"description": "A parameter has a value out of bounds; the message says which", "content": problem},
        "421": {"description": "Asked under a name that is not this machine's", "content": {"text/plain": {}}},
        "503": {"description": "The index can't be read; the message says how to mend it", "content": problem},
    }
    return {
        "get": {"operationId": name, "summary": summary, "parameters": [*parameters, language], "responses": responses}
    }


def _parameter(name: str, description: str, schema: Schema) -> Schema:
    return {"name": name, "in": "query", "description": description, "schema": schema}


def _one_of(values: Sequence[str]) -> Schema:
    return {"type": "string", "enum": list(values)}


def _number(least: int, most: int) -> Schema:
    return {"type": "integer", "minimum": least, "maximum": most}


def _asked(settings: Settings) -> list[Schema]:
    value = {"type": "string", "maxLength": MAX_VALUE}
    values = {"type": "array", "items": value, "maxItems": MAX_VALUES}
    return [
        _parameter("q", "The query, in the syntax of the search box", {"type": "string", "maxLength": MAX_QUERY}),
        _parameter("lang", "Language tags; several are alternatives", values),
        _parameter("year", "2020, 2019-2023 or undated; several are alternatives", values),
        _parameter("after", "A date such as 2020-10-05, 2020-10 or 2020", value),
        _parameter("before", "Likewise", value),
        _parameter("source", "Sources; several are alternatives", values),
        _parameter("sort", "The order of the hits", _one_of([str(one) for one in Sort])),
        _parameter("match", "all words, any of them, or any if no article has all", _one_of(MATCHES)),
        _parameter("names", "Whether places are searched by their other names too", _one_of(NAMES)),
        _parameter("page", "Which page, from 1", _number(1, settings.max_offset // settings.limit + 1)),
        _parameter("offset", "The first hit, instead of a page", _number(0, settings.max_offset)),
        _parameter("limit", "Hits of a page", _number(1, settings.max_limit)),
    ]


def _schemas(settings: Settings) -> dict[str, Schema]:
    return {
        "Page": _object(
            query=_TEXT,
            match=_one_of(("all", "any")),
            total=_COUNT,
            offset=_COUNT,
            limit=_COUNT,
            took_ms={"type": "number", "minimum": 0},
            hits={"type": "array", "items": {"$ref": "#/components/schemas/Hit"}, "maxItems": settings.max_limit},
            facets={
                "type": "object",
                "additionalProperties": {"type": "array", "items": {"$ref": "#/components/schemas/FacetValue"}},
            },
            notes={"type": "array", "items": _TEXT},
            suggestion=_TEXT_OR_NULL,
        ),
        "Hit": _object(
            id=_TEXT,
            title=_TEXT,
            url=_TEXT_OR_NULL,
            source=_TEXT_OR_NULL,
            language=_TEXT,
            language_name=_TEXT,
            date=_TEXT_OR_NULL,
            date_precision={"enum": ["year", "month", "day", "time", None]},
            date_from={"enum": ["declared", "metadata", "url", "text", None]},
            score={"type": "number"},
            snippets={"type": "array", "items": {"$ref": "#/components/schemas/Snippet"}},
            copies={"type": "array", "items": {"type": "object"}},
        ),
        "Snippet": _object(
            text=_TEXT,
            marks={"type": "array", "items": {"type": "array", "items": _COUNT, "minItems": 2, "maxItems": 2}},
        ),
        "FacetValue": _object(value=_TEXT, label=_TEXT, count=_COUNT, selected={"type": "boolean"}),
        "Suggestions": {
            "type": "array",
            "description": "What was typed, and a list of queries",
            "items": {"anyOf": [_TEXT, {"type": "array", "items": _TEXT}]},
            "minItems": 2,
            "maxItems": 2,
        },
        "Health": _object(status=_one_of(("ok",)), generation=_COUNT),
        "Problem": _object(status=_number(400, 599), error=_TEXT),
        "Description": {"type": "object", "required": ["openapi", "info", "paths"]},
    }


def _object(**properties: Schema) -> Schema:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }
