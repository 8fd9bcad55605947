"""Each stage's networks as they are shipped beside the same networks in torch, run as they are.

All that the networks of a reading were fed on one study, once more in ONNX Runtime and in torch,
in turn, in one process, on as many threads. torch gets the package's weights under their names.
Where the export melted a norm into a convolution, or made two of one, its weights are others than
torch's; what such a network costs does not depend on them. The detector's, whose boxes do, are all
there.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from pathlib import Path
from statistics import median

import numpy as np
import onnx
import torch
from onnx import numpy_helper
from torch import nn

from benchmarks.ai import study_images, study_job
from benchmarks.bare_networks import Fed, KeepingRunner
from benchmarks.row import Row
from inference.backends.choice import Choice, Provider, openvino_trouble
from inference.backends.memory import keep_freed_memory
from inference.backends.pool import SessionPool
from inference.packages.manifest import Stage
from inference.packages.package import ModelPackage
from inference.packages.registry import Registry
from inference.pipeline.reader import ReaderPackages
from inference.pipeline.study import analyse_study
from inference.systems.classify_outputs import COMPOSITION_FILE
from inference.systems.system import Tensors
from inference.worker.jobs import Known, make_ready
from inference.worker.pixels import PixelFolder
from training.networks.faster_rcnn import ExportedFasterRcnn, FasterRcnn
from training.networks.unet import ExportedUNet, UNet
from training.networks.unetpp import MeanChance
from training.recipes.birads.composition import CompositionNetwork, ExportedComposition
from training.recipes.birads.network import ExportedJudge, JudgeNetwork
from training.recipes.birads.settings import SIZES as JUDGES
from training.recipes.contours.packaging import identity
from training.recipes.contours.settings import PROFILES as CONTOURS
from training.recipes.contours.settings import make_network
from training.recipes.deeplima_calc.settings import PROFILES as CALCIFICATIONS
from training.recipes.deeplima_mass.settings import PROFILES as MASSES

_ROUNDS = 5
_TARGET, _AIM = 1 / 1.5, 1 / 3
_STAGES = (Stage.DETECT, Stage.CALCIFY, Stage.CONTOUR, Stage.CLASSIFY)

Deed = Callable[[], object]


def rows() -> Iterator[Row]:
    """A row a stage, then all together; with OpenVINO at hand, the fast mode as well."""
    keep_freed_memory()
    threads = torch.get_num_threads()
    choices = {"ONNX Runtime": Choice(Provider.CPU, "for the benchmark", threads)}
    if not openvino_trouble():
        choices["OpenVINO, bf16"] = Choice(Provider.OPENVINO_BF16, "for the benchmark", threads)
    reader = ReaderPackages(Registry().reading())
    fed = _fed(reader, choices["ONNX Runtime"])
    eager = {(one.package.digest, one.network): _module(one.package, one.network) for one in fed}
    for number, (engine, choice) in enumerate(choices.items()):
        yield from _compared(fed, eager, engine, choice, _AIM if number else _TARGET)


def _compared(
    fed: list[Fed],
    eager: Mapping[tuple[str, str], nn.Module],
    engine: str,
    choice: Choice,
    most: float,
) -> Iterator[Row]:
    run = SessionPool(choice).runner()
    ours, theirs = 0.0, 0.0
    for stage in _STAGES:
        own = [one for one in fed if one.package.manifest.stage is stage]
        if not own:
            continue
        one, other = _in_turn(
            lambda own=own: [one.again(run) for one in own],  # type: ignore[misc]
            lambda own=own: [  # type: ignore[misc]
                _eager(eager[one.package.digest, one.network], one.feeds) for one in own
            ],
        )
        ours, theirs = ours + one, theirs + other
        yield _row(
            f"stage {stage.value}, {own[0].package.name}, {len(own)} runs", engine, one, other
        )
    yield _row("networks of a study of four", engine, ours, theirs, most)


def _row(what: str, engine: str, ours: float, theirs: float, most: float | None = None) -> Row:
    reference = f"the same in torch {torch.__version__}, eager"
    return Row(f"{what}, {engine}", 1000 * ours, 1000 * theirs, reference, "ms", most)


def _in_turn(one: Deed, other: Deed) -> tuple[float, float]:
    """Median seconds of both, in turn, after a round that warms them."""
    taken: tuple[list[float], list[float]] = ([], [])
    for _ in range(_ROUNDS + 1):
        for times, deed in zip(taken, (one, other), strict=True):
            begun = time.perf_counter()
            deed()
            times.append(time.perf_counter() - begun)
    return median(taken[0][1:]), median(taken[1][1:])


def _eager(network: nn.Module, feeds: Tensors) -> object:
    with torch.inference_mode():
        return network(*(torch.from_numpy(one) for one in feeds.values()))


def _fed(reader: ReaderPackages, choice: Choice) -> list[Fed]:
    """All that networks are fed while one study is read."""
    keeping = KeepingRunner(SessionPool(choice).runner())
    with tempfile.TemporaryDirectory() as folder:
        images = study_images(Path(folder) / "study")
        with closing(PixelFolder(Path(folder) / "pixels")) as room:
            handed = make_ready(study_job(reader, images), room, None)
            assert not isinstance(handed, Known), "nothing is kept here"
            list(analyse_study(handed.study, reader, keeping))
    return keeping.fed


def _module(package: ModelPackage, name: str) -> nn.Module:
    """A package's network in torch, with its weights."""
    module = _bare_module(package, name).eval()
    stored = onnx.load(str(package.network(name))).graph.initializer
    weights = {one.name.removesuffix("_half"): numpy_helper.to_array(one) for one in stored}
    own = module.state_dict()
    known = {key: weights[key] for key in own if key in weights}
    if not known or any(value.shape != own[key].shape for key, value in known.items()):
        raise AssertionError(f"{package.name} is no network of its recipe's profile")
    told = {key: torch.from_numpy(value.astype(np.float32)) for key, value in known.items()}
    module.load_state_dict(own | told)
    return module


def _bare_module(package: ModelPackage, name: str) -> nn.Module:
    stage, profile = package.manifest.stage, package.manifest.id.rpartition("-")[2]
    if stage is Stage.DETECT:
        return ExportedFasterRcnn(FasterRcnn(MASSES[profile].size))
    if stage is Stage.CALCIFY:
        return ExportedUNet(UNet(CALCIFICATIONS[profile].size))
    if stage is Stage.CONTOUR:
        named = {identity(one): one for one in CONTOURS.values()}
        return MeanChance(make_network(named[package.manifest.id]))
    if name == COMPOSITION_FILE:
        return ExportedComposition(CompositionNetwork())
    return ExportedJudge(JudgeNetwork(JUDGES[profile]))
