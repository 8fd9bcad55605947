"""What every test gets: no clock, no screen, and folders that are not the user's."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings

# A machine at work on something else is no defect. With CI=true the default is a profile of
# Hypothesis' own, which takes the same examples in each run; that stays so.
settings.register_profile(
    "unhurried", settings.default, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("unhurried")


@pytest.fixture(scope="session", autouse=True)
def _own_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("FOURVIEW_CACHE", str(tmp_path_factory.mktemp("cache")))
        patch.setenv("FOURVIEW_CONFIG", str(tmp_path_factory.mktemp("config")))
        patch.setenv("FOURVIEW_DATA", str(tmp_path_factory.mktemp("data")))
        patch.delenv("FOURVIEW_ARCHIVE", raising=False)
        patch.setenv("QT_QPA_PLATFORM", os.environ.get("QT_QPA_PLATFORM", "offscreen"))
        yield
