"""The order of the list by the AI reading's scores."""

from __future__ import annotations

from types import SimpleNamespace

from app.gui.case_order import by_score
from app.presenters.second_reading.standing import AiState, CaseStanding
from app.settings.declaration import AiSettings, Settings
from domain.study import Patient, Study


def study(uid: str) -> Study:
    return Study(uid, Patient(), ())


def test_the_highest_score_comes_first_and_the_unread_keep_their_order_behind() -> None:
    scores = {"b": 0.2, "d": 0.9, "e": None}
    standings = {uid: CaseStanding(uid, AiState.DONE, score=one) for uid, one in scores.items()}
    services = SimpleNamespace(
        second_reading=SimpleNamespace(standings=standings),
        settings=Settings(ai=AiSettings(sort_list=True)),
    )
    listed = by_score([study(uid) for uid in "abcde"], services)  # type: ignore[arg-type]
    assert [one.uid for one in listed] == ["d", "b", "a", "c", "e"]


def test_the_order_stays_where_the_reader_does_not_want_it() -> None:
    services = SimpleNamespace(settings=Settings())
    cases = [study(uid) for uid in "abc"]
    assert by_score(cases, services) == tuple(cases)  # type: ignore[arg-type]
