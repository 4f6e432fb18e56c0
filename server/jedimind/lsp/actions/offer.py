"""What is asked of those who offer code actions, and what they offer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Protocol

import attrs
from lsprotocol import types

from jedimind.lsp.conversion import to_range
from jedimind.lsp.results import Finding
from jedimind.lsp.session import Session
from jedimind.lsp.views import View
from jedimind.syntax import Tree
from jedimind.text import Span


@attrs.frozen(eq=False)
class Occasion:
    """Where in a document the user is, and what the client knows of the place.

    `tree` is that of the document itself; `view` is what Jedi would be shown of it.
    """

    view: View
    tree: Tree
    span: Span
    diagnostics: Sequence[types.Diagnostic] = ()
    only: Sequence[str] = ()

    def wants(self, kind: str) -> bool:
        """Whether `kind` is asked for, or a kind that it is under (``refactor`` for ours)."""
        return not self.only or self.names(kind)

    def names(self, kind: str) -> bool:
        """Whether the client asks for `kind`, or one above it, and for nothing else."""
        return any(name == "" or kind == name or kind.startswith(f"{name}.") for name in self.only)

    def results(self, session: Session) -> Iterator[tuple[Finding, list[types.Diagnostic]]]:
        """What runs found on the lines, each as the client has it among its diagnostics."""
        lines = self.span.lines
        for finding in self.view.document.results.findings:
            if finding.span.lines.start < lines.stop and lines.start < finding.span.lines.stop:
                place = to_range(self.tree.text, finding.span, session.encoding)
                yield (
                    finding,
                    [
                        diagnostic
                        for diagnostic in self.diagnostics
                        if diagnostic.source == "jedimind" and diagnostic.range == place
                    ],
                )


@attrs.frozen
class Offer:
    """One action of a `kind`.

    It is carried out by a `command` with the place as its argument, where `span` None is the whole
    document, and what is in `also`; or by an edit, which `argument` names to the provider, for it
    may take a while.
    """

    title: str
    kind: str
    command: str | None = None
    span: Span | None = None
    also: Mapping[str, Any] = attrs.field(factory=dict)
    argument: dict[str, Any] | None = None
    diagnostics: Sequence[types.Diagnostic] = ()
    preferred: bool = False


class Provider(Protocol):
    """A module that offers actions of some kinds."""

    KINDS: Sequence[str]

    async def offers(self, session: Session, occasion: Occasion) -> Sequence[Offer]:
        """What can be done on this occasion. Asked at every move of the cursor: be quick."""

    async def edit(
        self, session: Session, view: View, argument: dict[str, Any]
    ) -> types.WorkspaceEdit | None:
        """The edit of an offer with this `argument`; None if it cannot be made any more."""
