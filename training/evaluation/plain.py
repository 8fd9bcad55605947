"""Results as JSON takes them."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from enum import Enum
from typing import Any


def plain(value: Any) -> Any:
    """Plain values: fields that are not printed are left out, and what is no number is null."""
    if is_dataclass(value) and not isinstance(value, type):
        told = (one for one in fields(value) if one.repr)
        return {one.name: plain(getattr(value, one.name)) for one in told}
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Mapping):
        return {_key(key): plain(one) for key, one in value.items()}
    if isinstance(value, (tuple, list, frozenset)):
        return [plain(one) for one in value]
    if isinstance(value, float):
        return round(value, 6) if math.isfinite(value) else None
    return value


def _key(key: Any) -> str:
    if isinstance(key, Enum):
        return str(key.value)
    return f"{key:g}" if isinstance(key, float) else str(key)
