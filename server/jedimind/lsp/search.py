"""How features that search the whole workspace ask: where, for how long, and what if it fails."""

from __future__ import annotations

from pathlib import Path
from typing import TypeVar

from jedimind.analysis.errors import AnalysisError
from jedimind.analysis.place import NEIGHBOURS
from jedimind.analysis.process import AnalysisProcess
from jedimind.analysis.question import Question
from jedimind.lsp.refusal import RequestRefused
from jedimind.lsp.session import Session
from jedimind.lsp.views import View
from jedimind.settings import Settings

_Answer = TypeVar("_Answer")

# The part of the time for a whole question that the search may take.
_SHARE = 0.8


async def ask_or_refuse(
    session: Session, question: Question[_Answer], lane: AnalysisProcess | None = None
) -> _Answer:
    """The answer of the background lane, unless another is named.

    Raises:
        RequestRefused: there is none. To show nothing would look as if nothing were there.
    """
    try:
        return await (lane or session.lanes.background).ask(question)
    except AnalysisError as error:
        raise RequestRefused(str(error)) from error


def searched_folders(session: Session, view: View) -> tuple[Path, ...]:
    """Where a name of the document is searched: the workspace's folders.

    Around a file outside of them only its neighbours are: its folder may be all that a user has.
    """
    folders = session.workspace.folders
    own = view.reading.folder
    return (*folders, *(() if own in folders else (own / NEIGHBOURS,)))


def search_budget(settings: Settings) -> float:
    """Seconds that a search may take, so that it ends before it is stopped."""
    return settings.analysis.background_timeout * _SHARE
