"""Checks JSON against a published schema: the words of JSON Schema that ours use, no others."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

_TYPES: dict[str, tuple[type, ...]] = {
    "object": (dict,),
    "array": (list,),
    "string": (str,),
    "boolean": (bool,),
    "null": (type(None),),
    "integer": (int,),
    "number": (int, float),
}
_TELLING = {"$defs", "$schema", "title", "description", "default", "format"}
_KNOWN = _TELLING | {
    *("$ref", "type", "properties", "required", "additionalProperties", "items", "prefixItems"),
    *("minItems", "maxItems", "anyOf", "enum", "const", "minimum", "maximum", "pattern"),
    *("exclusiveMinimum", "exclusiveMaximum", "minLength", "maxLength"),
}


def faults(schema: dict[str, Any], value: Any) -> list[str]:
    """Where a value is not as the schema says; AssertionError for a word that nobody checks."""
    return list(_faults(schema, schema, value, "$"))


def _faults(whole: dict[str, Any], rule: Any, value: Any, at: str) -> Iterator[str]:
    if rule is True:
        return
    assert set(rule) <= _KNOWN, f"unchecked: {set(rule) - _KNOWN}"
    if "$ref" in rule:
        name = rule["$ref"].removeprefix("#/$defs/")
        yield from _faults(whole, whole["$defs"][name], value, at)
    if "anyOf" in rule and all(list(_faults(whole, one, value, at)) for one in rule["anyOf"]):
        yield f"{at}: none of what it may be"
    if "const" in rule and value != rule["const"]:
        yield f"{at}: is not {rule['const']!r}"
    if "enum" in rule and value not in rule["enum"]:
        yield f"{at}: {value!r} is none of {rule['enum']}"
    kinds = _TYPES.get(rule.get("type", ""))
    if kinds is not None and (
        not isinstance(value, kinds) or (isinstance(value, bool) and bool not in kinds)
    ):
        yield f"{at}: is no {rule['type']}"
        return
    if isinstance(value, dict):
        yield from _of_object(whole, rule, value, at)
    elif isinstance(value, list):
        yield from _of_array(whole, rule, value, at)
    elif not isinstance(value, bool):
        yield from _of_plain(rule, value, at)


def _of_object(whole: dict[str, Any], rule: Any, value: dict[str, Any], at: str) -> Iterator[str]:
    known = rule.get("properties", {})
    yield from (
        f"{at}.{name}: is missing" for name in rule.get("required", ()) if name not in value
    )
    others = rule.get("additionalProperties", True)
    for name, inner in value.items():
        if name in known:
            yield from _faults(whole, known[name], inner, f"{at}.{name}")
        elif others is False:
            yield f"{at}.{name}: nobody knows it"
        else:
            yield from _faults(whole, others, inner, f"{at}.{name}")


def _of_array(whole: dict[str, Any], rule: Any, value: list[Any], at: str) -> Iterator[str]:
    if not rule.get("minItems", 0) <= len(value) <= rule.get("maxItems", len(value)):
        yield f"{at}: has {len(value)} entries"
    first = rule.get("prefixItems", [])
    for number, inner in enumerate(value):
        one = first[number] if number < len(first) else rule.get("items", True)
        yield from _faults(whole, one, inner, f"{at}[{number}]")


def _of_plain(rule: Any, value: Any, at: str) -> Iterator[str]:
    if isinstance(value, str):
        if not rule.get("minLength", 0) <= len(value) <= rule.get("maxLength", len(value)):
            yield f"{at}: has {len(value)} letters"
        if "pattern" in rule and not re.search(rule["pattern"], value):
            yield f"{at}: is not {rule['pattern']}"
    elif value is not None and (
        not rule.get("minimum", value) <= value <= rule.get("maximum", value)
        or value <= rule.get("exclusiveMinimum", value - 1)
        or value >= rule.get("exclusiveMaximum", value + 1)
    ):
        yield f"{at}: {value} is out of range"
