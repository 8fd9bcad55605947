"""What measures the phantom, on pictures and marks whose answer is known."""

import math
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.phantom import hardness
from benchmarks.phantom.consistency import consistency, pearson
from benchmarks.phantom.hardness import measured
from benchmarks.phantom.record import (
    ImageRecord,
    Target,
    local_contrast,
    read_records,
    write_records,
)
from benchmarks.phantom.tables import CALCIFICATION_GROUPS, MASSES, outcome, outcome_table
from domain.finding import FindingKind
from domain.geometry import Box
from domain.side import Side
from phantom.space.stamp import Patch
from training.baselines.blobs import VARIANTS, blob_marks
from training.baselines.dots import GROUP_VARIANTS, OPENINGS, dot_marks, find_dots
from training.baselines.shown import ShownView
from training.metrics.froc import (
    Judged,
    Mark,
    at_least,
    hits,
    iou,
    judge,
    recall_at,
    threshold_at,
)


def view_of(picture, pixel_mm=0.28, nipple=None, inside=None):
    picture = picture.astype(np.float32)
    inside = np.ones(picture.shape, bool) if inside is None else inside
    nothing = np.zeros(picture.shape, bool)
    return ShownView("made up", picture, inside, nothing, pixel_mm, Side.LEFT, nipple)


def half_disc(rows=400, columns=320):
    """A breast's shape at the left edge."""
    y, x = np.mgrid[:rows, :columns]
    return ((y - rows / 2) / (0.45 * rows)) ** 2 + (x / (0.85 * columns)) ** 2 < 1


def with_bump(picture, x, y, sigma, height):
    rows, columns = np.mgrid[: picture.shape[0], : picture.shape[1]]
    return picture + height * np.exp(-((columns - x) ** 2 + (rows - y) ** 2) / (2 * sigma**2))


# Free-response curves


def test_the_overlap_of_boxes_is_that_of_their_areas() -> None:
    assert iou(Box(0, 0, 2, 2), Box(1, 0, 3, 2)) == pytest.approx(1 / 3)
    assert iou(Box(0, 0, 1, 1), Box(1, 0, 2, 1)) == 0


def test_a_mark_hits_by_its_centre_or_by_enough_overlap() -> None:
    lesion = Box(10, 10, 20, 20)
    assert hits(Box(18, 18, 19, 19), lesion)
    assert hits(Box(14, 10, 30, 20), lesion)  # centre outside, IoU 0.3
    assert not hits(Box(19, 10, 39, 20), lesion)


def test_a_speck_is_enlarged_about_its_centre_and_a_large_box_is_left() -> None:
    assert at_least(Box(4, 4, 6, 6), 10) == Box(0, 0, 10, 10)
    assert at_least(Box(0, 0, 30, 40), 10) == Box(0, 0, 30, 40)


def test_a_lesion_has_its_best_mark_and_marks_on_nothing_are_false() -> None:
    marks = [Mark(0.9, Box(0, 0, 2, 2)), Mark(0.5, Box(10, 10, 12, 12))]
    marks += [Mark(0.7, Box(10, 10, 13, 13)), Mark(0.8, Box(50, 50, 52, 52))]
    lesions = [Box(9, 9, 14, 14), Box(90, 90, 95, 95)]
    judged = judge(1, marks, lesions, ignored=[Box(49, 49, 53, 53)])
    assert judged.found == (0.7, -math.inf)
    assert judged.false == (0.9,)


def test_recall_at_a_rate_counts_false_marks_of_normal_images_too() -> None:
    images = [
        Judged(1, (0.9, 0.4), (0.5,)),
        Judged(2, (0.6,), (0.7,)),
        Judged(3, (), (0.8, 0.3)),
        Judged(4, (), ()),
    ]
    # 0.25 of four images is one false mark: that of 0.8, so marks must exceed 0.7.
    assert threshold_at(images, 0.25) == 0.7
    assert recall_at(images, 0.25).value == pytest.approx(1 / 3)
    assert recall_at(images, 0.5).value == pytest.approx(2 / 3)
    assert recall_at(images, 1.0).value == pytest.approx(1.0)


def test_all_marks_count_where_there_are_fewer_false_ones_than_allowed() -> None:
    found = recall_at([Judged(1, (0.1, -math.inf), (0.5,))], 2.0)
    assert found.value == 0.5
    assert found.lesions == 2


def test_recall_without_lesions_is_no_number() -> None:
    assert math.isnan(recall_at([Judged(1, (), (0.5,))], 1.0).value)


def test_the_interval_is_drawn_over_patients_not_over_images() -> None:
    alike = [Judged(n // 10, (float(n // 10 % 2),), (0.5,)) for n in range(80)]
    apart = [replace(image, patient=n) for n, image in enumerate(alike)]
    wide, narrow = recall_at(alike, 0.5), recall_at(apart, 0.5)
    assert wide.value == narrow.value == 0.5
    assert wide.low <= 0.5 <= wide.high
    assert wide.high - wide.low > 2 * (narrow.high - narrow.low)


scores = st.lists(st.floats(0, 1), max_size=5).map(tuple)


@given(st.lists(st.builds(Judged, st.integers(0, 5), scores, scores), min_size=1, max_size=8))
def test_more_false_marks_never_find_fewer_lesions(images: list[Judged]) -> None:
    recalls = [recall_at(images, rate, rounds=1).value for rate in (0.25, 0.5, 1.0, 2.0)]
    if any(image.found for image in images):
        assert recalls == sorted(recalls)


@given(
    st.lists(st.builds(Judged, st.integers(0, 5), scores, scores), min_size=1, max_size=8),
    st.sampled_from((0.25, 0.5, 1.0, 2.0)),
)
def test_marks_above_the_threshold_keep_the_rate(images: list[Judged], rate: float) -> None:
    threshold = threshold_at(images, rate)
    assert sum(score > threshold for one in images for score in one.false) <= rate * len(images)


# Filters


@pytest.fixture(scope="module")
def marks_on_a_mass():
    inside = half_disc()
    picture = with_bump(np.where(inside, 0.3, 0.0), 120, 220, 16, 0.3)  # sigma 4.5 mm
    return blob_marks(view_of(picture * inside, inside=inside))


@pytest.mark.parametrize("variant", VARIANTS)
def test_every_blob_filter_finds_a_plain_mass_first(variant: str, marks_on_a_mass) -> None:
    best = marks_on_a_mass[variant][0]
    assert best.box.centre.x == pytest.approx(120, abs=4)
    assert best.box.centre.y == pytest.approx(220, abs=4)
    if "plain" in variant:  # sigma 16 pixels answers most, where per scale small ones win
        assert 15 < best.box.width / 2 < 35


def test_blob_filters_are_silent_on_a_flat_breast_up_to_its_skin() -> None:
    inside = half_disc()
    marks = blob_marks(view_of(np.where(inside, 0.4, 0.0), inside=inside))
    assert all(not own for own in marks.values())


def test_blob_filters_need_a_breast() -> None:
    nothing = np.zeros((200, 160), bool)
    assert not any(blob_marks(view_of(np.ones((200, 160)), inside=nothing)).values())


def test_the_weaker_curvature_is_silent_on_a_straight_line() -> None:
    picture = np.full((400, 320), 0.3)
    picture += 0.3 * np.exp(-((np.arange(320) - 160) ** 2) / (2 * 12**2))[None, :]
    marks = blob_marks(view_of(picture))
    on_line = [
        m for m in marks["laplacian, plain, from 1.5 mm, whole breast"] if 80 < m.box.centre.y < 320
    ]
    spared = [
        m for m in marks["weaker curvature, plain, from 1.5 mm, whole breast"] if m.score > 0.01
    ]
    assert on_line
    assert not [m for m in spared if 80 < m.box.centre.y < 320]


def noise(shape, spread=0.005):
    return np.random.default_rng(5).normal(0.4, spread, shape)


def flecked(places, height=0.2):
    picture = noise((700, 600))
    for x, y in places:
        picture = with_bump(picture, x, y, 2, height)
    return view_of(picture, pixel_mm=0.07)


GROUP = ((300, 300), (330, 310), (310, 340), (345, 345))


@pytest.fixture(scope="module")
def marks_on_a_group():
    return dot_marks(flecked(GROUP))[0]


@pytest.mark.parametrize("variant", GROUP_VARIANTS)
def test_every_dot_filter_finds_a_plain_group_first(variant: str, marks_on_a_group) -> None:
    best = marks_on_a_group[variant][0].box
    assert best.left <= 302
    assert best.right >= 343
    assert iou(best, Box(298, 298, 347, 347)) > 0.5


@pytest.mark.parametrize("opening", OPENINGS)
def test_dots_far_apart_are_no_group(opening: str) -> None:
    view = flecked(((100, 100), (500, 600)))
    groups, singles = dot_marks(view)
    sure = singles[opening][1].score / 2
    assert all(mark.score < sure for mark in groups[f"{opening}, third"])
    centres = {(round(m.box.centre.x, -1), round(m.box.centre.y, -1)) for m in singles[opening][:2]}
    assert centres == {(100, 100), (500, 600)}


@pytest.mark.parametrize("opening", OPENINGS)
def test_dot_filters_find_nothing_on_a_flat_picture(opening: str) -> None:
    assert find_dots(view_of(np.full((300, 300), 0.4), pixel_mm=0.07), opening) == []


def test_an_opening_by_lines_leaves_a_thin_line_alone() -> None:
    picture = noise((400, 400))
    picture[200:203] += 0.2
    view = view_of(picture, pixel_mm=0.07)
    square, lines = (find_dots(view, opening) for opening in OPENINGS)
    assert max(dot.score for dot in square if 198 < dot.y < 205) > 8
    assert max((dot.score for dot in lines if 198 < dot.y < 205), default=0) < 8


# What is kept of an image


PLACE = Box(40, 40, 60, 60)


def target(number=1, kind=FindingKind.MASS, box=PLACE, distance=30.0):
    return Target(number, kind, box, 12.0, distance, 0.08, 1.5, 0.4, True, "spiculated")


def record(patient=1, view="CC", targets=(), marks=None):
    return ImageRecord(patient, "R", view, "b", 0.28, tuple(targets), marks or {"filter": ()})


def test_records_are_read_as_they_were_written(tmp_path: Path) -> None:
    marks = {"filter": (Mark(0.25, Box(1, 2, 3, 4)),)}
    written = [record(targets=[target()], marks=marks), record(view="MLO")]
    write_records(tmp_path / "1.json", written)
    assert read_records(tmp_path / "1.json") == written
    assert [path.name for path in tmp_path.iterdir()] == ["1.json"]


def test_contrast_is_measured_against_the_ring_around() -> None:
    picture = np.full((100, 100), 0.3)
    picture[40:60, 40:60] = 0.5
    patch = Patch(40, 40, np.ones((20, 20), bool))
    contrast, spread = local_contrast(view_of(picture), patch)
    assert contrast == pytest.approx(0.2, abs=1e-5)
    assert spread == pytest.approx(0, abs=1e-5)


def test_contrast_leaves_the_air_beside_a_lesion_out() -> None:
    inside = np.zeros((100, 100), bool)
    inside[:, :60] = True
    picture = np.where(inside, 0.3, 0.0)
    picture[40:60, 40:60] = 0.5
    patch = Patch(40, 40, np.ones((20, 20), bool))
    assert local_contrast(view_of(picture, inside=inside), patch)[0] == pytest.approx(0.2, abs=1e-5)


def measure_seed(seed: int) -> list[ImageRecord]:
    return [record(patient=seed)]


def fail(seed: int) -> list[ImageRecord]:
    raise AssertionError(seed)


def test_a_run_is_resumed_from_what_was_kept(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(hardness, "ProcessPoolExecutor", ThreadPool)
    fail.__name__ = measure_seed.__name__
    first = measured(tmp_path, measure_seed, 3)
    assert [one.patient - hardness.FIRST_SEED for one in first] == [0, 1, 2]
    assert measured(tmp_path, fail, 3) == first
    with pytest.raises(AssertionError):
        measured(tmp_path, fail, 4)


def test_results_of_another_code_are_not_taken(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(hardness, "ProcessPoolExecutor", ThreadPool)
    measured(tmp_path, measure_seed, 1)
    monkeypatch.setattr(hardness, "fingerprint", lambda: "another")
    measured(tmp_path, measure_seed, 1)
    assert len(list(tmp_path.rglob("*.json"))) == 2


def test_an_outcome_is_that_of_the_best_filter_by_class() -> None:
    sure, unsure = Mark(0.9, Box(40, 40, 60, 60)), Mark(0.1, Box(40, 40, 60, 60))
    stray = tuple(Mark(0.5 + n / 10, Box(200 + n, 0, 210 + n, 9)) for n in range(3))
    marks = {"good": (sure, *stray), "bad": (*stray, unsure)}
    records = [record(targets=[target()], marks=marks)]
    found = outcome(MASSES, records)
    assert found is not None
    assert found.variant == "good"
    assert found.tried == {"good": 1.0, "bad": 0.0}
    assert found.classes["mass"] == (1.0, 1)
    assert found.classes["size 10 to 20 mm"] == (1.0, 1)
    assert not found.met
    assert "MISSED" in outcome_table(found)


def test_a_mark_on_another_sort_of_lesion_is_not_false() -> None:
    calcifications = target(2, FindingKind.CALCIFICATION_GROUP, Box(100, 100, 120, 120))
    marks = {"filter": (Mark(0.9, Box(100, 100, 120, 120)), Mark(0.2, Box(40, 40, 60, 60)))}
    found = outcome(MASSES, [record(targets=[target(), calcifications], marks=marks)])
    assert found is not None
    assert found.recalls[0.25].value == 1.0


def test_without_such_lesions_there_is_no_outcome() -> None:
    marks = {"group: lines, third": (Mark(1.0, Box(0, 0, 1, 1)),)}
    assert outcome(CALCIFICATION_GROUPS, [record(targets=[target()], marks=marks)]) is None


# Two views


def test_correlation_is_pearsons() -> None:
    pairs = [(1.0, 2.0), (2.0, 1.0), (3.0, 4.0), (5.0, 4.0)]
    assert pearson(pairs) == pytest.approx(np.corrcoef(np.array(pairs).T)[0, 1])
    assert pearson([(x, -2 * x + 1) for x in range(5)]) == pytest.approx(-1)
    assert math.isnan(pearson([(1.0, 1.0), (2.0, 2.0)]))
    assert math.isnan(pearson([(1.0, 1.0), (1.0, 2.0), (1.0, 3.0)]))


def test_the_same_lesion_agrees_between_views_and_others_do_not() -> None:
    random = np.random.default_rng(3)
    records = []
    for patient in range(60):
        distances = random.uniform(20, 90, 2)
        for view in ("CC", "MLO"):
            seen = distances + random.normal(0, 3, 2)
            lesions = [target(n + 1, distance=float(d)) for n, d in enumerate(seen)]
            records.append(record(patient, view, lesions))
    found = consistency(records)
    assert (found.pairs, found.neighbour_pairs) == (120, 120)
    assert found.same > 0.95
    assert abs(found.shuffled) < 0.1
    assert abs(found.neighbours) < 0.3


class ThreadPool:
    """A process pool's face without processes."""

    def __init__(self, processes):
        self.pool = ThreadPoolExecutor(processes)

    def __enter__(self):
        return self.pool

    def __exit__(self, *_):
        self.pool.shutdown()
