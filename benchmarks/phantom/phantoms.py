"""At what size phantoms are measured, and which code drew them."""

from __future__ import annotations

import hashlib
from pathlib import Path

from domain.geometry import ImageSize

NETWORK_SIZE = ImageSize(rows=1024, columns=832)
"""The matrix that detectors for masses are trained at."""

_ROOT = Path(__file__).resolve().parents[2]


def fingerprint() -> str:
    """Digest of the code of the phantom and of these measurements: another code, other results."""
    digest = hashlib.sha256()
    for folder in ("phantom", "benchmarks/phantom", "training/baselines", "training/metrics"):
        for path in sorted((_ROOT / folder).rglob("*.py")):
            digest.update(path.read_bytes())
    return digest.hexdigest()[:12]
