"""Measures the phantom: ``python -m benchmarks.phantom hardness|likeness|montage|real ...``."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from benchmarks.phantom.consistency import consistency
from benchmarks.phantom.hardness import measure_calcifications, measure_masses, measured
from benchmarks.phantom.likeness import (
    Portrait,
    cesm_partners,
    gap_table,
    gaps,
    ge_partners,
    nominal,
    portrait,
)
from benchmarks.phantom.montage import write_montage
from benchmarks.phantom.phantoms import NETWORK_SIZE, fingerprint
from benchmarks.phantom.real import (
    CesmImage,
    cesm_images,
    data_folder,
    ge_view,
    lesion_contrasts,
    spread_sample,
)
from benchmarks.phantom.tables import (
    CALCIFICATION_GROUPS,
    CALCIFICATIONS,
    MASSES,
    SOFT,
    VISIBILITY_HEAD,
    consistency_table,
    outcome,
    outcome_table,
    plain_outcome,
    visibility_line,
)
from phantom.detector.units import UNITS
from training.baselines.blobs import blob_marks
from training.baselines.shown import ShownView
from training.metrics.froc import RATES, Judged, judge, recall_at


def main(arguments: Sequence[str] | None = None) -> int:
    """Read the command line and measure."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.phantom", description=__doc__)
    commands = parser.add_subparsers(required=True)
    _add_hardness(commands.add_parser("hardness", help="recall of plain filters on phantoms"))
    _add_likeness(commands.add_parser("likeness", help="grey values and texture beside real ones"))
    _add_montage(commands.add_parser("montage", help="a sheet of small pictures"))
    real = commands.add_parser("real", help="recall of the blob filters on cesm-dm (training part)")
    real.set_defaults(run=_real)
    chosen = parser.parse_args(arguments)
    chosen.run(chosen)
    return 0


def _add_hardness(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("folder", type=Path, help="where measured studies are kept, to resume from")
    parser.add_argument("--studies", type=int, default=200, help="at 1024x832, for masses")
    parser.add_argument("--calcifications", type=int, default=40, help="studies at full size")
    parser.add_argument("--json", type=Path, help="write all figures")
    parser.set_defaults(run=_hardness)


def _hardness(chosen: argparse.Namespace) -> None:
    report: dict[str, Any] = {"code": fingerprint()}
    if chosen.studies:
        records = measured(chosen.folder, measure_masses, chosen.studies)
        report["masses"] = _tell(outcome(MASSES, records))
        masses = [one for record in records for one in record.targets if one.kind in SOFT]
        pairs = [(one.contrast, one.visibility) for one in masses]
        report["visibility"] = pairs
        print(f"{VISIBILITY_HEAD}\n{visibility_line('soft lesions', pairs)}\n")
        agreement = consistency(records)
        report["consistency"] = asdict(agreement)
        print(consistency_table(agreement) + "\n")
    if chosen.calcifications:
        records = measured(chosen.folder, measure_calcifications, chosen.calcifications)
        report["groups"] = _tell(outcome(CALCIFICATION_GROUPS, records))
        report["singles"] = _tell(outcome(CALCIFICATIONS, records))
    if chosen.json:
        chosen.json.write_text(json.dumps(report, indent=1) + "\n")


def _tell(found: Any) -> dict[str, Any] | None:
    if found is None:
        print("no such lesions in these studies\n")
        return None
    print(outcome_table(found) + "\n", flush=True)
    return plain_outcome(found)


def _add_likeness(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("folder", type=Path, help="where the plots and likeness.json go")
    parser.add_argument("--images", type=int, default=48, help="of cesm-dm, and as many phantoms")
    parser.add_argument("--ge", type=int, default=12, help="phantoms beside the GE image")
    parser.add_argument("--full", action="store_true", help="the GE image at its full size")
    parser.set_defaults(run=_likeness)


def _likeness(chosen: argparse.Namespace) -> None:
    from benchmarks.phantom.plots import draw_all  # noqa: PLC0415 - the rest needs no matplotlib

    sets = dict(_portraits(chosen))
    if not sets:
        print(f"no real images at {data_folder()}; set FOURVIEW_TEST_DATA to their folder")
        return
    found = {title: gaps(real, phantoms) for title, (real, phantoms) in sets.items()}
    for title, own in found.items():
        print(gap_table(title, own) + "\n")
    for path in draw_all(chosen.folder, sets):
        print(path)
    report = {title: [asdict(gap) for gap in own] for title, own in found.items()}
    text = json.dumps({"code": fingerprint(), "gaps": report}, indent=1)
    (chosen.folder / "likeness.json").write_text(text + "\n")


def _portraits(
    chosen: argparse.Namespace,
) -> Iterator[tuple[str, tuple[list[Portrait], list[Portrait]]]]:
    size = None if chosen.full else NETWORK_SIZE
    ge = ge_view((size or UNITS["ge"].size).rows)
    if ge is not None and chosen.ge:
        phantoms = [portrait(view) for view in ge_partners(chosen.ge, size)]
        yield "GE Senographe, right MLO", ([portrait(ge)], phantoms)
    images = spread_sample(cesm_images(), chosen.images)
    if images:
        real = [portrait(nominal(image.view())) for image in images]
        yield "cesm-dm", (real, [portrait(view) for view in cesm_partners(images)])


def _add_montage(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, help="the PNG to write")
    parser.add_argument("--seed", type=int, default=1, help="of the first phantom")
    parser.add_argument("--without-real", action="store_true", help="phantoms alone, to publish")
    parser.add_argument("--blind", action="store_true", help="shuffled; a .txt tells what is what")
    parser.set_defaults(run=_montage)


def _montage(chosen: argparse.Namespace) -> None:
    names = write_montage(
        chosen.file, chosen.seed, real=not chosen.without_real, blind=chosen.blind
    )
    if chosen.blind:
        chosen.file.with_suffix(".txt").write_text("\n".join(names) + "\n")
    if any(name.startswith("real") for name in names):
        print(f"{chosen.file}: holds real images; it must not be published or committed")


def _real(_: argparse.Namespace) -> None:
    images = cesm_images()
    if not images:
        print(f"no cesm-dm at {data_folder()}; set FOURVIEW_TEST_DATA to its folder")
        return
    views = [(image, image.view()) for image in images]
    pairs = [pair for image, view in views for pair in lesion_contrasts(image, view)]
    print(f"{VISIBILITY_HEAD}\n{visibility_line('cesm-dm, training part', pairs)}\n")
    judged = [_judge_real(image, view) for image, view in views]
    print("| blob filter on cesm-dm, training part | " + " | ".join(f"{r:g}" for r in RATES) + " |")
    print("|---" * (len(RATES) + 1) + "|")
    for variant in judged[0]:
        recalls = [recall_at([own[variant] for own in judged], rate, 1).value for rate in RATES]
        print(f"| {variant} | " + " | ".join(f"{recall:.2f}" for recall in recalls) + " |")


def _judge_real(image: CesmImage, view: ShownView) -> dict[str, Judged]:
    marks = blob_marks(view)
    return {
        name: judge(image.patient, own, image.outlines, image.doubtful)
        for name, own in marks.items()
    }


if __name__ == "__main__":
    sys.exit(main())
