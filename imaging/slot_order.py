"""The order in which several images of one view are offered, and why one stands behind another."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from domain.study import ImageKind, PresentationIntent, View

_KINDS = (ImageKind.FFDM, ImageKind.SYNTHETIC, ImageKind.FILM, ImageKind.PICTURE)
_INTENTS = (
    PresentationIntent.FOR_PRESENTATION,
    PresentationIntent.UNSTATED,
    PresentationIntent.FOR_PROCESSING,
)


def _age(view: View) -> tuple[bool, tuple[int, ...]]:
    moment = view.acquired
    if moment is None:
        return (True, ())
    return (False, tuple(-part for part in (*moment.timetuple()[:6], moment.microsecond)))


def _instance(view: View) -> tuple[bool, int]:
    number = view.instance_number
    return (number is None, 0 if number is None else -number)


def _kind(view: View) -> int:
    return _KINDS.index(view.kind) if view.kind in _KINDS else len(_KINDS)


def _identifier(view: View) -> tuple[str, ...]:
    ref = view.ref
    return (view.series_uid, ref.sop_instance_uid, ref.path, ref.member or "")


# Most important first: what is compared, and why the one with the greater value stands behind.
_CRITERIA: tuple[tuple[Callable[[View], Any], Callable[[View], str]], ...] = (
    (lambda view: len(view.modifiers), lambda view: f"modified ({view.name})"),
    (lambda view: _INTENTS.index(view.intent), lambda view: f"presentation {view.intent.value}"),
    (_kind, lambda view: view.kind.value),
    (lambda view: view.partial, lambda _: "a partial view"),
    (_age, lambda view: "older" if view.acquired else "without a time of acquisition"),
    (_instance, lambda _: "a lower instance number"),
    (_identifier, lambda _: "the same in everything but its identifier"),
)


def slot_order(view: View) -> tuple[Any, ...]:
    """Sort key: smaller is offered earlier. Two images differ unless they are the same file."""
    return tuple(key(view) for key, _ in _CRITERIA)


def why_behind(first: View, second: View) -> str:
    """The first criterion by which ``second`` loses to ``first``, as part of a sentence."""
    for key, told in _CRITERIA:
        if key(first) != key(second):
            return told(second)
    return "the same image"
