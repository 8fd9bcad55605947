"""From torch to one ONNX file, checked against torch at two sizes."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import torch
from torch import nn

from domain.errors import FourviewError
from training.export_ops import OWN_OPERATORS
from training.half import halve, rounded
from training.lean import lighten

OPSET = 20
_MULTIPLE = 32
_MOST_IMAGES = 256


class ExportError(FourviewError):
    """The exported network is not the trained one, or not as a package needs it."""


@dataclass(frozen=True)
class Exported:
    """parity: largest difference from torch of each output, over all sizes tried."""

    path: Path
    opset: int
    parity: dict[str, float]


def export_onnx(
    network: nn.Module,
    path: Path,
    outputs: Sequence[str],
    sizes: Sequence[tuple[int, int]] = ((544, 288), (320, 416)),
    *,
    tolerance: float = 1e-2,
    counts: Sequence[int] = (1,),
    half: bool = False,
    lean: bool = False,
) -> Exported:
    """Write a network of one image (1, 1, rows, columns), both free in steps of 32.

    tolerance: of each output against torch; boxes are in pixels. counts: images at a time to try
    it with; with others than 1 their number is free, and rows and columns are the one size given.
    half: store weights as float16, to which the network's are rounded first. lean: rewrite it as
    ``lighten`` does; a mean's sides must not be free. Raises ExportError where the file keeps
    weights elsewhere or answers otherwise than torch at one of the sizes.
    """
    network = (rounded(network) if half else network).eval()
    many = tuple(counts) != (1,)
    example = torch.rand(counts[0], 1, *sizes[0], generator=torch.Generator().manual_seed(0))
    free: dict[int, object] = {2: _side("rows"), 3: _side("columns")}
    if many:
        free = {0: torch.export.Dim("images", min=1, max=_MOST_IMAGES)}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the exporter's own words about its own parts
        program = torch.onnx.export(
            network,
            (example,),
            dynamo=True,
            opset_version=OPSET,
            input_names=["image"],
            output_names=list(outputs),
            dynamic_shapes=(free,),
            custom_translation_table=dict(OWN_OPERATORS),
            optimize=not half,  # it would melt norms into weights, which are rounded already
            verbose=False,
        )
    if program is None:
        raise ExportError("the exporter gave nothing", remedy="Export with the stated torch")
    path.parent.mkdir(parents=True, exist_ok=True)
    program.save(str(path), external_data=False)
    if lean:
        lighten(path)
    if half:
        halve(path)
    forget_sources(path)
    tried = [(count, 1, *size) for size in sizes for count in counts]
    return Exported(path, _checked(path), _parity(network, path, outputs, tried, tolerance))


def forget_sources(path: Path) -> None:
    """Drop what the exporter notes of each node: file paths and lines of whoever exported."""
    model = onnx.load(str(path))
    for graph in (model.graph, *model.functions):
        for part in (graph, *graph.node, *graph.value_info):
            del part.metadata_props[:]
            part.doc_string = ""
    for part in (*model.graph.input, *model.graph.output, *model.graph.initializer):
        del part.metadata_props[:]
    del model.metadata_props[:]
    onnx.save(model, str(path))


def _side(name: str) -> object:
    """A side is a multiple of 32; without a bound the exporter would have to guess its least."""
    return _MULTIPLE * torch.export.Dim(name, min=2, max=256)


def _checked(path: Path) -> int:
    model = onnx.load(str(path), load_external_data=False)
    try:
        onnx.checker.check_model(model)
    except onnx.checker.ValidationError as error:
        raise ExportError(f"the exporter wrote no valid file ({error})", where=str(path)) from error
    if any(one.data_location == onnx.TensorProto.EXTERNAL for one in model.graph.initializer):
        raise ExportError("weights lie outside the file", where=str(path))
    opsets = {one.domain: one.version for one in model.opset_import}
    return int(opsets[""])


def _parity(
    network: nn.Module,
    path: Path,
    outputs: Sequence[str],
    shapes: Sequence[tuple[int, ...]],
    tolerance: float,
) -> dict[str, float]:
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    worst = dict.fromkeys(outputs, 0.0)
    for number, shape in enumerate(shapes, start=1):
        image = torch.rand(shape, generator=torch.Generator().manual_seed(number))
        with torch.no_grad():
            expected = network(image)
        found = session.run(list(outputs), {"image": image.numpy()})
        for name, one, other in zip(outputs, expected, found, strict=True):
            if tuple(one.shape) != other.shape:
                raise ExportError(f"{name} has another shape at {shape} than in torch")
            apart = float(np.abs(one.numpy() - other).max())
            worst[name] = max(worst[name], apart)
    if max(worst.values()) > tolerance:
        raise ExportError(f"the exported network differs from torch by {worst}", where=str(path))
    return worst
