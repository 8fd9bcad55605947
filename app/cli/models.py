"""``fourview models``: which model packages there are, and which of them read."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from app.cli.printing import safe
from inference.packages.manifest import Manifest, Stage
from inference.packages.package import ModelPackage
from inference.packages.registry import Entry, Registry
from inference.systems.verify import try_out, verify_package

models = typer.Typer(
    help="Model packages: list, verify, add, activate, roll back.", no_args_is_help=True
)

_AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]
_Version = Annotated[str, typer.Option("--version", help="The newest where not given.")]


def _registry() -> Registry:
    return Registry(try_out=try_out)


@models.command("list")
def list_packages(as_json: _AsJson = False) -> None:
    """List all packages, which of them read, and why others can't be used."""
    registry = _registry()
    entries = registry.packages()
    if as_json:
        rows = [_row(entry) for entry in entries]
        folders = {"builtin": str(registry.builtin), "own": str(registry.own)}
        typer.echo(json.dumps({"folders": folders, "packages": rows}, indent=1))
        return
    console = _console()
    for entry in entries:
        _print_entry(console, entry)
    if not entries:
        console.print(f"no model packages; yours go to {safe(str(registry.own))}")


@models.command()
def verify(
    package: Annotated[str, typer.Argument(help="A folder or .zip, or the name of a package.")],
    version: _Version = "",
    as_json: _AsJson = False,
) -> None:
    """Check a package: schema, each file's hash, operators, and a run of its networks."""
    path = Path(package)
    known = path.exists() or "/" in package or "\\" in package
    found = verify_package(path if known else _registry().find(package, version).folder)
    if as_json:
        typer.echo(json.dumps(_facts(found), indent=1))
        return
    console = _console()
    _print_manifest(console, found.manifest)
    console.print("[green]all there is to check is right[/]")


@models.command()
def add(
    path: Annotated[Path, typer.Argument(help="A folder or .zip.")], as_json: _AsJson = False
) -> None:
    """Check a package and copy it to your folder; it reads once it is activated."""
    package = _registry().add(path)
    then = f"fourview models activate {package.manifest.id} --version {package.manifest.version}"
    _tell(package, f"added; to read with it: {then}", as_json=as_json)


@models.command()
def activate(
    name: Annotated[str, typer.Argument(help="The package's id.")],
    version: _Version = "",
    as_json: _AsJson = False,
) -> None:
    """Have a package read at its stage from now on."""
    registry = _registry()
    package = registry.activate(name, version)
    stage = package.manifest.stage
    said = f"reads at the stage {stage.value} now"
    if stage is not Stage.READER and package not in registry.reading():
        said = (
            f"is chosen for the stage {stage.value}, but the reader package that you activated "
            "reads with another: fourview models rollback reader, or activate another one"
        )
    _tell(package, said, as_json=as_json)


@models.command()
def rollback(
    stage: Annotated[Stage, typer.Argument(help="The stage to go back at.")],
    as_json: _AsJson = False,
) -> None:
    """Have the package read that did before."""
    package = _registry().rollback(stage)
    _tell(package, f"reads at the stage {stage.value} again", as_json=as_json)


def _tell(package: ModelPackage, what: str, *, as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps(_facts(package), indent=1))
    else:
        _console().print(f"{safe(package.name)} {safe(what)}")


def _facts(package: ModelPackage) -> dict[str, Any]:
    manifest = package.manifest.model_dump(mode="json")
    return {"folder": str(package.folder), "digest": package.digest, "manifest": manifest}


def _row(entry: Entry) -> dict[str, Any]:
    row = {
        "path": str(entry.path),
        "builtin": entry.builtin,
        "active": entry.active,
        "usable": entry.package is not None,
        "why": entry.why,
    }
    return row | (_facts(entry.package) if entry.package else {})


def _print_entry(console: Console, entry: Entry) -> None:
    if entry.package is None:
        console.print(f"[red]{safe(entry.path.name)}[/]  can't be used: {safe(entry.why)}")
        return
    manifest = entry.package.manifest
    facts = [
        manifest.stage.value,
        "built in" if entry.builtin else "yours",
        *(["[green]active[/]"] if entry.active else []),
    ]
    name = f"[bold]{safe(manifest.id)}[/] {safe(manifest.version)}"
    console.print(f"{name}  {', '.join(facts)}: {safe(manifest.title)}")


def _print_manifest(console: Console, manifest: Manifest) -> None:
    console.print(f"[bold]{safe(manifest.id)}[/] {safe(manifest.version)}: {safe(manifest.title)}")
    console.print(f"  intended use: {safe(manifest.intended_use)}")
    if manifest.training:
        training = manifest.training
        console.print(
            f"  trained on: {safe(training.data)}, {training.images} images, "
            f"licence {safe(training.licence)}"
        )
    for point in manifest.operating_points:
        console.print(
            f"  at {point.threshold:.3f}: sensitivity {point.sensitivity:.3f} "
            f"({point.low:.3f} to {point.high:.3f}), "
            f"{point.false_positives_per_image:.2f} false marks an image, "
            f"on {safe(point.measured_on)}"
        )


def _console() -> Console:
    return Console(highlight=False, soft_wrap=True)
