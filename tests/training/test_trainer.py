"""A run that was killed goes on as if nothing had been; what is wrong is said at once."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

torch = pytest.importorskip("torch", reason="training needs the train extra")

from torch import nn

from domain.errors import BadInputError
from training.ema import Ema
from training.run_folder import CURVE, RunFolder, revision
from training.trainer import Schedule, Trainer, TrainingError

SCHEDULE = Schedule(steps=12, every=4, warmup=2, report=100)


class Line:
    """Learns y = 2 x; each step's numbers follow from the step."""

    def loss(self, network, step):
        x = torch.rand(8, 1, generator=torch.Generator().manual_seed(step))
        return {"square": ((network(x).float() - 2 * x) ** 2).mean()}

    def validate(self, network):
        with torch.no_grad():
            apart = float((network(torch.ones(1, 1)) - 2) ** 2)
        return {"goal": -apart}


class Broken(Line):
    def loss(self, network, step):
        return {"square": super().loss(network, step)["square"] * (float("nan") if step else 1)}


def network(width: int = 4):
    torch.manual_seed(3)
    return nn.Sequential(nn.Linear(1, width), nn.Dropout(0.2), nn.Linear(width, 1))


def train(path: Path, until: int | None = None, task=None, schedule=SCHEDULE, width: int = 4):
    folder = RunFolder(path)
    folder.begin({"steps": schedule.steps})
    own = network(width)
    Trainer(own, task or Line(), schedule, folder).run(until)
    return own.state_dict()


def test_a_run_that_was_stopped_twice_ends_with_the_same_weights(tmp_path: Path) -> None:
    whole = train(tmp_path / "whole")
    for until in (5, 10, None):  # 5 and 10 lie between states: those steps are made again
        parts = train(tmp_path / "parts", until)
    for name, values in whole.items():
        assert torch.equal(values, parts[name])
    best = RunFolder(tmp_path / "whole").load_best()
    for name, values in RunFolder(tmp_path / "parts").load_best().items():
        assert torch.equal(values, best[name])


def test_the_curve_has_each_validation_once(tmp_path: Path) -> None:
    for until in (6, None):
        train(tmp_path, until)
    with (tmp_path / CURVE).open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["step"] for row in rows] == ["4", "8", "12"]
    assert {"square", "goal", "rate", "steps_per_s"} <= set(rows[0])


def test_training_makes_the_loss_small(tmp_path: Path) -> None:
    train(tmp_path, schedule=Schedule(steps=300, every=100, rate=0.05, warmup=5, ema=0.9))
    assert float(RunFolder(tmp_path).best_words()["goal"]) > -0.1


def test_a_loss_that_is_no_number_stops_the_run_and_names_the_step(tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match="loss of step 1 is no number"):
        train(tmp_path, task=Broken())


def test_the_state_of_another_network_is_refused(tmp_path: Path) -> None:
    train(tmp_path, 4)
    with pytest.raises(TrainingError, match="of another network"):
        train(tmp_path, width=5)


def test_a_run_with_other_settings_is_refused(tmp_path: Path) -> None:
    RunFolder(tmp_path).begin({"rate": 1})
    RunFolder(tmp_path).begin({"rate": 1})
    assert RunFolder(tmp_path).config()["revision"] == revision()
    with pytest.raises(BadInputError, match="other settings"):
        RunFolder(tmp_path).begin({"rate": 2})


def test_a_run_without_weights_says_so(tmp_path: Path) -> None:
    with pytest.raises(BadInputError, match="no best weights yet"):
        RunFolder(tmp_path).load_best()


def test_the_rate_rises_then_falls_to_nothing() -> None:
    rates = [SCHEDULE.rate_at(step) for step in range(13)]
    assert rates[0] < rates[1] == max(rates)
    assert rates[1:] == sorted(rates[1:], reverse=True)
    assert rates[12] == pytest.approx(0)


def test_the_average_follows_the_weights() -> None:
    own = nn.Linear(1, 1)
    average = Ema(own, 0.5)
    with torch.no_grad():
        own.weight.fill_(8.0)
    for step in range(60):
        average.update(own, step)
    assert float(average.network.weight) == pytest.approx(8.0, abs=1e-3)


def test_the_revision_is_read_from_the_repository_or_unknown(tmp_path: Path) -> None:
    assert revision(tmp_path) == "unknown"
    git = tmp_path / ".git"
    (git / "refs/heads").mkdir(parents=True)
    (git / "HEAD").write_text("ref: refs/heads/main\n")
    (git / "packed-refs").write_text("# pack-refs\nabc123 refs/heads/main\n")
    assert revision(tmp_path) == "abc123"
    (git / "refs/heads/main").write_text("def456\n")
    assert revision(tmp_path) == "def456"
