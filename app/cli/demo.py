"""``fourview demo``: a synthetic study as DICOM, with its truth beside it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress

from app.cli.printing import plain, safe
from domain.errors import BadInputError
from imaging.scanning.header_index import cache_folder
from phantom.lesions.lesion import Lesion
from phantom.recipe import GENERATOR_VERSION, Composition, Content, StudyRecipe
from phantom.studies.headers import MOST_SEED
from phantom.studies.options import DemoOptions, parse_options
from phantom.studies.placing import TRUTH, is_ours
from phantom.studies.writing import WrittenStudy, write_study

DEMO_SEED = 7
"""A patient of middling build: both breasts fill their panes."""


def demo(  # noqa: PLR0917 - typer reads options from parameters
    folder: Annotated[
        Path | None, typer.Argument(metavar="DIR", help="Where to write; made if missing.")
    ] = None,
    seed: Annotated[
        int, typer.Option("--seed", min=0, max=MOST_SEED, help="Another number, another patient.")
    ] = DEMO_SEED,
    normal: Annotated[bool, typer.Option("--normal", help="A patient without lesions.")] = False,
    density: Annotated[
        Composition | None, typer.Option("--density", help="Composition of the breasts.")
    ] = None,
    options: Annotated[
        str,
        typer.Option(
            "--options", metavar="LIST", help="What else, by commas: hologic,1024x832,prior,spot."
        ),
    ] = "",
    cached: Annotated[
        bool,
        typer.Option("--cached", help="Instead: keep one in the cache folder, say where it lies."),
    ] = False,
) -> None:
    """Write a synthetic four-view study as DICOM, with truth.json. Nobody's breasts."""
    if cached == (folder is not None):
        raise BadInputError("demo takes either a folder or --cached", remedy="Give one of the two")
    content = Content.NORMAL if normal else Content.DEMO
    recipe = StudyRecipe(seed=seed, content=content, density=density)
    wanted = parse_options(options)
    if folder is not None:
        _print(_write(folder, recipe, wanted))
        return
    if (recipe, wanted) != (StudyRecipe(seed=DEMO_SEED, content=Content.DEMO), DemoOptions()):
        raise BadInputError("--cached keeps the default study only", remedy="Give a folder")
    typer.echo(plain(str(cached_study())))


def cached_study() -> Path:
    """Folder of the default study, in the cache folder; made where it is not there yet.

    Raises BadInputError where the cache folder can't be written.
    """
    folder = cache_folder() / "demo" / f"v{GENERATOR_VERSION}"
    if not _is_whole(folder):
        _write(folder, StudyRecipe(seed=DEMO_SEED, content=Content.DEMO), DemoOptions())
    return folder


def _is_whole(folder: Path) -> bool:
    truth = folder / TRUTH  # written last, so the rest was there once
    if not is_ours(truth):
        return False
    record = json.loads(truth.read_bytes())
    if record.get("generator_version") != GENERATOR_VERSION:
        return False
    return all(is_ours(folder / image["file"]) for image in record.get("images", []))


def _write(folder: Path, recipe: StudyRecipe, options: DemoOptions) -> WrittenStudy:
    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("Drawing breasts", total=None)

        def show(done: int, total: int) -> None:
            bar.update(task, completed=done, total=total)

        return write_study(folder, recipe, options, progress=show)


def _print(study: WrittenStudy) -> None:
    console = Console(highlight=False, soft_wrap=True)
    unit = study.recipe.unit
    console.print(
        f"{safe(str(study.folder))}: a synthetic patient, composition {study.density.value},"
        f" unit {unit}"
    )
    for image in study.images:
        size, count = image.truth.size, len(image.truth.lesions)
        slices = f", {image.frames} slices" if image.frames > 1 else ""
        shown = f"{count} lesion{'' if count == 1 else 's'}"
        console.print(f"  {safe(image.file)}: {size.rows}x{size.columns}{slices}, {shown}")
    for lesion in _lesions(study):
        console.print(f"  {safe(_described(lesion))}")
    if not _lesions(study):
        console.print("  no lesions")
    console.print(f"  the truth: {safe(str(study.truth))}")
    console.print(f"  to draw it: fourview render --findings {safe(str(study.findings))}")


def _lesions(study: WrittenStudy) -> list[Lesion]:
    """Lesions of the current exam, by number."""
    current = [image for image in study.images if image.exam == study.recipe.exam]
    lesions = {one.lesion.number: one.lesion for image in current for one in image.truth.lesions}
    return [lesions[number] for number in sorted(lesions)]


def _described(lesion: Lesion) -> str:
    words = ", ".join(code.replace("-", " ") for _, code in lesion.descriptors.terms)
    side = lesion.laterality.name.lower()
    outcome = "malignant" if lesion.malignant else "benign"
    return (
        f"lesion {lesion.number}: {lesion.kind.value}, {side}, {lesion.size_mm:.0f} mm"
        f"{', ' + words if words else ''}; BI-RADS {lesion.assessment.value}, {outcome}"
    )
