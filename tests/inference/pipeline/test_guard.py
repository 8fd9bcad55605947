from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from domain.geometry import PixelSpacing
from domain.laterality import Laterality
from domain.study import ImageKind, PresentationIntent
from domain.view_position import ViewModifier
from imaging.anatomy.breast import find_breast
from inference.packages.manifest import InputDomain
from inference.pipeline.guard import Verdict, join, judge, judge_pixels
from inference.pipeline.results import ViewStatus
from tests.support.view_inputs import breast, view_input

REFUSED, FLAGGED, READ = ViewStatus.REFUSED, ViewStatus.FLAGGED, ViewStatus.READ
MADE_FOR = InputDomain(vendors=("Some",))


def verdict(folder: Path, domain: InputDomain = MADE_FOR, **changed: Any) -> Verdict:
    return judge(view_input(folder, **changed), domain)


def test_an_ordinary_view_of_a_known_vendor_is_read_without_a_word(tmp_path: Path) -> None:
    assert verdict(tmp_path) == Verdict(READ)


@pytest.mark.parametrize(
    ("changed", "word"),
    [
        ({"intent": PresentationIntent.FOR_PROCESSING}, "For Processing"),
        ({"kind": ImageKind.FILM}, "film"),
        ({"kind": ImageKind.TOMOSYNTHESIS}, "tomosynthesis"),
        ({"kind": ImageKind.STEREOTACTIC}, "stereotactic"),
        ({"kind": ImageKind.SPECIMEN}, "specimen"),
        ({"modifiers": frozenset({ViewModifier.MAGNIFICATION})}, "magnification"),
        ({"modifiers": frozenset({ViewModifier.SPOT})}, "spot"),
        ({"laterality": Laterality.BOTH}, "both"),
    ],
)
def test_what_the_network_never_saw_is_refused_with_the_reason(
    tmp_path: Path, changed: dict[str, Any], word: str
) -> None:
    found = verdict(tmp_path, **changed)
    assert found.status is REFUSED
    assert word in found.reasons[0]


@pytest.mark.parametrize(
    ("changed", "word"),
    [
        ({"vendor": "Another"}, "Another"),
        ({"vendor": ""}, "unknown make"),
        ({"kind": ImageKind.SYNTHETIC}, "synthetic"),
        ({"kind": ImageKind.PICTURE}, "picture"),
        ({"intent": PresentationIntent.UNSTATED}, "For Presentation"),
        ({"implant": True}, "implant"),
        ({"partial": True}, "part of the breast"),
        ({"spacing": PixelSpacing.unknown()}, "spacing"),
        ({"laterality": None}, "which view"),
    ],
)
def test_what_is_unusual_is_read_with_doubts(
    tmp_path: Path, changed: dict[str, Any], word: str
) -> None:
    found = verdict(tmp_path, **changed)
    assert found.status is FLAGGED
    assert any(word in reason for reason in found.reasons)


def test_a_package_that_names_a_kind_may_read_it(tmp_path: Path) -> None:
    films = InputDomain(kinds=(ImageKind.FILM,))
    assert verdict(tmp_path, films, kind=ImageKind.FILM).status is READ
    assert verdict(tmp_path, films).status is FLAGGED
    raw = InputDomain(intents=(PresentationIntent.FOR_PROCESSING,))
    assert verdict(tmp_path, raw, intent=PresentationIntent.FOR_PROCESSING).status is READ


def test_without_named_vendors_only_a_header_that_names_none_is_doubted(tmp_path: Path) -> None:
    assert verdict(tmp_path, InputDomain(), vendor="Anybody").status is READ
    assert verdict(tmp_path, InputDomain(), vendor=" ").status is FLAGGED


def test_vendors_are_compared_without_case_by_their_beginning(tmp_path: Path) -> None:
    assert verdict(tmp_path, vendor="SOMEBODY, Inc.").status is READ
    assert verdict(tmp_path, vendor="Not somebody").status is FLAGGED


def test_a_picture_without_a_breast_is_refused_and_one_with_it_is_not() -> None:
    noise = np.random.default_rng(0).integers(0, 4000, (300, 200)).astype(np.uint16)
    assert judge_pixels(Verdict(READ), find_breast(noise)).refused
    assert judge_pixels(Verdict(READ), find_breast(breast())) == Verdict(READ)


def test_one_package_that_may_read_a_view_is_enough() -> None:
    refused, read = Verdict(REFUSED, ("a",)), Verdict(READ)
    assert join([refused, read]) == Verdict(FLAGGED, ("a",))
    assert join([refused, refused]) == refused
