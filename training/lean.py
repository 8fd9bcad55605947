"""The same answer from less work: what a runtime does not find by itself in an exported network.

Measured on the calcification U-Net in ONNX Runtime 1.31, see docs/performance.md. Norms as means
over reshaped axes, as BatchNormalization or as opset 21's GroupNormalization were all slower.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import onnx
from onnx import NodeProto, helper, numpy_helper

Array = npt.NDArray[Any]


def lighten(path: Path) -> None:
    """Rewrite an ONNX file in place, with the weights that it has.

    - A mean about each pixel along one axis becomes a product with a constant band: the runtime's
      AveragePool adds up a kernel's pixels anew at every place.
    - A convolution of two joined inputs becomes two, whose sum the runtime fuses: no joining.
    - A norm's factor and term, and the ReLU behind, become one depthwise convolution, which is one
      pass over the pixels in the layout that the next convolution wants.
    """
    model = onnx.load(str(path))
    known = onnx.shape_inference.infer_shapes(model)
    graph = _Graph(model, {one.name: one for one in (*known.graph.value_info, *known.graph.input)})
    graph.rewrite("AveragePool", _band)
    graph.rewrite("Conv", _two_convolutions)
    graph.rewrite("Mul", _depthwise)
    graph.prune()
    onnx.save(model, str(path))


@dataclass
class _Graph:
    model: onnx.ModelProto
    shapes: dict[str, onnx.ValueInfoProto]

    @property
    def nodes(self) -> list[NodeProto]:
        return list(self.model.graph.node)

    def rewrite(self, kind: str, change: Callable[[_Graph, NodeProto], list[NodeProto]]) -> None:
        """Put what ``change`` makes in the place of each node; of nothing, the node stays."""
        for node in self.nodes:
            made = change(self, node) if node.op_type == kind else []
            if made:
                at = self.nodes.index(node)
                self.model.graph.node.remove(node)
                for number, one in enumerate(made):
                    self.model.graph.node.insert(at + number, one)

    def prune(self) -> None:
        """Drop what nothing asks for any more."""
        graph = self.model.graph
        wanted = {one.name for one in graph.output}
        for node in reversed(self.nodes):
            if wanted.isdisjoint(node.output):
                graph.node.remove(node)
            else:
                wanted.update(node.input)
        for part in (graph.initializer, graph.value_info):
            for one in list(part):
                if one.name not in wanted:
                    part.remove(one)

    def maker(self, name: str) -> NodeProto | None:
        """The node whose first output has this name."""
        return next((one for one in self.nodes if one.output[0] == name), None)

    def only_taker(self, name: str, kind: str) -> NodeProto | None:
        """The one node that takes a value, where it is of this kind."""
        takers = [one for one in self.nodes if name in one.input]
        return takers[0] if len(takers) == 1 and takers[0].op_type == kind else None

    def constant(self, name: str) -> Array | None:
        for one in self.model.graph.initializer:
            if one.name == name:
                return np.asarray(numpy_helper.to_array(one))
        return None

    def sides(self, name: str) -> tuple[int, ...]:
        """Length of each axis, 0 where it is free; nothing where the shape is not known."""
        told = self.shapes.get(name)
        return tuple(one.dim_value for one in told.type.tensor_type.shape.dim) if told else ()

    def keep(self, name: str, values: Array) -> str:
        self.model.graph.initializer.append(
            numpy_helper.from_array(np.ascontiguousarray(values, np.float32), name)
        )
        return name


def _band(graph: _Graph, node: NodeProto) -> list[NodeProto]:
    told = {one.name: helper.get_attribute_value(one) for one in node.attribute}
    kernel, sides = list(told["kernel_shape"]), graph.sides(node.input[0])
    half = [(side - 1) // 2 for side in kernel]
    along = 1 if kernel[0] == 1 else 0
    plain = (
        len(sides) == 4 and sides[2 + along] > 0 and kernel[1 - along] == 1,
        kernel[along] % 2 == 1 and list(told.get("pads", ())) == half * 2,
        set(told.get("strides", [1])) == set(told.get("dilations", [1])) == {1},
        not told.get("count_include_pad", 0) and not told.get("ceil_mode", 0),
    )
    if not all(plain):
        return []
    place = np.arange(sides[2 + along])
    band = (np.abs(place[:, None] - place) <= half[along]).astype(np.float64)
    band /= band.sum(1, keepdims=True)
    name = graph.keep(f"{node.output[0]}.band", band.T if along else band)
    factors = [node.input[0], name] if along else [name, node.input[0]]
    return [helper.make_node("MatMul", factors, node.output, name=node.name)]


def _two_convolutions(graph: _Graph, node: NodeProto) -> list[NodeProto]:
    joined, weight = graph.maker(node.input[0]), graph.constant(node.input[1])
    if joined is None or joined.op_type != "Concat" or weight is None or len(joined.input) != 2:
        return []
    first = graph.sides(joined.input[0])
    groups = [one.i for one in node.attribute if one.name == "group"]
    if len(first) != 4 or joined.attribute[0].i != 1 or groups not in ([], [1]):
        return []
    if first[1] < _LEAST_CHANNELS or weight.shape[1] - first[1] < _LEAST_CHANNELS:
        return []
    parts = (weight[:, : first[1]], weight[:, first[1] :])
    out = node.output[0]
    made = []
    for number, (name, part) in enumerate(zip(joined.input, parts, strict=True)):
        kept = graph.keep(f"{node.input[1]}.{number}", part)
        rest = list(node.input[2:]) if number == 0 else []
        one = helper.make_node(
            "Conv", [name, kept, *rest], [f"{out}.{number}"], name=f"{node.name}.{number}"
        )
        one.attribute.extend(node.attribute)
        made.append(one)
    return [*made, helper.make_node("Add", [f"{out}.0", f"{out}.1"], [out], name=node.name)]


_LEAST_CHANNELS = 8
"""With fewer a second convolution costs more than the joining."""


def _depthwise(graph: _Graph, node: NodeProto) -> list[NodeProto]:
    add = graph.only_taker(node.output[0], "Add")
    if add is None:
        return []
    factor, term = graph.constant(node.input[1]), graph.constant(add.input[1])
    if factor is None or term is None or not factor.shape == term.shape == (factor.size, 1, 1):
        return []
    channels, out = factor.size, add.output[0]
    if channels < _LEAST_CHANNELS:
        return []
    weight = graph.keep(f"{out}.factor", factor.reshape(channels, 1, 1, 1))
    bias = graph.keep(f"{out}.term", term.reshape(channels))
    # The addition behind finds its input under another name and is dropped as nothing asks for it.
    add.output[0] = f"{out}.before"
    inputs = [node.input[0], weight, bias]
    return [
        helper.make_node(
            "Conv", inputs, [out], name=node.name, kernel_shape=[1, 1], group=channels
        ),
    ]
