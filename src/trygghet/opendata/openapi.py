"""The description of the API (OpenAPI 3.1), made of the very classes that it answers with."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import msgspec

from trygghet.opendata import rules, shapes

_ID = {"type": "string", "format": "uuid"}
_PAGING = [
    ("page", {"type": "integer", "minimum": 1, "maximum": rules.LAST_PAGE, "default": 1}, "Which part of the list, from 1."),
    ("page_size", {"type": "integer", "minimum": 1, "maximum": rules.LARGEST_SIZE, "default": rules.USUAL_SIZE}, "How many in each part."),
]
_SCOPE = [("municipality", {"type": "string"}, "Only of this municipality, by its name in addresses."), ("promise", _ID, "Only of this promise.")]
_SINCE = ("changed_since", {"type": "string", "format": "date-time"}, "Only what was told, put right or taken back then or later.")
_OPERATIONS: dict[str, tuple[str, str, Any, list[Any]]] = {
    "/api/v1": ("start", "Where to begin", shapes.Entry, []),
    "/api/v1/municipalities": ("listMunicipalities", "Municipalities, with how many promises each has", shapes.Page[shapes.Municipality], _PAGING),
    "/api/v1/municipalities/{slug}": ("readMunicipality", "One municipality", shapes.Municipality, []),
    "/api/v1/police-areas": (
        "listPoliceAreas",
        "Local police areas, and which municipalities they cover when",
        shapes.Page[shapes.PoliceArea],
        _PAGING,
    ),
    "/api/v1/promises": ("listPromises", "Promises in short, the latest first", shapes.Page[shapes.Summary], [_SCOPE[0], *_PAGING]),
    "/api/v1/promises/{id}": ("readPromise", "A whole promise: areas, goals, activities and how far they have come", shapes.Promise, []),
    "/api/v1/promises/{id}/outcomes": ("listOutcomes", "Every dated count of a promise", shapes.Page[shapes.Outcome], _PAGING),
    "/api/v1/updates": (
        "listUpdates",
        "What residents have been told, newest first, with what was put right and taken back",
        shapes.Page[shapes.Update],
        [*_SCOPE, _SINCE, *_PAGING],
    ),
    "/api/v1/follow-ups": ("listFollowUps", "Signed follow-ups with each party's verdicts", shapes.Page[shapes.FollowUp], [*_SCOPE, *_PAGING]),
}
_PATH = {"slug": {"type": "string"}, "id": _ID}
_ABOUT = (
    "Everything that residents can read about medborgarlöften, as data. No key is needed: each network may ask "
    f"{rules.PER_MINUTE} times a minute, and {rules.PER_MINUTE_WITH_KEY} times with a key. Answers carry an ETag; ask again with If-None-Match. "
    "Texts are in Swedish."
)
_PROBLEMS = {
    "404": "There is no such thing; and nothing has a name with a NUL in it.",
    "422": "A parameter says something that cannot be answered.",
    "429": "Too many questions: wait.",
}


@lru_cache(maxsize=4)
def document(base: str) -> bytes:
    """The whole description, of the product at that address."""
    answers = [answer for _, _, answer, _ in _OPERATIONS.values()]
    schemas, components = msgspec.json.schema_components([*answers, shapes.Problem], ref_template="#/components/schemas/{name}")
    whole = {
        "openapi": "3.1.0",
        "info": {"title": "Medborgarlöften", "version": "1", "description": _ABOUT, "license": {"name": "CC0 1.0", "identifier": "CC0-1.0"}},
        "servers": [{"url": base}],
        "externalDocs": {"url": f"{base}/oppna-data"},
        "security": [{}, {"key": []}],
        "paths": {path: {"get": _operation(path, schema, schemas[-1])} for path, schema in zip(_OPERATIONS, schemas, strict=False)},
        "components": {
            "schemas": components,
            "securitySchemes": {"key": {"type": "http", "scheme": "bearer", "description": "Lifts the limit; opens nothing more."}},
        },
    }
    return msgspec.json.format(msgspec.json.encode(whole), indent=1)


def _operation(path: str, schema: dict[str, Any], problem: dict[str, Any]) -> dict[str, Any]:
    name, summary, _, query = _OPERATIONS[path]
    given = [{"name": one, "in": "path", "required": True, "schema": kind} for one, kind in _PATH.items() if f"{{{one}}}" in path]
    asked = [{"name": one, "in": "query", "schema": kind, "description": about} for one, kind, about in query]
    failures = {
        code: {"description": about, "content": {"application/problem+json": {"schema": problem}}, **_headers(code)}
        for code, about in _PROBLEMS.items()
        if code != "422" or query
    }
    unknown = {"401": {"description": "Nobody has that key.", "content": {"application/problem+json": {"schema": problem}}}}
    found = {"200": {"description": summary, "content": {"application/json": {"schema": schema}}}, "304": {"description": "You have it already."}}
    return {"operationId": name, "summary": summary, "parameters": [*given, *asked], "responses": {**found, **unknown, **failures}}


def _headers(code: str) -> dict[str, Any]:
    return {"headers": {"Retry-After": {"schema": {"type": "integer"}, "description": "Seconds to wait."}}} if code == "429" else {}
