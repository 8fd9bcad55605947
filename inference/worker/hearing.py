"""What the worker said, checked against what it was asked, as the pipeline's own types."""

from __future__ import annotations

from inference.pipeline.inputs import StudyInput
from inference.pipeline.results import Progress, Stage, StudyResult, ViewResult
from inference.worker.jobs import check_study
from inference.worker.messages import Finished, Json, Marked, MessageError, Reported


def progress_json(progress: Progress) -> Json:
    """As ``progress_of`` reads it."""
    return {"view": progress.view, "stage": progress.stage.value, "share": progress.share}


def progress_of(word: Reported) -> Progress:
    """Raises MessageError where it is none."""
    told = word.progress
    try:
        return Progress(str(told["view"]), Stage(told["stage"]), float(told["share"]))
    except (KeyError, TypeError, ValueError) as error:
        raise MessageError("the worker's progress is none") from error


def view_of(word: Marked, study: StudyInput) -> ViewResult:
    """A view's marks. Raises BadInputError unless they are of a view of this very study."""
    result = ViewResult.from_json(word.result)
    asked = {(one.uid, one.digest) for one in study.views}
    if result.uid != word.view or (result.uid, result.digest) not in asked:
        raise MessageError("marks came that belong to another study")
    return result


def study_of(word: Finished, study: StudyInput) -> StudyResult:
    """A whole result. Raises BadInputError unless it is of this very study and of all its views."""
    result = StudyResult.from_json(word.result)
    check_study(result, study)
    if not all(view.complete for view in result.views):
        raise MessageError("a result came of which views are still awaited")
    if result.uid != study.uid or len(result.views) != len(study.views):
        raise MessageError("a result came that is not this study's")
    return result
