"""Offers to install a module for want of which a run failed."""

from __future__ import annotations

from typing import Any

from lsprotocol import types

from jedimind.environments.distributions import distribution_of
from jedimind.lsp.actions.offer import Occasion, Offer
from jedimind.lsp.session import Session
from jedimind.lsp.views import View

INSTALL = "quickfix.jedimind.install"
KINDS = (INSTALL,)


async def offers(session: Session, occasion: Occasion) -> list[Offer]:
    return [
        Offer(
            f"Install {distribution_of(finding.missing)} into this environment",
            INSTALL,
            "jedimind.install",
            also={"module": finding.missing},
            diagnostics=shown,
        )
        for finding, shown in occasion.results(session)
        if finding.missing is not None
    ]


async def edit(
    _session: Session, _view: View, _argument: dict[str, Any]
) -> types.WorkspaceEdit | None:
    return None  # it is a command
