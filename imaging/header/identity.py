"""Which breast and which view an image shows, and from which attributes that is known.

View: View Code Sequence by scheme and value, then View Position, then descriptive text.
Laterality: Image Laterality, then Laterality, then Frame Laterality, then text. Text counts only
where no attribute speaks, by exact words, and is flagged.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from pydicom.dataset import Dataset

from domain.laterality import Laterality
from domain.study import Flag
from domain.view_position import ViewModifier, ViewPosition
from imaging.attributes import functional_groups
from imaging.attributes.conclusion import Concluded, Value, because, doubt
from imaging.attributes.statements import Statement, settle
from imaging.attributes.tags import items, label_of, text, texts
from imaging.header.view_codes import SPECIMEN_CODES, code_of, view_of
from imaging.header.view_modifiers import read_modifiers
from imaging.header.view_words import ViewWords, read_word, read_words

TEXT_KEYWORDS = ("PaddleDescription", "SeriesDescription", "ProtocolName")
KEYWORDS = (
    "ImageLaterality",
    "Laterality",
    "ViewCodeSequence",
    "ViewModifierCodeSequence",
    "ViewPosition",
    "PatientOrientation",
    "EstimatedRadiographicMagnificationFactor",
    *TEXT_KEYWORDS,
    *functional_groups.KEYWORDS,
)


@dataclass(frozen=True)
class Identity:
    """Side, view and modifiers; ``None`` or empty where the header doesn't say."""

    laterality: Laterality | None = None
    position: ViewPosition | None = None
    modifiers: frozenset[ViewModifier] = frozenset()


def identify(ds: Dataset) -> Concluded[Identity]:
    """Read side, view and modifiers; never raises, every contradiction comes back as a flag."""
    side = _laterality(ds)
    view = _position(ds)
    modifiers = read_modifiers(ds, _view_items(ds))
    return Concluded(
        Identity(side.value, view.value, modifiers.value),
        side.reasons + view.reasons + modifiers.reasons,
        side.flags + view.flags + modifiers.flags + _text_doubts(ds, side.value, view.value),
    )


def _laterality(ds: Dataset) -> Concluded[Laterality | None]:
    stated: list[Statement[Laterality]] = []
    flags: list[Flag] = []
    for keyword, raw in _side_values(ds):
        side = Laterality.parse(raw)
        if side is not None:
            stated.append(Statement(side, keyword, raw))
        elif raw:
            flags.append(doubt(f"{label_of(keyword)} is {raw!r}, not one of R, L, B", keyword))
    glued = read_word(text(ds, "ViewPosition"))
    if glued is not None and glued.laterality is not None:
        stated.append(Statement(glued.laterality, "ViewPosition", text(ds, "ViewPosition")))
    settled = settle(stated, _breast)
    if settled.value is None:
        settled = _from_text(ds, lambda words: words.laterality, _breast, "which breast")
    return Concluded(settled.value, settled.reasons, (*flags, *settled.flags))


def _side_values(ds: Dataset) -> Iterator[tuple[str, str]]:
    yield "ImageLaterality", text(ds, "ImageLaterality")
    yield "Laterality", text(ds, "Laterality")
    for item in functional_groups.group_items(ds, "FrameAnatomySequence"):
        yield "FrameLaterality", text(item, "FrameLaterality")


def _breast(side: Laterality) -> str:
    return "both breasts" if side is Laterality.BOTH else f"{side.name.lower()} breast"


def _position(ds: Dataset) -> Concluded[ViewPosition | None]:
    stated: list[Statement[ViewPosition]] = []
    flags: list[Flag] = []
    for item in _view_items(ds):
        _hear_code(item, stated, flags)
    _hear_view_position(text(ds, "ViewPosition"), stated, flags)
    settled = settle(stated, _view, _same_view)
    if settled.value is None:
        settled = _from_text(ds, lambda words: words.position, _view, "which view")
    return Concluded(settled.value, settled.reasons, (*flags, *settled.flags))


def _view_items(ds: Dataset) -> tuple[Dataset, ...]:
    found = items(ds, "ViewCodeSequence")
    return found or functional_groups.group_items(ds, "ViewCodeSequence")


def _hear_code(item: Dataset, stated: list[Statement[ViewPosition]], flags: list[Flag]) -> None:
    raw = f"{text(item, 'CodeValue') or 'no code'} ({text(item, 'CodingSchemeDesignator')})"
    view = view_of(item)
    if view is not None:
        stated.append(Statement(view, "ViewCodeSequence", raw))
    elif code_of(item) not in SPECIMEN_CODES:
        flags.append(
            doubt(f"View Code Sequence names {raw}, no view of a breast", "ViewCodeSequence")
        )


def _hear_view_position(raw: str, stated: list[Statement[ViewPosition]], flags: list[Flag]) -> None:
    words = read_word(raw)
    if words is not None and words.position is not None:
        stated.append(Statement(words.position, "ViewPosition", raw))
    elif raw and words is None:
        flags.append(doubt(f"View Position is {raw!r}, no view of a breast", "ViewPosition"))


def _view(view: ViewPosition) -> str:
    return f"{view.value} view"


def _same_view(one: ViewPosition, other: ViewPosition) -> bool:
    # XCC leaves open whether the exaggeration is lateral or medial.
    exaggerated = {ViewPosition.XCC, ViewPosition.XCCL, ViewPosition.XCCM}
    return one is other or (ViewPosition.XCC in (one, other) and {one, other} <= exaggerated)


def _from_text(
    ds: Dataset,
    pick: Callable[[ViewWords], Value | None],
    describe: Callable[[Value], str],
    question: str,
) -> Concluded[Value | None]:
    for keyword, raw, words in _spoken(ds):
        value = pick(words)
        if value is not None:
            flag = doubt(f"Only the text of {label_of(keyword)} says {question}", keyword)
            return Concluded(value, (because(describe(value), keyword, raw),), (flag,))
    return Concluded(None, (), (Flag(f"No attribute says {question} this is"),))


def _spoken(ds: Dataset) -> Iterator[tuple[str, str, ViewWords]]:
    for keyword in TEXT_KEYWORDS:
        raw = text(ds, keyword)
        yield keyword, raw, read_words(raw)
    # The public CBIS-DDSM set keeps the view, and nothing else, in Patient Orientation.
    orientation = texts(ds, "PatientOrientation")
    if len(orientation) == 1:
        view = ViewPosition.parse(orientation[0])
        yield "PatientOrientation", orientation[0], ViewWords(position=view)


def _text_doubts(
    ds: Dataset, side: Laterality | None, view: ViewPosition | None
) -> tuple[Flag, ...]:
    raw = text(ds, "SeriesDescription")
    words = read_words(raw)
    if words.laterality is None or words.position is None or side is None or view is None:
        return ()
    if words.laterality is side and _same_view(words.position, view):
        return ()
    message = f"Series Description speaks of {words.laterality.value}{words.position.value}"
    return (doubt(f"{message}, other attributes of {side.value}{view.value}", "SeriesDescription"),)
