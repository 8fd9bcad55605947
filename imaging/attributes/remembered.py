"""Remembers conclusions: the same bytes in the same attributes need weighing only once.

A folder's images come from a few machines, views and settings, so that what takes a dozen
attributes to weigh is mostly weighed from bytes already seen.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Concatenate, ParamSpec, TypeVar

from pydicom.datadict import tag_for_keyword
from pydicom.dataelem import RawDataElement
from pydicom.dataset import Dataset
from pydicom.tag import BaseTag

Rest = ParamSpec("Rest")
Value = TypeVar("Value")

_MOST = 4096
_LONGEST = 1 << 12
"""Bytes of an attribute; longer ones, tables or groups for each frame, hardly ever come twice."""
# Decides how the others are spelled and, between US and SS, read.
_ALWAYS = frozenset({"SpecificCharacterSet", "PixelRepresentation"})


def remembered(
    function: Callable[Concatenate[Dataset, Rest], Value], keywords: Iterable[str]
) -> Callable[Concatenate[Dataset, Rest], Value]:
    """The function, which answers from memory where the attributes' bytes are known.

    keywords: every attribute that the function looks at; it must depend on nothing else but its
    other arguments, and give values that nobody changes. Attributes that were converted already,
    as those of data sets made by hand are, are weighed anew each time.
    """
    tags = [_tag(keyword) for keyword in sorted(_ALWAYS.union(keywords))]
    memory: dict[object, Value] = {}

    def recall(ds: Dataset, /, *rest: Rest.args, **named: Rest.kwargs) -> Value:
        written = _written(ds, tags)
        if written is None:
            return function(ds, *rest, **named)
        key = (written, rest, tuple(named.items()))
        if key in memory:
            with suppress(KeyError):  # another thread may just have cleared it
                return memory[key]
        value = function(ds, *rest, **named)
        if len(memory) >= _MOST:
            memory.clear()
        memory[key] = value
        return value

    return recall


def _tag(keyword: str) -> BaseTag:
    tag = tag_for_keyword(keyword)
    if tag is None:
        raise KeyError(f"{keyword} is no keyword of PS3.6")
    return BaseTag(tag)


def _written(ds: Dataset, tags: Iterable[BaseTag]) -> tuple[object, ...] | None:
    """The attributes as they lie in the file; ``None`` where that is not known any more."""
    found: list[object] = []
    for tag in tags:
        element: object = ds.get_item(tag, keep_deferred=True)
        if element is None:
            found.append(None)
        elif not isinstance(element, RawDataElement) or element.length > _LONGEST:
            return None
        else:
            form = (element.VR, element.is_implicit_VR, element.is_little_endian)
            found.append((element.value, form))
    return tuple(found)
