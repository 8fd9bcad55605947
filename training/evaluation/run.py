"""One package measured from end to end: its figures, and everything that is written of them."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from domain.errors import BadInputError
from inference.packages.manifest import EvaluationStatement, OperatingPoint, Stage
from inference.packages.package import ModelPackage
from inference.systems.system import Runner
from training.baselines.kept import FloorKeeper
from training.data.sample import DataSet, SampleInfo
from training.evaluation import classifying, contours
from training.evaluation.curves import write_froc, write_reliability, write_roc
from training.evaluation.detection import Detection, judge_all, measure
from training.evaluation.pictures import write_sheets
from training.evaluation.plain import plain
from training.evaluation.points import evaluation_statement, operating_points
from training.evaluation.reading import Marker, ReadImage, Step, marker, read_images
from training.evaluation.references import CESM_RULE, is_cesm, references
from training.evaluation.stage_tables import classifying_table, contouring_table
from training.evaluation.tables import detection_table, reference_table
from training.evaluation.truths import TASKS, Task
from training.metrics.hits import HitRule
from training.metrics.roc import roc_curve

EVALUATION, TABLE = "evaluation.json", "table.md"

Report = Callable[[str, int], AbstractContextManager[Step]]
"""From what is done and on how many images, to what is called after each."""


def _silent(_: str, __: int) -> AbstractContextManager[Step]:
    return nullcontext(lambda: None)


@dataclass(frozen=True)
class Measured:
    """Images of a set that figures are measured on. name: the set's, with the part of it."""

    data: DataSet
    infos: tuple[SampleInfo, ...]
    name: str


@dataclass(frozen=True)
class Settings:
    """How it is measured. rule: what counts as a hit, where not the stage's own.

    floor_folder: where the floor's marks are kept. floor: whether one is measured at all. jobs:
    processes that make its marks. detector: whose boxes are outlined, for contours.
    """

    run: Runner
    rule: HitRule | None = None
    floor_folder: Path | None = None
    floor: bool = True
    jobs: int = 1
    detector: ModelPackage | None = None
    report: Report = field(default=_silent, repr=False)


@dataclass(frozen=True)
class Evaluation:
    """What came of one package. told: as ``evaluation.json`` holds it; text: the table.

    points, statement, found: for a manifest and for tables of several packages; points and found
    of packages that mark places alone, a statement of those that outline too.
    """

    package: ModelPackage
    told: dict[str, Any]
    text: str
    points: tuple[OperatingPoint, ...] = ()
    statement: EvaluationStatement | None = None
    found: Detection | None = field(default=None, repr=False)


def evaluate(
    package: ModelPackage,
    test: Measured,
    settings: Settings,
    out: Path | None = None,
    chosen_on: Measured | None = None,
) -> Evaluation:
    """Measure a package on ``test``; with ``out`` write table, curves, JSON and pictures there.

    chosen_on: images that thresholds of operating points are chosen on; none are told without.
    Raises BadInputError where there is nothing to measure on or a patient is in both, and
    PackageError and NetworkError as systems do.
    """
    if not test.infos:
        raise BadInputError(
            "there is no image to measure on",
            where=test.name,
            remedy="Choose another --split or --data",
        )
    if chosen_on is not None:
        _check_apart(test, chosen_on)
    if out is not None:
        out.mkdir(parents=True, exist_ok=True)
    stage = package.manifest.stage
    if stage in TASKS:
        found = _marking(package, test, settings, out, chosen_on)
    elif stage is Stage.CONTOUR:
        found = _contouring(package, test, settings)
    elif stage is Stage.CLASSIFY:
        found = _classifying(package, test, settings, out)
    else:
        raise BadInputError(
            "a reader package is measured member by member", where=str(package.folder)
        )
    if out is not None:
        (out / TABLE).write_text(found.text + "\n", encoding="utf-8")
        text = json.dumps(found.told, indent=1)
        (out / EVALUATION).write_text(text + "\n", encoding="utf-8")
    return found


def read_all(
    package: ModelPackage, test: Measured, settings: Settings, task: Task, *, floor: bool
) -> list[ReadImage]:
    """All images with the package's marks, and the floor's where it is asked for."""
    keeper = FloorKeeper(task.floor, settings.floor_folder) if floor else None
    if keeper and keeper.folder is not None and settings.jobs > 1:
        with settings.report(f"{task.floor.value} on {test.name}", len(test.infos)) as step:
            for _ in keeper.make(test.data, test.infos, settings.jobs):
                step()
    with settings.report(f"{package.name} on {test.name}", len(test.infos)) as step:
        marks = marker(package, settings.run)
        return list(read_images(marks, test.data, test.infos, keeper, step))


def _check_apart(test: Measured, chosen_on: Measured) -> None:
    """Raise BadInputError where a patient is in both: the figures would flatter."""
    both = {info.patient for info in test.infos} & {info.patient for info in chosen_on.infos}
    if both:
        raise BadInputError(
            f"{len(both)} patients of the images that thresholds are chosen on are measured on too",
            where=chosen_on.name,
            remedy="Choose thresholds on another part of the data",
        )


def _marking(
    package: ModelPackage,
    test: Measured,
    settings: Settings,
    out: Path | None,
    chosen_on: Measured | None,
) -> Evaluation:
    task = TASKS[package.manifest.stage]
    task = replace(task, rule=settings.rule) if settings.rule else task
    images = read_all(package, test, settings, task, floor=settings.floor)
    found = measure(task, images)
    points: tuple[OperatingPoint, ...] = ()
    if chosen_on is not None and found.recalls[task.head].lesions:
        others = read_all(package, chosen_on, settings, task, floor=False)
        words = f"{test.name}: {found.images} images; threshold chosen on others"[:300]
        points = operating_points(judge_all(task, others), found.judged, task.rates, words)
    statement = evaluation_statement(task, found, test.name, _rule_of(test))
    if out is not None:
        write_froc(out / "froc", _curves(found))
        write_sheets(out, task, found, images, test.data)
    told = _head(package, test) | {
        "truths": task.words,
        "figures": plain(found),
        "operating_points": [one.model_dump(mode="json") for one in points],
        "statement": statement.model_dump(mode="json"),
    }
    text = _text(package, test, detection_table(task, found))
    return Evaluation(package, told, text, points, statement, found)


def _curves(found: Detection) -> dict[str, Sequence[Any]]:
    curves: dict[str, Sequence[Any]] = {"package": found.judged}
    return curves | ({"floor": found.floor_judged} if found.floor_judged else {})


def _contouring(package: ModelPackage, test: Measured, settings: Settings) -> Evaluation:
    outline = contours.outliner(package, settings.run)
    detect: tuple[Marker, float] | None = None
    if settings.detector is not None:
        least = settings.detector.manifest.default_threshold
        detect = marker(settings.detector, settings.run), least
    with settings.report(f"{package.name} on {test.name}", len(test.infos)) as step:
        outlined = list(contours.outline_images(outline, test.data, test.infos, detect, step))
    found = contours.summary(outlined)
    statement = contours.statement(found, test.name, _rule_of(test))
    told = _head(package, test) | {
        "truths": contours.WORDS,
        "figures": plain(found),
        "statement": statement.model_dump(mode="json"),
    }
    text = _text(package, test, contouring_table(found))
    return Evaluation(package, told, text, statement=statement)


def _classifying(
    package: ModelPackage, test: Measured, settings: Settings, out: Path | None
) -> Evaluation:
    with settings.report(f"{package.name} on {test.name}", len(test.infos)) as step:
        images = list(classifying.judge_images(package, settings.run, test.data, test.infos, step))
    found = classifying.summary(images)
    if out is not None and found.bins:
        write_reliability(out / "reliability", found.bins)
    if out is not None and not math.isnan(found.auc.value):
        true = [one.malignant for one in found.judged]
        curves = {"package": roc_curve([one.said for one in found.judged], true)}
        tops = [one.ceiling for one in found.judged if one.ceiling is not None]
        if len(tops) == len(true):
            curves["ceiling"] = roc_curve(tops, true)
        write_roc(out / "roc", curves)
    told = _head(package, test) | {"figures": plain(found)}
    return Evaluation(package, told, _text(package, test, classifying_table(found)))


def _head(package: ModelPackage, test: Measured) -> dict[str, Any]:
    manifest = package.manifest
    return {
        "format": "fourview-evaluation",
        "version_of_format": 1,
        "package": {"id": manifest.id, "version": manifest.version, "digest": package.digest},
        "stage": manifest.stage.value,
        "data": test.name,
        "images": len(test.infos),
        "rule_of_data": _rule_of(test),
        "published": plain(references(manifest.stage, test.name)),
    }


def _rule_of(test: Measured) -> str:
    return CESM_RULE if is_cesm(test.name) else ""


def _text(package: ModelPackage, test: Measured, table: str) -> str:
    parts = (
        f"# {package.name} ({package.manifest.stage.value}) on {test.name}",
        "Research use only, not a medical device.",
        _rule_of(test),
        table,
        reference_table(references(package.manifest.stage, test.name)),
    )
    return "\n\n".join(part for part in parts if part)
