from __future__ import annotations

import importlib.util
import threading
import time
from pathlib import Path

import numpy as np
import onnx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from onnx import helper

from domain.errors import CancelledError
from inference.backends import session as session_module
from inference.backends.choice import Choice, Provider
from inference.backends.engine import Tensors
from inference.backends.onnx_engine import OnnxEngine
from inference.backends.pool import SessionPool
from inference.backends.session import Session
from inference.backends.stop import StopFlag
from inference.errors import NetworkError, PackageError, ProviderError
from inference.packages.package import ModelPackage, open_package
from tests.support.small_networks import (
    CELL,
    bright_cells,
    model,
    nan_scores,
    slow,
    write_package,
)

CPU = Choice(Provider.CPU, "for tests", 1)
PROVIDERS = [
    Provider.CPU,
    pytest.param(
        Provider.OPENVINO,
        marks=pytest.mark.skipif(
            importlib.util.find_spec("openvino") is None, reason="openvino is not installed"
        ),
    ),
]


def session(
    network: onnx.ModelProto, provider: Provider = Provider.CPU, threads: int = 1
) -> Session:
    choice = Choice(provider, "for tests", threads)
    return Session(network.SerializeToString(), choice, "network.onnx")


def image(rows: int = 64, columns: int = 64) -> dict[str, np.ndarray]:
    random = np.random.default_rng(1)
    return {"image": random.random((1, 1, rows, columns), np.float32)}


@pytest.fixture
def package(tmp_path: Path) -> ModelPackage:
    return open_package(write_package(tmp_path / "package"))


@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_network_gives_what_its_layers_say_at_any_size(provider: Provider) -> None:
    network = session(bright_cells(), provider)
    assert network.provider is provider
    for rows, columns in ((64, 64), (96, 32)):
        feeds = image(rows, columns)
        outputs = network.run(feeds)
        cells = feeds["image"].reshape(rows // CELL, CELL, columns // CELL, CELL).mean((1, 3))
        np.testing.assert_allclose(outputs["scores"][0], cells.ravel(), atol=1e-5)
        assert outputs["boxes"].shape == (1, cells.size, 4)


def dimmed() -> onnx.ModelProto:
    """Halves any number of pictures."""
    sides = ["pictures", 1, 2, 2]
    nodes = [helper.make_node("Mul", ["image", "half"], ["dim"])]
    half = {"half": np.array(0.5, np.float32)}
    return model(nodes, half, {"dim": sides}, shape=tuple(sides))


@given(count=st.integers(1, 40), threads=st.integers(1, 5))
def test_pictures_that_are_shared_out_come_back_in_their_order(count: int, threads: int) -> None:
    network = session(dimmed(), threads=threads)
    pictures = np.arange(count * 4, dtype=np.float32).reshape(count, 1, 2, 2)
    outputs = network.run({"image": pictures}, each=True)
    np.testing.assert_array_equal(outputs["dim"], pictures / 2)


def test_pictures_that_are_shared_out_are_refused_together() -> None:
    bad = np.zeros((9, 1, 2, 2), np.float32)
    bad[7] = np.nan
    with pytest.raises(NetworkError, match="NaN"):
        session(dimmed(), threads=2).run({"image": bad}, each=True)


def test_a_stop_ends_all_pictures_that_are_shared_out() -> None:
    stop, many = StopFlag(), slow(600)
    many.graph.input[0].type.tensor_type.shape.dim[0].dim_param = "pictures"
    pictures = np.ones((16, 1, 512, 512), np.float32)
    timer = threading.Timer(0.3, stop.stop)
    timer.start()
    with pytest.raises(CancelledError):
        session(many, threads=2).run({"image": pictures}, stop, each=True)
    timer.join()


@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_stop_ends_a_run_of_seconds_within_200_ms(provider: Provider) -> None:
    network, stop = session(slow(600), provider), StopFlag()
    stopped_at = []

    def later() -> None:
        time.sleep(0.3)
        stopped_at.append(time.perf_counter())
        stop.stop()

    thread = threading.Thread(target=later)
    thread.start()
    with pytest.raises(CancelledError):
        network.run(image(512, 512), stop)
    ended = time.perf_counter()
    thread.join()
    assert stopped_at, "the run was over before it could be stopped"
    assert ended - stopped_at[0] < 0.2


def test_a_stopped_session_runs_again_under_another_flag() -> None:
    network, stop = session(bright_cells()), StopFlag()
    stop.stop()
    with pytest.raises(CancelledError):
        network.run(image(), stop)
    assert network.run(image())["scores"].size


def test_nan_is_an_error_that_names_the_file_and_the_output() -> None:
    with pytest.raises(NetworkError, match=r"network\.onnx.*NaN.*scores"):
        session(nan_scores()).run(image())


@pytest.mark.parametrize(
    "feeds",
    [
        {},
        {"picture": np.zeros((1, 1, 64, 64), np.float32)},
        {"image": np.zeros((1, 1, 64, 64), np.float64)},
        {"image": np.zeros((1, 3, 64, 64), np.float32)},
        {"image": np.zeros((64, 64), np.float32)},
    ],
)
def test_feeds_that_do_not_fit_are_an_error_before_the_run(feeds: dict[str, np.ndarray]) -> None:
    with pytest.raises(NetworkError, match="takes"):
        session(bright_cells()).run(feeds)


def test_bytes_that_no_provider_loads_are_an_error_without_the_librarys_paths() -> None:
    with pytest.raises(ProviderError) as caught:
        Session(b"nothing", CPU, "network.onnx")
    assert "network.onnx" in str(caught.value)
    assert ".cc" not in str(caught.value)


def test_warming_runs_a_network_of_open_and_of_fixed_sides() -> None:
    session(bright_cells()).warm()
    session(bright_cells(shape=(1, 1, 32, 96))).warm()


def test_a_pool_loads_each_network_once(package: ModelPackage) -> None:
    pool = SessionPool(CPU)
    first = pool.session(package)
    pool.runner().run(package, image())
    assert pool.session(package) is first
    pool.forget(package)
    assert pool.session(package) is not first


def test_a_pool_keeps_no_more_than_it_may(tmp_path: Path) -> None:
    pool = SessionPool(CPU, most=2)
    packages = [open_package(write_package(tmp_path / str(n), version=str(n))) for n in range(3)]
    made = [pool.session(one) for one in packages]
    assert pool.session(packages[2]) is made[2]
    assert pool.session(packages[1]) is made[1]
    assert pool.session(packages[0]) is not made[0], "it had to go"


def test_a_file_that_changed_after_opening_is_not_loaded(package: ModelPackage) -> None:
    package.network().write_bytes(b"something else")
    with pytest.raises(PackageError, match="has changed"):
        SessionPool(CPU).run(package, image())


def test_a_gpu_that_was_promised_and_is_absent_costs_nothing_but_speed(
    package: ModelPackage,
) -> None:
    pool = SessionPool(Choice(Provider.CUDA, "promised", 1))
    assert pool.run(package, image())["scores"].size
    assert pool.choice.provider is Provider.CPU
    assert not pool.choice.met
    assert "cuda did not load" in pool.choice.why
    assert pool.session(package) is pool.session(package)


def put_in_place_of_cuda(monkeypatch: pytest.MonkeyPatch, engine: type) -> None:
    makers = {**session_module._MAKERS, Provider.CUDA: engine}
    monkeypatch.setattr(session_module, "_MAKERS", makers)


class _CpuAsCuda:
    """Stands for a GPU that works."""

    provider = Provider.CUDA

    def __init__(self, network: bytes, choice: Choice) -> None:
        self._engine = OnnxEngine(network, CPU)
        self.inputs, self.outputs = self._engine.inputs, self._engine.outputs

    def run(self, feeds: Tensors, stop: StopFlag, *, each: bool = False) -> list[np.ndarray]:
        return self._engine.run(feeds, stop, each=each)


class _FailingEngine(_CpuAsCuda):
    """Stands for a GPU whose driver gives up in the middle of a run."""

    def run(self, feeds: object, stop: StopFlag, *, each: bool = False) -> list[np.ndarray]:
        raise RuntimeError("CUDA failure 700: an illegal memory access was encountered")


@pytest.fixture
def failing_gpu(monkeypatch: pytest.MonkeyPatch) -> SessionPool:
    put_in_place_of_cuda(monkeypatch, _FailingEngine)
    return SessionPool(Choice(Provider.CUDA, "promised", 1))


def test_a_gpu_that_fails_while_it_runs_hands_over_to_the_cpu_and_says_so(
    package: ModelPackage, failing_gpu: SessionPool
) -> None:
    assert failing_gpu.run(package, image())["scores"].size
    assert failing_gpu.choice.provider is Provider.CPU
    assert "cuda failed" in failing_gpu.choice.why
    assert "illegal memory access" in failing_gpu.choice.why


def test_neither_bad_numbers_nor_a_stop_cost_the_gpu(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_in_place_of_cuda(monkeypatch, _CpuAsCuda)
    package = open_package(write_package(tmp_path / "nan", nan_scores()))
    pool, stop = SessionPool(Choice(Provider.CUDA, "there", 1)), StopFlag()
    with pytest.raises(NetworkError, match="NaN"):
        pool.run(package, image())
    stop.stop()
    with pytest.raises(CancelledError):
        pool.run(package, image(), stop=stop)
    assert pool.choice.provider is Provider.CUDA
