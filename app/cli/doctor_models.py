"""What ``fourview doctor`` says of the reader's AI: what runs it and why, and its packages."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator

from app.cli.doctor_checks import Check, Health
from domain.errors import FourviewError
from inference.backends.choice import choose_provider, openvino_trouble
from inference.packages.registry import Registry
from inference.providers import runtime_state

_AREA = "reader's AI"


def model_checks() -> Iterator[Check]:
    """Try the provider, open each package."""
    state = runtime_state()
    if state.offered and not state.conflict:  # else the rows of onnxruntime have said so
        choice = choose_provider()
        detail = f"{choice.provider.value}, {choice.threads} threads: {choice.why}"
        yield Check(_AREA, "networks run on", Health.OK, detail)
    if importlib.util.find_spec("openvino"):
        trouble = openvino_trouble()
        health = Health.LACKING if trouble else Health.OK
        yield Check(_AREA, "OpenVINO", health, trouble or "runs; used only where asked for")
    yield from _packages(Registry())


def _packages(registry: Registry) -> Iterator[Check]:
    for entry in registry.packages():
        if entry.package is None:
            cure = f"remove {entry.path}, or add the package again"
            yield Check(_AREA, entry.path.name, Health.LACKING, entry.why, cure)
            continue
        manifest = entry.package.manifest
        reads = "active" if entry.active else "not active"
        detail = f"{manifest.version}, {manifest.stage.value}, {reads}"
        yield Check(_AREA, manifest.id, Health.OK, detail)
    try:
        reading = registry.reading()
    except FourviewError as error:
        yield Check(_AREA, "reading", Health.LACKING, str(error))
        return
    if not reading:
        cure = "fourview models add PATH, then fourview models activate ID"
        yield Check(_AREA, "reading", Health.LACKING, "no model package is active", cure)
