"""What the window presets are called."""

from __future__ import annotations

ALL_TISSUE = "all tissue"
DENSE_GLAND = "dense gland"
FATTY_TISSUE = "fatty tissue"
SKIN_LINE = "skin line"
