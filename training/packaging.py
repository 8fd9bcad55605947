"""A trained network as a model package: its files, and a manifest that says where it comes from."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from domain.errors import BadInputError
from inference.packages.manifest import Manifest

MOST_BYTES = 12_000_000
MOST_WORDS = 300
"""Characters of a line in a manifest."""


def write_package(target: Path, told: Mapping[str, Any], networks: Sequence[Path]) -> Path:
    """Write networks and manifest into a folder; the manifest's files are filled in.

    Raises BadInputError where a network is too large to be shipped.
    """
    content = {path.name: path.read_bytes() for path in networks}
    for path in networks:
        if len(content[path.name]) > MOST_BYTES:
            raise BadInputError(
                f"has {len(content[path.name])} bytes, and a package takes {MOST_BYTES}",
                where=str(path),
                remedy="Train a narrower network",
            )
    digests = {name: hashlib.sha256(one).hexdigest() for name, one in content.items()}
    checked = Manifest.model_validate({**told, "files": digests}).model_dump(mode="json")
    target.mkdir(parents=True, exist_ok=True)
    for name, one in content.items():
        (target / name).write_bytes(one)
    text = json.dumps(checked, indent=1)
    (target / "manifest.json").write_text(text + "\n", encoding="utf-8")
    return target


def training_statement(
    config: Mapping[str, Any], licence: str, recipe: str, notes: str = ""
) -> dict[str, Any]:
    """What a manifest says of training, from a run's config as ``RunFolder.config`` gives it."""
    sets = config["data"]["train"]
    named = "; ".join(f"{images} images of {name}" for name, images, *_ in sets)
    if len(named) > MOST_WORDS:  # a line of a manifest; what the generator made is in the seeds
        named = re.sub(r", generator version \d+", "", named)
    return {
        "data": named[:MOST_WORDS],
        "licence": licence,
        "images": sum(int(images) for _, images, *_ in sets),
        "recipe": f"{recipe} at revision {config['revision']}",
        "finished": f"{datetime.now(UTC):%Y-%m-%d}",
        "notes": notes,
    }
