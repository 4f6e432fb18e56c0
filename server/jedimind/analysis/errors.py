"""Why Jedi gave no answer. The texts are sentences for the user."""

from __future__ import annotations


class AnalysisError(Exception):
    """Jedi gave no answer."""


class AnalysisTimeout(AnalysisError):
    """The question took longer than its deadline."""


class AnalysisFailed(AnalysisError):
    """The worker died, or Jedi failed on this source."""


class Superseded(AnalysisError):
    """A newer question took the place of this one, so nobody needs its answer."""

    def __init__(self) -> None:
        super().__init__("A newer question took the place of this one.")
