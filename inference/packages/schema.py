"""Writes the published JSON schema of manifests: ``python -m inference.packages.schema``."""

from __future__ import annotations

import json
from pathlib import Path

from inference.packages.manifest import FORMAT_VERSION, Manifest

PUBLISHED = Path(__file__).parents[2] / "docs" / "schema" / f"model-manifest-{FORMAT_VERSION}.json"


def manifest_schema() -> str:
    """The schema that manifests follow, as JSON."""
    return json.dumps(Manifest.model_json_schema(), indent=1)


if __name__ == "__main__":
    PUBLISHED.write_text(manifest_schema() + "\n", encoding="utf-8")
