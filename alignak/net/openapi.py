"""What a daemon answers, described from its endpoints: ``/openapi.json`` for tools, ``/api`` as the historical list.

The daemons' shells call both; the fuzz tests read the first.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import msgspec
from msgspec import NODEFAULT, Struct

from alignak.messages.control import Identity
from alignak.net.admission import allowed_methods
from alignak.net.answers import JSON, Refusal, is_loose
from alignak.net.decoding import Signature
from alignak.net.endpoint import Audience, Binding, Endpoint

POSTING: Final = "When posting data you have to use the JSON format."
NO_DEFAULT: Final = "No default value"

_REF: Final = "#/components/schemas/{name}"
_WITH_BODY: Final = frozenset(("POST", "PUT", "PATCH"))

_SECURITY: Final[Mapping[Audience, list[dict[str, list[str]]]]] = {
    Audience.PUBLIC: [],
    Audience.OPERATOR: [{"operatorKey": []}, {"operatorKeyHeader": []}, {"instanceSecret": []}],
    Audience.DAEMON: [{"instanceSecret": []}],
}

_SECURITY_SCHEMES: Final[Mapping[str, Mapping[str, str]]] = {
    "instanceSecret": {
        "type": "http",
        "scheme": "bearer",
        "description": "The secret the daemons of an installation share.",
    },
    "operatorKey": {
        "type": "http",
        "scheme": "bearer",
        "description": "A key made by `alignak key create`; over loopback operators may need none.",
    },
    "operatorKeyHeader": {"type": "apiKey", "in": "header", "name": "X-Api-Key", "description": "The same key."},
}

_ERRORS: Final[Mapping[int, str]] = {
    400: "The request cannot be read, or a parameter is of the wrong type.",
    401: "No credentials, or wrong ones.",
    403: "The caller is known and may not do this.",
    404: "No such path; a parameter is missing or unexpected.",
    405: "The path does not answer this method.",
    408: "The request was sent too slowly.",
    411: "A length is needed for this body.",
    413: "The body is too large.",
    414: "The request line is too long.",
    415: "The body is not JSON.",
    431: "The headers are too large.",
    503: "The daemon cannot do this now; try again later.",
    507: "What was sent could not be made durable, and is refused.",
}


def document(binding: Binding, identity: Identity) -> dict[str, Any]:
    """Return the OpenAPI 3.1 document of a daemon."""
    types = [
        Refusal,
        *(each.request for each in binding.endpoints),
        *(_answer_type(each) for each in binding.endpoints),
    ]
    schemas, components = msgspec.json.schema_components(types, ref_template=_REF)
    count = len(binding.endpoints)
    requests = {each.name: schema for each, schema in zip(binding.endpoints, schemas[1 : count + 1], strict=True)}
    answers = {each.name: schema for each, schema in zip(binding.endpoints, schemas[count + 1 :], strict=True)}
    paths: dict[str, Any] = {}
    for endpoint in binding.endpoints:
        for name in (endpoint.name, *endpoint.aliases):
            paths[f"/{name}"] = _operations(endpoint, name, requests[endpoint.name], answers[endpoint.name], components)
    found = {
        "openapi": "3.1.0",
        "info": {
            "title": f"Alignak {identity.type} {identity.name}",
            "version": identity.version,
            "description": f"What the daemon {identity.name} of {identity.alignak} answers. {POSTING}",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "paths": dict(sorted(paths.items())),
        "components": {"schemas": components, "securitySchemes": dict(_SECURITY_SCHEMES)},
    }
    plain: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(found))  # defaults may be records and tuples
    return plain


def api_document(binding: Binding) -> dict[str, Any]:
    """Return the historical list of methods, with their parameters and defaults (http-api.md 2.2)."""
    rows = [
        {"name": name, "doc": each.doc, "args": _arguments(each.request)}
        for each in binding.endpoints
        if not each.hidden
        for name in (each.name, *each.aliases)
        if name and not name.startswith("_")
    ]
    return {"doc": POSTING, "api": sorted(rows, key=lambda row: str(row["name"]))}


def _arguments(request: type[Struct]) -> dict[str, Any]:
    return {each.encode_name: _default(each) for each in msgspec.structs.fields(request)}


def _default(field: msgspec.structs.FieldInfo) -> Any:
    if field.required:
        return NO_DEFAULT
    value = field.default_factory() if field.default is NODEFAULT else field.default
    return msgspec.json.decode(msgspec.json.encode(value))


def _answer_type(endpoint: Endpoint) -> Any:
    if endpoint.text:
        return str
    return Any if is_loose(endpoint.answer) and endpoint.answer in (dict, list) else endpoint.answer


def _operations(
    endpoint: Endpoint, path: str, request: dict[str, Any], answer: dict[str, Any], components: dict[str, Any]
) -> dict[str, Any]:
    operations: dict[str, Any] = {}
    for method in allowed_methods(endpoint):
        operation: dict[str, Any] = {
            "operationId": f"{method.lower()}_{path or 'root'}",
            "summary": endpoint.doc.partition(".")[0],
            "description": endpoint.doc,
            "tags": [endpoint.audience.value],
            "security": _SECURITY[endpoint.audience],
            "responses": _responses(endpoint, answer, has_content=method != "HEAD"),
        }
        if method in _WITH_BODY:
            operation["requestBody"] = {
                "required": bool(Signature.of(endpoint).required),
                "content": {JSON: {"schema": _strict(request, components)}},
            }
        else:
            operation["parameters"] = _parameters(endpoint, request, components)
        operations[method.lower()] = operation
    return operations


def _strict(request: dict[str, Any], components: dict[str, Any]) -> dict[str, Any]:
    """Say of a request's schema that nothing but its fields is taken."""
    schema = components[_name_of(request)]
    return {**schema, "additionalProperties": False} if schema.get("type") == "object" else request


def _parameters(endpoint: Endpoint, request: dict[str, Any], components: dict[str, Any]) -> list[dict[str, Any]]:
    schema = components[_name_of(request)]
    signature = Signature.of(endpoint)
    rows = []
    for name in signature.names:
        row: dict[str, Any] = {
            "name": name,
            "in": "query",
            "required": name in signature.required,
            "schema": _in_query(schema["properties"][name]),
        }
        if name in signature.several:
            row |= {"style": "form", "explode": True}
        rows.append(row)
    return rows


def _in_query(schema: dict[str, Any]) -> dict[str, Any]:
    """Return the schema of a parameter as a query string can carry it: nothing there is null, and any text is text."""
    shown = {name: value for name, value in schema.items() if name != "default" or value is not None}
    if "anyOf" in shown:
        kept = [each for each in shown.pop("anyOf") if each.get("type") != "null"]
        shown |= kept[0] if len(kept) == 1 else {"anyOf": kept}
    elif not shown.keys() & {"type", "$ref", "enum"}:
        shown["type"] = "string"
    return shown


def _responses(endpoint: Endpoint, answer: dict[str, Any], has_content: bool) -> dict[str, Any]:
    media = endpoint.text or JSON
    refusal = {"$ref": _REF.format(name=Refusal.__name__)}
    good = {"anyOf": [answer, refusal]} if endpoint.can_refuse and not endpoint.text else answer
    responses: dict[str, Any] = {"200": {"description": "The answer, or the reason of a refusal."}}
    if not endpoint.can_refuse:
        responses["200"]["description"] = "The answer."
    if has_content:
        responses["200"]["content"] = {media: {"schema": good}}
    for status, description in _ERRORS.items():
        responses[str(status)] = {"description": description}
        if has_content:
            responses[str(status)]["content"] = {JSON: {"schema": refusal}}
    return responses


def _name_of(reference: dict[str, Any]) -> str:
    return str(reference["$ref"]).rpartition("/")[2]
