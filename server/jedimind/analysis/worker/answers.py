"""Which function answers which question. A question that is new to the server is added here."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from jedimind.analysis.compilation import SyntaxAnswer, SyntaxQuestion, syntax_fault
from jedimind.analysis.completion import CandidateQuestion, CompletionQuestion
from jedimind.analysis.context import ContextQuestion
from jedimind.analysis.hierarchy import (
    CallItemsQuestion,
    ImplementationsQuestion,
    IncomingCallsQuestion,
    OutgoingCallsQuestion,
    SubtypesQuestion,
    SupertypesQuestion,
    TypeItemsQuestion,
)
from jedimind.analysis.hover import HoverQuestion, SignatureQuestion
from jedimind.analysis.inlay_hints import InlayHintsQuestion
from jedimind.analysis.moves import MovesQuestion
from jedimind.analysis.navigation import NavigationQuestion
from jedimind.analysis.preload import PreloadQuestion
from jedimind.analysis.problems import ProblemsQuestion
from jedimind.analysis.question import Question
from jedimind.analysis.refactoring import ExtractionsQuestion, RefactorQuestion
from jedimind.analysis.references import HighlightsQuestion, ReferencesQuestion
from jedimind.analysis.rename import RenamableQuestion, RenameQuestion
from jedimind.analysis.semantic_tokens import SemanticTokensQuestion
from jedimind.analysis.unresolved import UnresolvedQuestion
from jedimind.analysis.worker.call_hierarchy import call_items, incoming_calls, outgoing_calls
from jedimind.analysis.worker.completion import complete, describe_candidate
from jedimind.analysis.worker.gather import gather
from jedimind.analysis.worker.hover import hover, signatures
from jedimind.analysis.worker.inlay_hints import inlay_hints
from jedimind.analysis.worker.moves import import_fixes
from jedimind.analysis.worker.navigation import navigate
from jedimind.analysis.worker.preload import preload
from jedimind.analysis.worker.problems import find_problems
from jedimind.analysis.worker.refactoring import extractions, refactor
from jedimind.analysis.worker.references import highlights, references
from jedimind.analysis.worker.rename import renamable, rename
from jedimind.analysis.worker.semantic_tokens import semantic_tokens
from jedimind.analysis.worker.type_hierarchy import (
    implementations,
    subtypes,
    supertypes,
    type_items,
)
from jedimind.analysis.worker.verify import verify

_ANSWERS: dict[type[Question[Any]], Callable[[Any], Any]] = {
    CallItemsQuestion: call_items,
    CandidateQuestion: describe_candidate,
    CompletionQuestion: complete,
    ContextQuestion: gather,
    ExtractionsQuestion: extractions,
    HighlightsQuestion: highlights,
    HoverQuestion: hover,
    InlayHintsQuestion: inlay_hints,
    ImplementationsQuestion: implementations,
    IncomingCallsQuestion: incoming_calls,
    MovesQuestion: import_fixes,
    NavigationQuestion: navigate,
    OutgoingCallsQuestion: outgoing_calls,
    RefactorQuestion: refactor,
    ReferencesQuestion: references,
    SemanticTokensQuestion: semantic_tokens,
    PreloadQuestion: preload,
    ProblemsQuestion: find_problems,
    RenamableQuestion: renamable,
    RenameQuestion: rename,
    SignatureQuestion: signatures,
    SubtypesQuestion: subtypes,
    SupertypesQuestion: supertypes,
    SyntaxQuestion: lambda question: SyntaxAnswer(syntax_fault(question.source)),
    TypeItemsQuestion: type_items,
    UnresolvedQuestion: verify,
}

QUESTIONS = {question.__name__: question for question in _ANSWERS}


def answer(question: Question[Any]) -> Any:
    """What Jedi says to `question`; its type is that of the question's answers."""
    return _ANSWERS[type(question)](question)
