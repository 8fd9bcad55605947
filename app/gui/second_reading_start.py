"""Opens model packages and the worker once the window stands, off the window's thread."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer

from app.gui.services import Services
from app.jobs.job import Job
from app.settings.declaration import Device
from domain.errors import FourviewError

if TYPE_CHECKING:
    from app.presenters.second_reading.working import Worker
    from inference.pipeline.reader import ReaderPackages
    from inference.results.store import ResultStore

AFTER_MS = 400
"""The window paints first."""

_LANE = "packages"
_ALWAYS_THERE = (Device.AUTO, Device.CPU)


def start_second_reading(services: Services) -> None:
    """Open packages and worker a moment after the window is shown."""
    QTimer.singleShot(AFTER_MS, services.poster, lambda: open_packages(services))


def reopen_packages(services: Services) -> None:
    """Read with what is active and set now, such as another package or device."""
    old = services.second_reading.let_go()
    services.outlining.forget()
    open_packages(services, old)


def take_device(services: Services) -> None:
    """Read on the device that was chosen just now; say so where it can't be had."""
    reopen_packages(services)
    device = services.settings.ai.device
    if device in _ALWAYS_THERE:
        return

    def why_not(_job: Job) -> str:
        from inference.backends.choice import choose_provider  # noqa: PLC0415 - only then

        choice = choose_provider(device.value)
        return "" if choice.met else f"{choice.why}. The CPU reads"

    def done(trouble: str) -> None:
        if trouble:
            services.second_reading.told.emit(trouble, True)

    services.jobs.start("device", "Trying the device", why_not, done=done, quiet=True)


def open_packages(services: Services, old: Worker | None = None) -> None:
    """Open what is active. old: a worker that is ended before."""
    if services.second_reading.closed:  # the window went before it was half a second old
        return

    def work(_job: Job) -> tuple[ReaderPackages | None, ResultStore | None]:
        if old is not None:
            old.close()
        return _reader(), _store(services)

    def done(opened: tuple[ReaderPackages | None, ResultStore | None]) -> None:
        _begin(services, *opened)

    services.jobs.start(
        _LANE,
        "Opening model packages",
        work,
        done=done,
        failed=lambda error: services.second_reading.lack(str(error)),
        quiet=True,
    )


def _begin(services: Services, reader: ReaderPackages | None, store: ResultStore | None) -> None:
    """No package, no worker: its process would wait for nothing."""
    from imaging.scanning.header_index import cache_folder  # noqa: PLC0415 - after the first paint
    from inference.worker.supervisor import Supervisor  # noqa: PLC0415

    if services.second_reading.closed:
        return
    if reader is None:
        services.second_reading.lack()
        return
    try:
        worker = Supervisor(
            services.poster.post,
            services.second_reading,
            cache_folder() / "pixels",
            wish=services.settings.ai.device.value,
            store=store,
        )
    except FourviewError as error:
        services.second_reading.lack(str(error))
        return
    services.second_reading.ready(worker, reader)


def _reader() -> ReaderPackages | None:
    from inference.packages.registry import Registry  # noqa: PLC0415 - after the first paint
    from inference.pipeline.reader import ReaderPackages  # noqa: PLC0415

    packages = Registry().reading()
    return ReaderPackages(packages) if packages else None


def _store(services: Services) -> ResultStore | None:
    """``None`` where results can't be kept; studies are then read each time."""
    from app.presenters.archiving.results import ArchivedResults  # noqa: PLC0415 - as above
    from imaging.scanning.header_index import cache_folder  # noqa: PLC0415

    budget = services.settings.ai.cache_megabytes * 1_000_000
    try:
        return ArchivedResults(cache_folder() / "results", budget, lambda: services.archive.archive)
    except (FourviewError, OSError):
        return None
