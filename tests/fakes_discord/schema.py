"""Bodies against Discord's own OpenAPI document, where it lies beside the checkout."""

from __future__ import annotations

import json
import re
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import best_match

DISCORD_OPENAPI_FILE = Path(__file__).parents[3] / "shared" / "api-specs" / "discord-openapi.json"
PATH_PARAMETER = re.compile(r"\{[^}]*\}")


@cache
def openapi_document() -> dict[str, Any]:
    """The document, empty where it is not there."""
    if not DISCORD_OPENAPI_FILE.exists():
        return {}
    read = dict(json.loads(DISCORD_OPENAPI_FILE.read_text(encoding="utf-8")))
    # Discord takes ids as numbers too, and discord.py sends them so.
    read["components"]["schemas"]["SnowflakeType"]["type"] = ["string", "integer"]
    return read


@cache
def _paths_by_template() -> dict[str, str]:
    """The document's paths by their form with nameless parameters."""
    return {PATH_PARAMETER.sub("{}", path): path for path in openapi_document().get("paths", {})}


@cache
def _body_validator(method: str, route: str) -> Any:
    path = _paths_by_template().get(PATH_PARAMETER.sub("{}", route), "")
    operation = openapi_document().get("paths", {}).get(path, {}).get(method.lower(), {})
    if "application/json" not in operation.get("requestBody", {}).get("content", {}):
        return None
    body = f"#/paths/{path.replace('~', '~0').replace('/', '~1')}/{method.lower()}/requestBody/content"
    root = {"$ref": f"{body}/application~1json/schema", **openapi_document()}
    return Draft202012Validator(root)


def body_schema_problems(method: str, route: str, body: Any) -> list[str]:
    """Where a body departs from the document; empty too when there is no document or nothing said of the route."""
    return list(_cached_schema_problems(method, route, json.dumps(body))) if _body_validator(method, route) else []


@lru_cache(maxsize=64)  # every start makes the same commands known, and they are long
def _cached_schema_problems(method: str, route: str, body: str) -> tuple[str, ...]:
    found = map(_deepest_schema_error, _body_validator(method, route).iter_errors(json.loads(body)))
    return tuple(f"{error.json_path} {error.message[:300]}" for error in found)


def _deepest_schema_error(error: Any) -> Any:
    return best_match([error])
