"""What a reader thought before any mark of a model was shown."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from annotations.document.opinion import Opinion
from domain.finding import Finding


@dataclass(frozen=True)
class FirstRead:
    """The reader's own opinion and findings at the moment of recording; it is never changed."""

    opinion: Opinion
    findings: tuple[Finding, ...]
    recorded: datetime
