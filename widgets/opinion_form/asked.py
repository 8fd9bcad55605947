"""The report's questions, and what an answer makes of the opinion there is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import Enum

from annotations.document.opinion import Opinion, Positioning, TechnicalProblem
from domain.laterality import Laterality
from domain.lexicon import Edition
from widgets.choices.axis import Axis
from widgets.choices.birads import assessment_choices, composition_choices, in_words, sentence
from widgets.choices.chip import Choice
from widgets.choices.keys import keys_of


class About(Enum):
    """What a question of the report is about; the value names it in the undo list."""

    COMPOSITION = "composition"
    ASSESSMENT = "assessment"
    OVERALL = "overall assessment"
    RECALL = "recall"
    POSITIONING = "positioning"
    PROBLEMS = "technical problems"


@dataclass(frozen=True)
class Question:
    """laterality: of a question about one breast."""

    about: About
    laterality: Laterality | None = None


_BREASTS = (Laterality.RIGHT, Laterality.LEFT)
QUESTIONS = (
    Question(About.COMPOSITION),
    *(Question(About.ASSESSMENT, side) for side in _BREASTS),
    Question(About.OVERALL),
    Question(About.RECALL),
    *(Question(about, side) for side in _BREASTS for about in (About.POSITIONING, About.PROBLEMS)),
)
"""In the order in which they are asked."""
ALWAYS_SAID = QUESTIONS[:5]
"""Those without which a report isn't whole."""


def axis_of(question: Question, edition: Edition) -> Axis:
    """The question as it is asked."""
    title = _title(question)
    match question.about:
        case About.COMPOSITION:
            return Axis(title, composition_choices(edition), even=True)
        case About.ASSESSMENT | About.OVERALL:
            return Axis(title, assessment_choices(), even=True)
        case About.RECALL:
            return Axis(title, _named(((True, "recall"), (False, "no recall"))))
        case About.POSITIONING:
            return Axis(title, _named([(one, one.value) for one in Positioning]), folding=True)
        case About.PROBLEMS:
            named = _named([(one, one.value) for one in TechnicalProblem])
            return Axis(title, named, many=True, folding=True, advances=False)


def answer_of(question: Question, opinion: Opinion) -> object:
    """What was said; a tuple of problems, ``None`` or an empty text for nothing."""
    breast = opinion.right if question.laterality is Laterality.RIGHT else opinion.left
    return {
        About.COMPOSITION: opinion.composition,
        About.ASSESSMENT: breast.assessment,
        About.OVERALL: opinion.overall,
        About.RECALL: opinion.recall,
        About.POSITIONING: breast.positioning,
        About.PROBLEMS: breast.problems,
    }[question.about]


def answered(question: Question, opinion: Opinion, value: object) -> Opinion:
    """The opinion with an answer; the same one again takes it back."""
    before = answer_of(question, opinion)
    if isinstance(before, tuple):
        chosen = set(before) ^ {value}
        after: object = tuple(one for one in TechnicalProblem if one in chosen)
    else:
        nothing = "" if question.about is About.COMPOSITION else None
        after = nothing if value == before else value
    field = {
        About.COMPOSITION: "composition",
        About.OVERALL: "overall",
        About.RECALL: "recall",
        About.ASSESSMENT: "assessment",
        About.POSITIONING: "positioning",
        About.PROBLEMS: "problems",
    }[question.about]
    given: dict[str, object] = {field: after}
    if question.laterality is None:
        return replace(opinion, **given)  # type: ignore[arg-type]
    if question.laterality is Laterality.RIGHT:
        return replace(opinion, right=replace(opinion.right, **given))  # type: ignore[arg-type]
    return replace(opinion, left=replace(opinion.left, **given))  # type: ignore[arg-type]


def _title(question: Question) -> str:
    if question.about is About.OVERALL:
        return sentence("overall")
    if question.laterality is None:
        return sentence(question.about.value)
    side = "right" if question.laterality is Laterality.RIGHT else "left"
    if question.about is About.ASSESSMENT:
        return sentence(side)
    thing = "positioning" if question.about is About.POSITIONING else "technique"
    return sentence(f"{side}, {thing}")


def _named(values: Sequence[tuple[object, str]]) -> tuple[Choice, ...]:
    labels = [in_words(label) for _, label in values]
    keys = keys_of(labels)
    return tuple(
        Choice(value, label, key)
        for (value, _), label, key in zip(values, labels, keys, strict=True)
    )
