"""Writes the published JSON schema: ``python -m annotations.keeping.schema``."""

from __future__ import annotations

from pathlib import Path

from annotations.keeping.reading_file import VERSION, reading_schema

PUBLISHED = Path(__file__).parents[2] / "docs" / "schema" / f"reading-{VERSION}.json"

if __name__ == "__main__":
    PUBLISHED.write_text(reading_schema() + "\n", encoding="utf-8")
