"""What is exported answers as torch does, at sizes it was not exported at."""

from __future__ import annotations

from pathlib import Path

import pytest

torch = pytest.importorskip("torch", reason="export needs the train extra")
onnx = pytest.importorskip("onnx", reason="export needs the train extra")
pytest.importorskip("onnxscript", reason="export needs the train extra")
pytest.importorskip("onnxruntime", reason="parity needs onnxruntime")

from inference.packages.onnx_file import refusal
from training.export import OPSET, ExportError, export_onnx
from training.networks.faster_rcnn import (
    ExportedFasterRcnn,
    FasterRcnn,
    FasterRcnnSize,
    ProposalPlan,
)
from training.networks.resnet import ResNetSize

OUTPUTS = ("boxes", "scores")
SIZES = ((64, 96), (128, 64), (96, 160))


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_a_detector_exported_at_one_size_runs_at_others_as_torch_does(tmp_path: Path) -> None:
    torch.manual_seed(0)
    size = FasterRcnnSize(
        ResNetSize((1, 1, 1, 1), 4),
        channels=8,
        hidden=16,
        bin=3,
        proposals=ProposalPlan(before=40, after=12),
    )
    network = ExportedFasterRcnn(FasterRcnn(size))
    with torch.no_grad():
        network.detector.rpn.box.weight.normal_(std=0.5)  # boxes that leave the picture
        network.detector.rpn.score.weight.normal_(std=0.5)
    found = export_onnx(network, tmp_path / "model.onnx", OUTPUTS, SIZES)
    assert found.opset == OPSET
    assert max(found.parity.values()) < 1e-2
    assert [file.name for file in tmp_path.iterdir()] == ["model.onnx"]
    assert refusal(found.path.read_bytes()) == ""
    assert str(Path(__file__).parents[2]).encode() not in found.path.read_bytes()


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_a_network_that_bakes_in_its_size_is_not_exported(tmp_path: Path) -> None:
    class Baked(torch.nn.Module):
        def forward(self, image):
            side = torch.as_tensor(image.shape[-1])  # field trap: a constant in the graph
            return (torch.amax(image, (2, 3)) * side,)

    with pytest.raises(ExportError, match="differs from torch"):
        export_onnx(Baked(), tmp_path / "model.onnx", ("answer",), SIZES)
