"""``fourview train contours``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import cv2
import torch

from training.data.regions import has_outline
from training.data.sample import Sample
from training.recipes.contours.packaging import package
from training.recipes.contours.settings import PROFILES, make_network, settings_of
from training.recipes.contours.task import ContourTask
from training.recipes.recipe import Part, Tell, TrainRequest
from training.recipes.requests import fingerprint
from training.run_folder import RunFolder
from training.trainer import Trainer


class ContourTraining:
    """U-Net++ on regions around masses; profiles are those of ``settings.PROFILES``."""

    name = "contours"
    profiles = tuple(PROFILES)

    def train(self, request: TrainRequest, tell: Tell) -> None:
        """As ``Recipe.train``. Weights of parts don't count: each mass is drawn alike."""
        torch.set_num_threads(request.threads)
        cv2.setNumThreads(1)
        settings = settings_of(request)
        torch.manual_seed(settings.schedule.seed)
        folder = RunFolder(request.out)
        sets = {
            split: [
                [one.data.name, len(one.infos), fingerprint(one.data, one.infos)] for one in parts
            ]
            for split, parts in (("train", request.train), ("valid", request.valid))
        }
        start = "" if request.start is None else request.start.name
        folder.begin({"recipe": self.name, "data": sets, "start": start, **settings.plain()})
        task = ContourTask(
            samples(request.train),
            samples(request.valid),
            plan=settings.plan,
            batch=settings.profile.batch,
            seed=settings.schedule.seed,
        )
        tell(f"{len(task.train)} regions to train on, {len(task.valid)} masses to choose by")
        network = make_network(settings.profile)
        if request.start is not None:
            network.load_state_dict(RunFolder(request.start).load_best())
        best = Trainer(network, task, settings.schedule, folder, tell).run()
        tell(f"best goal: {best:.3f}")

    def package(self, run: Path, target: Path, tell: Tell) -> Path:
        """As ``Recipe.package``."""
        return package(run, target, tell)


def samples(parts: Sequence[Part]) -> Iterator[Sample]:
    """Images that show a mass with an outline."""
    for part in parts:
        for info in part.infos:
            if any(has_outline(one) for one in info.findings):
                yield part.data.open(info)
