"""Everything behind the window, made once and handed to it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from annotations.keeping.folders import readings_folder
from app.gui.posting import Poster
from app.gui.translating import translated_title
from app.jobs.jobs import Jobs
from app.presenters.annotating.annotating import AnnotatingPresenter
from app.presenters.annotating.outlining import (
    DrawsOutlines,
    OutliningPresenter,
    contour_package,
)
from app.presenters.annotating.readings import account_name
from app.presenters.archiving.door import ArchiveDoor
from app.presenters.breasts import Breasts
from app.presenters.following import FollowingPresenter
from app.presenters.measuring import MeasuringPresenter, Tool
from app.presenters.reading import ReadingPresenter
from app.presenters.scanning import scan_indexed
from app.presenters.second_reading.on_screen import shown_packages
from app.presenters.second_reading.presenter import SecondReading
from app.presenters.study_list import ListPresenter
from app.presenters.worklist.deeds import WorklistDeeds
from app.presenters.worklist.locating import Locating
from app.presenters.worklist.presenter import WorklistPresenter
from app.presenters.worklist.putting_in import PuttingIn
from app.presenters.worklist.sources import SourcesPresenter
from app.protocols import OWN_FOLDER, find_protocol
from app.settings.declaration import Settings
from app.settings.store import SettingsStore
from app.starting import load_dicom
from domain.errors import FourviewError
from viewing.hanging.protocol import Protocol
from viewing.state.model import ScreenModel

_DEFAULT_PROTOCOL = "screening"


@dataclass
class Services:
    """messages: what of the settings could not be used."""

    poster: Poster
    jobs: Jobs
    model: ScreenModel
    studies: ListPresenter
    reading: ReadingPresenter
    measuring: MeasuringPresenter
    following: FollowingPresenter
    annotating: AnnotatingPresenter
    outlining: OutliningPresenter
    second_reading: SecondReading
    archive: ArchiveDoor
    worklist: WorklistPresenter
    worklist_deeds: WorklistDeeds
    locating: Locating
    sources: SourcesPresenter
    putting_in: PuttingIn
    store: SettingsStore
    settings: Settings
    messages: tuple[str, ...] = ()


def make_services(store: SettingsStore | None = None) -> Services:
    """Load the settings and make models and presenters. On the window's thread."""
    store = store or SettingsStore()
    loaded = store.load()
    settings = loaded.settings
    protocol, complaints = _protocol(store, settings)
    messages = (*loaded.messages, *complaints)
    poster = Poster()
    jobs = Jobs(poster.post, load_dicom)
    model = ScreenModel()
    budget = settings.memory.cache_megabytes * 1_000_000
    reading = ReadingPresenter(jobs, model, protocol, budget=budget)
    breasts = Breasts(jobs, reading.hear)
    reading.nipples = breasts.nipples
    measuring, following = MeasuringPresenter(), FollowingPresenter(breasts)
    following.want(mirrored=settings.reading.mirrored_cursor)
    measuring.changed.connect(lambda: following.want(nipple_tool=measuring.tool is Tool.NIPPLE))
    archive = _archive(jobs, lambda: services.settings)
    annotating = AnnotatingPresenter(
        jobs, poster.post, readings_folder, lambda: services.settings.reading.reader, archive
    )
    services = Services(
        poster=poster,
        jobs=jobs,
        model=model,
        reading=reading,
        measuring=measuring,
        following=following,
        annotating=annotating,
        outlining=OutliningPresenter(annotating, lambda: _outliner(poster)),
        second_reading=SecondReading(
            annotating, lambda: services.settings.ai, reading.exams_behind
        ),
        archive=archive,
        **_listing(jobs, archive, settings.recent),
        store=store,
        settings=settings,
        messages=messages,
    )
    annotating.readings.on_screen = lambda: shown_packages(services.second_reading)
    return services


def _archive(jobs: Jobs, settings: Callable[[], Settings]) -> ArchiveDoor:
    """The way to the archive that the settings of the moment name, for the reader of the moment."""
    return ArchiveDoor(
        jobs,
        lambda: settings().archive.address,
        lambda: settings().reading.reader or account_name(),
    )


def _listing(jobs: Jobs, archive: ArchiveDoor, recent: Sequence[str]) -> dict[str, Any]:
    """All that lists studies; one index of headers for whoever scans."""
    studies = ListPresenter(jobs, [Path(path) for path in recent], scan_indexed)
    worklist = WorklistPresenter(jobs, archive, studies)
    return {
        "studies": studies,
        "worklist": worklist,
        "worklist_deeds": WorklistDeeds(archive, worklist),
        "locating": Locating(jobs, archive, scan_indexed),
        "sources": SourcesPresenter(jobs, archive, scan_indexed),
        "putting_in": PuttingIn(archive, studies),
    }


def _protocol(store: SettingsStore, settings: Settings) -> tuple[Protocol, tuple[str, ...]]:
    """The reader's hanging protocol; where it can't be read the usual one, and why."""
    own = store.path.parent / OWN_FOLDER
    try:
        return find_protocol(settings.reading.protocol, own, translated_title), ()
    except FourviewError as error:
        return find_protocol(_DEFAULT_PROTOCOL, say=translated_title), (str(error),)


def _outliner(poster: Poster) -> DrawsOutlines:
    """What draws a network's contours; its process begins when it is first asked."""
    from inference.outlining.outliner import Outliner  # noqa: PLC0415 - after the first paint

    return Outliner(poster.post, contour_package)
