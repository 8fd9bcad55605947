"""Packages that mark places, measured on small breasts by the reader's own systems."""

from __future__ import annotations

import json
import math
from dataclasses import replace

import cv2
import numpy as np
import pytest

from domain.errors import BadInputError
from domain.finding import FindingKind
from domain.geometry import Box
from inference.backends.choice import Choice, Provider
from inference.backends.pool import SessionPool
from inference.packages.package import open_package
from inference.systems import known
from inference.systems.system import RawMark
from tests.support.small_networks import write_package
from tests.support.small_samples import PIXEL_MM, SIZE, SmallSet, info, square
from training.baselines.kept import Floor, FloorKeeper
from training.evaluation.detection import hold, judge_all, measure
from training.evaluation.groups import group_order
from training.evaluation.opening import spread
from training.evaluation.places import Place
from training.evaluation.points import operating_points, shown_from
from training.evaluation.reading import ReadImage, marker, read_image
from training.evaluation.run import Measured, Settings, evaluate
from training.evaluation.stating import stated, write_stated
from training.evaluation.tables import detection_table, side_by_side
from training.evaluation.truths import CALCIFICATIONS, MASSES
from training.metrics.froc import Judged, Mark
from training.metrics.hits import IOU_05

EVERYWHERE = dict.fromkeys(Place, 0.2)
AIR = Box(150, 0, 158, 8)


@pytest.fixture
def run():
    return SessionPool(Choice(Provider.CPU, "tests", 1)).runner()


def read(name, marks, *findings, floor=()) -> ReadImage:
    places = (Place.ELSEWHERE,) * len(marks)
    floors = {"weak": floor, "best": floor} if floor else {}
    told = info(name, *findings)
    return ReadImage(told, SIZE, PIXEL_MM, marks, places, EVERYWHERE, floors)


def lesion_images() -> list[ReadImage]:
    """Six with a mass that is found, two with one that is not, four normal ones."""
    mass = square(60, 100, 20, malignant=True, subtlety=0.1)
    hit, stray = Mark(0.9, mass.box), Mark(0.3, AIR)
    weak = (Mark(5.0, AIR),)
    return [
        *(read(f"hit {at}", (hit, stray), mass, floor=weak) for at in range(6)),
        *(read(f"missed {at}", (stray,), mass, floor=weak) for at in range(2)),
        *(read(f"normal {at}", (Mark(0.6, AIR),), floor=weak) for at in range(4)),
    ]


def test_recall_gain_and_normal_images_are_told_apart() -> None:
    found = measure(MASSES, lesion_images())
    assert found.images == 12
    assert found.recalls[0.25].value == 0.75
    assert found.floor.recalls[1.0].value == 0
    assert found.floor.gains[1.0].value == 0.75
    assert found.floor.gains[1.0].interval.above_zero
    assert found.false.normal_images == 4
    assert found.total == (0.75, 1.0)
    assert found.groups["kind: mass"] == (0.75, 8)
    assert found.groups["pathology: malignant"] == (0.75, 8)
    assert found.groups["size: 10 to 20 mm"] == (0.75, 8)
    table = detection_table(MASSES, found)
    assert "8 lesions on 12 images of 12 patients" in table
    assert "| 1 | 0.750" in table


def test_systems_stand_side_by_side_with_paired_gains() -> None:
    images = lesion_images()
    blind = [replace(image, marks=image.marks[-1:], places=image.places[-1:]) for image in images]
    good, poor = measure(MASSES, images), measure(MASSES, blind)
    head, _, first, second = side_by_side({"poor": poor, "good": good}).splitlines()
    assert head.endswith("| gain at 1 |")
    assert first.startswith("| poor | 0.000 (0.000 to 0.000) |")
    assert second.split("|")[-2].startswith(" 0.750 (")
    with pytest.raises(ValueError, match="same images"):
        side_by_side({"poor": poor, "fewer": measure(MASSES, images[:3])})


def test_the_floor_is_the_variant_that_finds_most_by_the_same_rule() -> None:
    mass = square(60, 100, 20)
    offset = Box(mass.box.left + 5, *(mass.box.top, mass.box.right + 5, mass.box.bottom))  # IoU 0.6
    told = info("one", mass)
    marks = (Mark(0.9, mass.box),)
    floors = {"blind": (Mark(9.0, AIR),), "seeing": (Mark(1.0, offset),)}
    image = ReadImage(told, SIZE, PIXEL_MM, marks, (Place.ELSEWHERE,), EVERYWHERE, floors)
    assert measure(MASSES, [image]).floor.variant == "seeing"
    narrow = {"seeing": (Mark(1.0, Box(55, 100, 69, 119)),)}  # IoU below 0.5
    strict = replace(MASSES, rule=IOU_05)
    assert measure(strict, [replace(image, floor=narrow)]).floor.recalls[1.0].value == 0


def test_marks_on_other_findings_count_neither_way() -> None:
    group = square(60, 100, 20, FindingKind.CALCIFICATION_GROUP)
    _, judged = hold(MASSES, read("one", (), group), (Mark(0.9, group.box), Mark(0.5, AIR)))
    assert judged == Judged("one", (), (0.5,))


def test_false_marks_are_counted_by_place_at_the_threshold_of_one_an_image() -> None:
    marks = tuple(Mark(score, AIR) for score in (0.9, 0.5, 0.4))
    image = read("one", marks, square(60, 100, 20))
    placed = replace(image, places=(Place.SKIN, Place.NIPPLE, Place.ELSEWHERE))
    found = measure(MASSES, [placed]).false
    assert found.marks == 1
    assert found.shares[Place.SKIN] == 1


def test_recall_of_calcifications_is_told_by_type() -> None:
    dot = square(60, 100, 2, FindingKind.CALCIFICATION)
    group = square(30, 60, 30, FindingKind.CALCIFICATION_GROUP)
    image = read("one", (Mark(0.9, group.box, group.mask),), dot, group)
    types = measure(CALCIFICATIONS, [image]).types
    assert types["large region"][1.0] == (1.0, 1)
    assert types["dot"][10.0] == (0.0, 1)


def test_thresholds_come_from_one_set_and_figures_from_another() -> None:
    chosen_on = [Judged(at, (0.8,), (0.5, 0.2)) for at in range(4)]
    measured = [Judged(at, (0.6 if at % 2 else 0.3,), (0.55,)) for at in range(6)]
    first, second = operating_points(chosen_on, measured, (0.5, 1.0), "others")
    assert first.threshold == shown_from(0.5)
    assert second.threshold == shown_from(0.2)
    assert (first.sensitivity, first.false_positives_per_image) == (0.5, 1.0)
    assert first.low <= 0.5 <= first.high
    assert second.sensitivity == 1.0
    with pytest.raises(ValueError, match="lesions"):
        operating_points(chosen_on, [Judged(1, (), ())], (1.0,), "others")


def test_a_mark_at_the_shown_threshold_is_one_that_the_curve_counts() -> None:
    bound = shown_from(0.5)
    assert bound > 0.5
    assert bound == math.nextafter(0.5, 1)
    assert shown_from(-math.inf) == 0


def test_the_readers_own_system_marks_a_bright_mass(tmp_path, run) -> None:
    package = open_package(write_package(tmp_path / "bright"))
    data = SmallSet((info("one", square(64, 104, 16)),))
    image = read_image(marker(package, run), data.open(data.images[0]))
    matched, _ = hold(MASSES, image, image.marks)
    assert matched.best[0] is not None
    assert image.marks[matched.best[0]].score > 0.8
    assert image.places[matched.best[0]] is Place.ELSEWHERE


def test_an_evaluation_writes_table_curves_figures_and_pictures(tmp_path, run) -> None:
    package = open_package(write_package(tmp_path / "bright"))
    masses = [info(f"mass {at}", square(56 + 8 * at, 104, 16)) for at in range(3)]
    faint = square(40, 60, 40, FindingKind.ASYMMETRY)
    missed = info("missed", replace(faint, mask=None))
    decoy = square(56, 60, 8)
    data = SmallSet((*masses, missed, info("normal")), decoys=(decoy,))
    test = Measured(data, data.images, data.name)
    out = tmp_path / "out"
    other = SmallSet((info("other", square(56, 104, 16)),), "others")
    chosen_on = Measured(other, other.images, other.name)
    found = evaluate(package, test, Settings(run, floor=False), out, chosen_on)
    told = json.loads((out / "evaluation.json").read_text())
    assert told["package"]["digest"] == package.digest
    assert told["figures"]["recalls"]["1"]["value"] == 0.75
    assert told["figures"]["false"]["normal_images"] == 1
    assert len(told["operating_points"]) == len(found.points) > 0
    assert "DeepLIMa" in (out / "table.md").read_text()
    assert (out / "froc.csv").read_text().startswith("system,threshold,false marks an image,recall")
    for name in ("froc.png", "misses.png", "false-marks.png"):
        picture = cv2.imread(str(out / name))
        assert picture is not None
        assert picture.std() > 5


def test_the_figures_go_into_the_packages_manifest_and_it_opens_again(tmp_path, run) -> None:
    folder = write_package(tmp_path / "bright")
    data = SmallSet(tuple(info(f"mass {at}", square(56 + 8 * at, 104, 16)) for at in range(3)))
    test = Measured(data, data.images, data.name)
    other = SmallSet((info("other", square(56, 104, 16)),), "others")
    chosen_on = Measured(other, other.images, other.name)
    found = evaluate(open_package(folder), test, Settings(run, floor=False), None, chosen_on)
    assert stated(found).evaluation.images == 3
    write_stated(found)
    again = open_package(folder).manifest
    assert again == stated(found)
    assert again.default_threshold in {one.threshold for one in again.operating_points}
    assert again.evaluation.figures["recall at 1 false marks per image"] == 1


def test_thresholds_are_not_chosen_on_who_is_measured_on(tmp_path, run) -> None:
    package = open_package(write_package(tmp_path / "bright"))
    data = SmallSet((info("one", patient="P1"), info("two", patient="P1"), info("three")))
    test, chosen_on = (Measured(data, data.images[part], "set") for part in (np.s_[:1], np.s_[1:]))
    with pytest.raises(BadInputError, match="1 patients of the images"):
        evaluate(package, test, Settings(run), None, chosen_on)


def test_nothing_to_measure_on_is_said_before_any_work(tmp_path, run) -> None:
    package = open_package(write_package(tmp_path / "bright"))
    with pytest.raises(BadInputError, match="no image to measure on"):
        evaluate(package, Measured(SmallSet(()), (), "nobody"), Settings(run))


def test_a_calcifiers_masks_are_held_against_labels(tmp_path, run, monkeypatch) -> None:
    group = square(60, 100, 12, FindingKind.CALCIFICATION_GROUP)
    stray = square(20, 60, 4, FindingKind.CALCIFICATION)

    class Calcifier:
        def __init__(self, package):
            pass

        def calcify(self, image, runner):
            return (
                RawMark(group.box, 0.9, group.kind, mask=group.mask),
                RawMark(stray.box, 0.4, stray.kind, mask=stray.mask),
            )

    monkeypatch.setitem(known.CALCIFIERS, "fake", Calcifier)
    folder = write_package(tmp_path / "calc", stage="calcify", system="fake")
    data = SmallSet((info("one", group), info("two", group)))
    test = Measured(data, data.images, data.name)
    found = evaluate(open_package(folder), test, Settings(run, floor=False))
    assert found.told["figures"]["recalls"]["1"]["value"] == 1
    assert found.told["figures"]["total"] == [1.0, 1.0]
    assert "large region" in found.text


@pytest.mark.parametrize("floor", Floor)
def test_the_floors_marks_are_kept_and_come_back_the_same(tmp_path, floor) -> None:
    kind = FindingKind.MASS if floor is Floor.MASSES else FindingKind.CALCIFICATION
    lesions = [square(60 + 9 * at, 100, 2, kind) for at in range(3)]
    data = SmallSet((info("one", *lesions, square(40, 140, 20)),))
    keeper = FloorKeeper(floor, tmp_path)
    sample = data.open(data.images[0])
    made = keeper.marks(sample)
    (kept,) = tmp_path.rglob("*.json")
    before = kept.stat().st_mtime_ns
    again = keeper.marks(sample)
    assert kept.stat().st_mtime_ns == before
    assert {name: len(own) for name, own in again.items()} == {
        name: len(own) for name, own in made.items()
    }
    best = max((own for own in again.values()), key=len)
    assert best
    for name, own in made.items():
        for one, other in zip(own, again[name], strict=True):
            assert one.mask == other.mask
            assert one.box.left == pytest.approx(other.box.left, abs=0.01)


def test_the_top_hat_finds_a_group_and_marks_its_pixels(tmp_path) -> None:
    dots = [
        square(x, y, 2, FindingKind.CALCIFICATION) for x, y in ((60, 100), (68, 104), (63, 110))
    ]
    sample = SmallSet((info("one", *dots),)).open(info("one", *dots))
    marks = FloorKeeper(Floor.CALCIFICATIONS, None).marks(sample)
    group = marks["square, groups by third"][0]
    assert all(group.mask.contains(round(d.box.top) + 1, round(d.box.left) + 1) for d in dots)
    assert not group.mask.contains(101, 66)


def test_a_limit_spreads_over_all_images() -> None:
    infos = [info(str(at)) for at in range(10)]
    assert [one.name for one in spread(infos, 3)] == ["0", "4", "9"]
    assert len(spread(infos, None)) == len(spread(infos, 99)) == 10


def test_brackets_sort_by_their_bounds() -> None:
    names = ["size: 10 to 20 mm", "size: 0 to 5 mm", "size: 35 and more mm", "kind: mass"]
    assert sorted(names, key=group_order) == [names[3], names[1], names[0], names[2]]


def test_judging_all_images_keeps_their_order() -> None:
    images = lesion_images()
    assert [one.patient for one in judge_all(MASSES, images)] == [i.info.patient for i in images]
