"""What a network for calcifications sees of a view: detector lines mended, then as any network."""

from __future__ import annotations

from imaging.anatomy.line_artefacts import find_line_artefacts, remove_line_artefacts
from inference.preparing.prepare import PreparedImage, PreparingSpec, prepare
from inference.systems.system import SeenView


def prepare_fine(view: SeenView, spec: PreparingSpec) -> PreparedImage:
    """Window, artefact removal and breast extraction of DeepLIMa's section 2.2.1.

    The artefacts are looked for in the stored columns (equation 5), before anything is resized.
    Raises BadInputError as ``prepare``.
    """
    lines = find_line_artefacts(view.pixels)
    if lines.columns:
        mended = remove_line_artefacts(view.pixels, lines)
        return prepare(mended, view.grey, view.spacing, spec, region=view.region)
    return prepare(view.pixels, view.grey, view.spacing, spec, region=view.region, once=view.once)
