"""Thresholds of several packages move together, by as many times more or fewer false marks."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inference.packages.package import open_package
from inference.packages.registry import Registry
from inference.pipeline.operating import Scale, moved_along, thresholds_at
from inference.pipeline.reader import ReaderPackages
from tests.support.small_networks import write_package

SHARES = st.floats(0, 1)
POINTS = st.lists(st.tuples(SHARES, st.floats(0, 10)), max_size=5).map(tuple)
SCALES = st.builds(Scale, SHARES, POINTS)


def test_twice_the_usual_false_marks_of_the_leading_package_are_twice_those_of_the_others() -> None:
    lead = Scale(0.5, ((0.6, 0.5), (0.5, 1.0), (0.3, 2.0)))
    other = Scale(0.8, ((0.9, 0.1), (0.8, 0.2), (0.4, 0.4), (0.1, 0.9)))
    assert moved_along(lead, other, 0.3) == pytest.approx(0.4)
    assert moved_along(lead, other, 0.6) == pytest.approx(0.9)
    assert moved_along(lead, other, 0.4) == pytest.approx(0.6), "half way is half as many more"
    assert moved_along(lead, other, 0.5) == 0.8
    assert moved_along(lead, other, 0.15) == pytest.approx(0.2), "beyond, straight on to 0"


@given(SCALES, SCALES, SHARES, SHARES)
def test_however_they_were_measured_they_move_the_same_way_and_stay_in_range(
    lead: Scale, own: Scale, one: float, other: float
) -> None:
    low, high = sorted((one, other))
    at = [moved_along(lead, own, threshold) for threshold in (low, high)]
    assert 0 <= at[0] <= at[1] <= 1
    assert moved_along(lead, own, lead.usual) == own.usual
    assert moved_along(lead, lead, low) == low


def test_a_threshold_for_the_shipped_packages_is_one_for_all_that_look_for_findings() -> None:
    reader = ReaderPackages(Registry().reading())
    usual = reader.threshold(reader.lead)
    assert thresholds_at(reader, usual) == {
        one.manifest.id: reader.threshold(one) for one in reader.finders
    }
    stricter, looser = thresholds_at(reader, usual + 0.1), thresholds_at(reader, usual - 0.05)
    for one in reader.finders:
        name = one.manifest.id
        assert stricter[name] > reader.threshold(one) > looser[name]


def test_packages_that_were_not_measured_move_by_the_same_share_of_their_way(
    tmp_path: Path,
) -> None:
    packages = tuple(
        open_package(write_package(tmp_path / name, id=name, default_threshold=own))
        for name, own in (("first", 0.5), ("second", 0.8))
    )
    assert thresholds_at(ReaderPackages(packages), 0.25) == {"first": 0.25, "second": 0.4}
