"""A network whose convolutions count in 8 bits answers nearly as before, from a smaller file."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="export needs the train extra")
onnx = pytest.importorskip("onnx", reason="export needs the train extra")
onnxruntime = pytest.importorskip("onnxruntime", reason="answers need onnxruntime")

from training.eight_bits import to_eight_bits
from training.export import export_onnx
from training.networks.unet import ExportedUNet, UNet, UNetSize

SIDE = 48


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    torch.manual_seed(3)
    path = tmp_path_factory.mktemp("unet") / "model.onnx"
    network = ExportedUNet(UNet(UNetSize(16, groups=4, contrast=31)))
    made = export_onnx(network, path, ("probability",), ((SIDE, SIDE),), counts=(2, 1), lean=True)
    return made.path


def pictures(count: int, seed: int) -> np.ndarray:
    random = np.random.default_rng(seed)
    return random.random((count, 1, SIDE, SIDE), np.float32)


def answers(path: Path, given: np.ndarray) -> np.ndarray:
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    return np.asarray(session.run(None, {"image": given})[0])


def test_answers_stay_near_on_pictures_that_the_ranges_were_not_taken_from(
    exported: Path, tmp_path: Path
) -> None:
    path = tmp_path / "eight.onnx"
    path.write_bytes(exported.read_bytes())
    count = to_eight_bits(path, pictures(32, 1))
    onnx.checker.check_model(onnx.load(str(path)), full_check=True)
    assert count > 10
    assert path.stat().st_size < exported.stat().st_size / 2
    seen = pictures(5, 2)
    before, after = answers(exported, seen), answers(path, seen)
    assert after.shape == before.shape
    assert np.abs(after - before).mean() < 0.02
    assert not np.array_equal(after, before), "something must count in 8 bits"


def test_the_picture_itself_the_norms_and_the_result_keep_their_numbers(
    exported: Path, tmp_path: Path
) -> None:
    path = tmp_path / "eight.onnx"
    path.write_bytes(exported.read_bytes())
    to_eight_bits(path, pictures(32, 1))
    graph = onnx.load(str(path)).graph
    makers = {one.output[0]: one for one in graph.node}
    whole = [one for one in graph.node if one.op_type == "Conv" and _is_whole(one, makers)]
    plain = [one for one in graph.node if one.op_type == "Conv" and not _is_whole(one, makers)]
    shapes = {one.name: tuple(one.dims) for one in graph.initializer}
    kept = [shapes[one.input[1]] for one in plain]
    assert len(whole) > 10
    assert all(shape[1] < 8 or shape[2] == 1 for shape in kept)


def _is_whole(node: object, makers: dict[str, object]) -> bool:
    maker = makers.get(node.input[1])  # type: ignore[attr-defined]
    return maker is not None and maker.op_type == "DequantizeLinear"  # type: ignore[attr-defined]
