"""What the server says to the client, and asks it, as far as the client's capabilities go.

Some clients never answer requests (ALE), so no result may depend on an answer: every question has
a time limit and a meaning for silence.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from pathlib import Path
from typing import Any

from lsprotocol import types
from pygls.capabilities import get_capability
from pygls.exceptions import JsonRpcException

from jedimind.errors import UserError
from jedimind.lsp.protocol import Protocol

logger = logging.getLogger(__name__)


class EditRefused(UserError):
    """The editor said that it did not apply an edit."""

    def __init__(self, reason: str | None) -> None:
        because = f" ({reason})" if reason else ""
        super().__init__(f"The editor did not apply the edit{because}; nothing was changed.")


class Client:
    """The client at the other end."""

    def __init__(self, protocol: Protocol, params: types.InitializeParams) -> None:
        self._protocol = protocol
        self.capabilities = params.capabilities

    # What it can do. Capabilities are trees of optional branches.

    def capability(self, path: str) -> Any:
        """The capability at a dotted `path` of attributes; None if a part of it is not there."""
        return get_capability(self.capabilities, path)

    @property
    def shows_progress(self) -> bool:
        window = self.capabilities.window
        return bool(window and window.work_done_progress)

    @property
    def applies_edits(self) -> bool:
        workspace = self.capabilities.workspace
        return bool(workspace and workspace.apply_edit)

    @property
    def has_versioned_edits(self) -> bool:
        workspace = self.capabilities.workspace
        return bool(
            workspace and workspace.workspace_edit and workspace.workspace_edit.document_changes
        )

    @property
    def moves_files(self) -> bool:
        """Whether an edit may rename files and directories."""
        workspace = self.capabilities.workspace
        edit = workspace.workspace_edit if workspace else None
        operations = (edit and edit.resource_operations) or []
        return self.has_versioned_edits and types.ResourceOperationKind.Rename in operations

    @property
    def shows_documents(self) -> bool:
        window = self.capabilities.window
        return bool(window and window.show_document and window.show_document.support)

    @property
    def has_code_action_literals(self) -> bool:
        text_document = self.capabilities.text_document
        code_action = text_document.code_action if text_document else None
        return bool(code_action and code_action.code_action_literal_support)

    @property
    def reads_markdown(self) -> bool:
        text_document = self.capabilities.text_document
        hover = text_document.hover if text_document else None
        return types.MarkupKind.Markdown in ((hover and hover.content_format) or [])

    @property
    def pulls_configuration(self) -> bool:
        workspace = self.capabilities.workspace
        return bool(workspace and workspace.configuration)

    @property
    def registers_configuration(self) -> bool:
        workspace = self.capabilities.workspace
        configuration = workspace.did_change_configuration if workspace else None
        return bool(configuration and configuration.dynamic_registration)

    @property
    def shows_related_information(self) -> bool:
        text_document = self.capabilities.text_document
        diagnostics = text_document.publish_diagnostics if text_document else None
        return bool(diagnostics and diagnostics.related_information)

    @property
    def shows_symbol_trees(self) -> bool:
        text_document = self.capabilities.text_document
        symbols = text_document.document_symbol if text_document else None
        return bool(symbols and symbols.hierarchical_document_symbol_support)

    def follows_links(self, target: str) -> bool:
        """Whether a way to a `target` (``type_definition`` …) may name where it begins."""
        return bool(self.capability(f"text_document.{target}.link_support"))

    # What we say to it.

    def notify(self, method: str, params: Any) -> None:
        self._protocol.notify(method, params)

    def show_error(self, message: str) -> None:
        self._show(types.MessageType.Error, message)

    def show_warning(self, message: str) -> None:
        self._show(types.MessageType.Warning, message)

    def _show(self, kind: types.MessageType, message: str) -> None:
        self.notify(types.WINDOW_SHOW_MESSAGE, types.ShowMessageParams(kind, message))

    # What we ask it.

    async def request(self, method: str, params: Any, timeout: float | None) -> Any:
        """The client's answer.

        Raises:
            asyncio.TimeoutError: it gave none within `timeout` seconds.
            JsonRpcException: it answered with an error.
        """
        return await asyncio.wait_for(self._protocol.send_request_async(method, params), timeout)

    async def ask(self, question: str, answers: list[str], timeout: float) -> str | None:
        """The answer the user chose; None if they closed the question or nobody answered."""
        params = types.ShowMessageRequestParams(
            type=types.MessageType.Info,
            message=question,
            actions=[types.MessageActionItem(title=answer) for answer in answers],
        )
        try:
            chosen = await self.request(types.WINDOW_SHOW_MESSAGE_REQUEST, params, timeout)
        except asyncio.TimeoutError:
            logger.warning("Nobody answered within %g s: %s", timeout, question)
            return None
        except JsonRpcException as error:
            logger.warning("The client cannot ask the user (%s): %s", error, question)
            return None
        return chosen.title if chosen is not None else None

    def refresh(self, method: str) -> None:
        """Have the client ask again for what `method` is about; its answer says nothing."""
        self._protocol.send_request(method, None)

    async def register(self, method: str, options: Any) -> None:
        """Ask to be sent `method`; what the client answers to that makes no difference."""
        registration = types.Registration(id=method, method=method, register_options=options)
        params = types.RegistrationParams([registration])
        try:
            await self.request(types.CLIENT_REGISTER_CAPABILITY, params, timeout=10)
        except (asyncio.TimeoutError, JsonRpcException) as error:
            logger.warning("The client may not send %s: %r", method, error)

    async def apply_edit(self, label: str, edit: types.WorkspaceEdit) -> None:
        """Have the client apply `edit`. One that gives no answer is taken to have done so.

        Raises:
            EditRefused: it said that it did not.
        """
        params = types.ApplyWorkspaceEditParams(edit=edit, label=label)
        try:
            answer = await self.request(types.WORKSPACE_APPLY_EDIT, params, timeout=10)
        except asyncio.TimeoutError:
            logger.warning("The client did not say whether it applied the edit.")
            return
        except JsonRpcException as error:
            raise EditRefused(str(error)) from error
        if not answer.applied:
            raise EditRefused(answer.failure_reason)

    def show_document(self, uri: str) -> None:
        """Have `uri` opened in the editor; whether it does is not waited for."""
        params = types.ShowDocumentParams(uri=uri, take_focus=False)
        self._protocol.send_request(types.WINDOW_SHOW_DOCUMENT, params)

    async def configuration(
        self, folders: Sequence[Path], take: Callable[[list[Any]], None]
    ) -> None:
        """Ask for the `jedimind` section of the client's settings: in general, and for each folder.

        `take` gets them the moment they come, before the message after them is looked at. The first
        is always there; some clients answer no more.

        Raises:
            asyncio.TimeoutError, JsonRpcException: there is no answer.
        """
        items = [types.ConfigurationItem(section="jedimind")]
        items += [types.ConfigurationItem(folder.as_uri(), "jedimind") for folder in folders]
        params = types.ConfigurationParams(items)
        asked = self._protocol.send_request(types.WORKSPACE_CONFIGURATION, params)

        def came(answer: Future[Any]) -> None:
            if not answer.cancelled() and answer.exception() is None:
                take(list(answer.result() or [None]))

        asked.add_done_callback(came)
        await asyncio.wait_for(asyncio.wrap_future(asked), timeout=10)
