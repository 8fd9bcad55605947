"""What an ONNX file asks for, read before any runtime sees it: operators, opset, outside data.

Field numbers are those of ``onnx.proto`` (onnx/onnx-ml.proto3). The onnx package is not needed.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from inference.packages.wire import Value, fields

OLDEST_OPSET, NEWEST_OPSET = 13, 23
_DEFAULT_DOMAINS = frozenset({"", "ai.onnx"})
_CONTRIBUTED = {
    "com.microsoft": frozenset(
        {"BiasGelu", "FastGelu", "FusedConv", "FusedGemm", "FusedMatMul", "Gelu", "NhwcMaxPool"}
        | {"QGemm", "QLinearAdd", "QLinearConcat", "QLinearConv", "QLinearGlobalAveragePool"}
        | {"QLinearLeakyRelu", "QLinearMul", "QLinearSigmoid", "QuickGelu"}
    )
}
"""Operators outside the standard that ONNX Runtime itself brings, none of which reads a file."""

_DEEPEST = 32
"""Graphs inside graphs."""
_INSIDE = 0
"""Data location of a tensor that holds its own values."""

# Field numbers.
_MODEL_GRAPH, _MODEL_OPSETS, _MODEL_TRAINING, _MODEL_FUNCTIONS = 7, 8, 20, 25
_GRAPH_NODE, _GRAPH_TENSOR, _GRAPH_OUTPUT, _GRAPH_SPARSE = 1, 5, 12, 15
_VALUE_NAME = 1
_NODE_OPERATOR, _NODE_ATTRIBUTE, _NODE_DOMAIN = 4, 5, 7
_ATTRIBUTE_TENSORS, _ATTRIBUTE_GRAPHS, _ATTRIBUTE_SPARSE = (5, 10), (6, 11), (22, 23)
_SPARSE_TENSORS = (1, 2)
_TENSOR_OUTSIDE, _TENSOR_LOCATION = 13, 14
_FUNCTION_NAME, _FUNCTION_NODE, _FUNCTION_OPSETS, _FUNCTION_DOMAIN = 1, 7, 9, 10
_FUNCTION_ATTRIBUTES = 11
_OPSET_DOMAIN, _OPSET_VERSION = 1, 2


@dataclass
class _Needs:
    """Gathered while walking. operators, functions: (domain, name)."""

    operators: set[tuple[str, str]] = field(default_factory=set)
    functions: set[tuple[str, str]] = field(default_factory=set)
    opsets: dict[str, set[int]] = field(default_factory=dict)
    outside: bool = False
    training: bool = False
    graphs: int = 0


def refusal(network: bytes) -> str:
    """Why an ONNX file is not to be loaded; empty where it may be."""
    needs = _Needs()
    try:
        _model(memoryview(network), needs)
    except (ValueError, RecursionError) as error:
        return f"is no whole ONNX file ({error})"
    if not needs.graphs:
        return "is no ONNX file: it holds no graph"
    return _unwanted(needs)


def output_names(network: bytes) -> tuple[str, ...]:
    """Names of a network's outputs in order. Raises ValueError where it is no whole ONNX file."""
    graphs = [_part(v) for n, v in fields(memoryview(network)) if n == _MODEL_GRAPH]
    outputs = [_part(v) for graph in graphs for n, v in fields(graph) if n == _GRAPH_OUTPUT]
    return tuple(_text(v) for one in outputs for n, v in fields(one) if n == _VALUE_NAME)


def _unwanted(needs: _Needs) -> str:
    if needs.outside:
        return "keeps weights in another file (external data), which is not allowed"
    if needs.training:
        return "holds instructions for training, which are not allowed"
    for domain, name in sorted(needs.operators - needs.functions):
        known = domain in _DEFAULT_DOMAINS or name in _CONTRIBUTED.get(domain, ())
        if not known:
            return f"needs the custom operator {domain}::{name}, which is not allowed"
    versions = {v for domain in _DEFAULT_DOMAINS for v in needs.opsets.get(domain, ())}
    if not versions:
        return "states no opset"
    if min(versions) < OLDEST_OPSET or max(versions) > NEWEST_OPSET:
        wrong = ", ".join(str(version) for version in sorted(versions))
        return f"is of opset {wrong}; {OLDEST_OPSET} to {NEWEST_OPSET} are read"
    return ""


def _model(message: memoryview, needs: _Needs) -> None:
    for number, value in fields(message):
        if number == _MODEL_GRAPH:
            needs.graphs += 1
            _graph(_part(value), needs, 0)
        elif number == _MODEL_OPSETS:
            _opset(_part(value), needs)
        elif number == _MODEL_FUNCTIONS:
            _function(_part(value), needs)
        elif number == _MODEL_TRAINING:
            needs.training = True


def _graph(message: memoryview, needs: _Needs, depth: int) -> None:
    if depth > _DEEPEST:
        raise ValueError("its graphs lie too deep in each other")
    for number, value in fields(message):
        if number == _GRAPH_NODE:
            _node(_part(value), needs, depth)
        elif number == _GRAPH_TENSOR:
            _tensor(_part(value), needs)
        elif number == _GRAPH_SPARSE:
            _sparse(_part(value), needs)


def _node(message: memoryview, needs: _Needs, depth: int) -> None:
    operator = domain = ""
    for number, value in fields(message):
        if number == _NODE_OPERATOR:
            operator = _text(value)
        elif number == _NODE_DOMAIN:
            domain = _text(value)
        elif number == _NODE_ATTRIBUTE:
            _attribute(_part(value), needs, depth)
    needs.operators.add((domain, operator))


def _attribute(message: memoryview, needs: _Needs, depth: int) -> None:
    for number, value in fields(message):
        if number in _ATTRIBUTE_TENSORS:
            _tensor(_part(value), needs)
        elif number in _ATTRIBUTE_GRAPHS:
            _graph(_part(value), needs, depth + 1)
        elif number in _ATTRIBUTE_SPARSE:
            _sparse(_part(value), needs)


def _function(message: memoryview, needs: _Needs) -> None:
    name = domain = ""
    for number, value in fields(message):
        if number == _FUNCTION_NAME:
            name = _text(value)
        elif number == _FUNCTION_DOMAIN:
            domain = _text(value)
        elif number == _FUNCTION_NODE:
            _node(_part(value), needs, 0)
        elif number == _FUNCTION_OPSETS:
            _opset(_part(value), needs)
        elif number == _FUNCTION_ATTRIBUTES:
            _attribute(_part(value), needs, 0)
    needs.functions.add((domain, name))


def _tensor(message: memoryview, needs: _Needs) -> None:
    for number, value in fields(message):
        if number == _TENSOR_OUTSIDE or (number == _TENSOR_LOCATION and value != _INSIDE):
            needs.outside = True


def _sparse(message: memoryview, needs: _Needs) -> None:
    for number, value in fields(message):
        if number in _SPARSE_TENSORS:
            _tensor(_part(value), needs)


def _opset(message: memoryview, needs: _Needs) -> None:
    domain, version = "", 0
    for number, value in fields(message):
        if number == _OPSET_DOMAIN:
            domain = _text(value)
        elif number == _OPSET_VERSION and isinstance(value, int):
            version = value
    needs.opsets.setdefault(domain, set()).add(version)


def _part(value: Value) -> memoryview:
    if isinstance(value, int):
        raise ValueError("a number stands where a message should")  # noqa: TRY004
    return value


def _text(value: Value) -> str:
    return bytes(_part(value)).decode("utf-8")
