"""The protocol to the letter, where pygls 2.1 is not.

Kept here, and nowhere else:

* Every request gets exactly one response, also a malformed one and one that is cancelled.
* Before `initialize` requests are answered with ServerNotInitialized, after `shutdown` with
  InvalidRequest; `exit` ends with code 0 only after `shutdown` (LSP 3.17, *Lifecycle Messages*).
* A message that cannot be sent is dropped. Reporting that to the client would be sent, too.
* Documents are the session's. The pygls workspace splits lines where the protocol does not.
"""

from __future__ import annotations

import enum
import json
import logging
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from lsprotocol import types
from pygls.capabilities import ServerCapabilitiesBuilder
from pygls.exceptions import JsonRpcException, JsonRpcInternalError, JsonRpcInvalidParams
from pygls.protocol import LanguageServerProtocol, lsp_method

from jedimind.lsp.refusal import Refusal
from jedimind.text import Encoding

if TYPE_CHECKING:
    from jedimind.lsp.server import Server

logger = logging.getLogger(__name__)

Json = dict[str, Any]
# pygls would feed these to a workspace of its own.
_OURS = (
    types.TEXT_DOCUMENT_DID_OPEN,
    types.TEXT_DOCUMENT_DID_CHANGE,
    types.TEXT_DOCUMENT_DID_CLOSE,
    types.NOTEBOOK_DOCUMENT_DID_OPEN,
    types.NOTEBOOK_DOCUMENT_DID_CHANGE,
    types.NOTEBOOK_DOCUMENT_DID_CLOSE,
    types.WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS,
    types.WINDOW_WORK_DONE_PROGRESS_CANCEL,
    types.SHUTDOWN,
)


class Stage(enum.Enum):
    """Where in its life the connection is."""

    STARTING = "starting"
    RUNNING = "running"
    SHUT_DOWN = "shut down"


class Protocol(LanguageServerProtocol):
    """One client's connection. `receive` takes bodies; `send` is given what makes them."""

    _server: Server

    def __init__(self, server: Server, converter: Any) -> None:
        super().__init__(server, converter)
        self.stage = Stage.STARTING
        self.send: Callable[[Callable[[], bytes]], None] = lambda make: None
        self.exited: Callable[[int], None] = lambda code: None
        for method in _OURS:
            self.fm.builtin_features.pop(method, None)

    def receive(self, body: bytes) -> None:
        """Handle one message from the client, whatever it contains."""
        try:
            data = json.loads(body)
        except (ValueError, RecursionError) as error:  # bad UTF-8 and huge numbers, too
            self._refuse(None, types.ErrorCodes.ParseError, f"This is not JSON: {error}")
            return
        if not isinstance(data, dict) or data.get("jsonrpc") != "2.0":
            msg_id = data.get("id") if isinstance(data, dict) else None
            self._refuse(msg_id, types.ErrorCodes.InvalidRequest, "This is not JSON-RPC 2.0.")
            return
        if "method" in data:
            if not isinstance(data["method"], str):
                sentence = "The method must be a text."
                self._refuse(data.get("id"), types.ErrorCodes.InvalidRequest, sentence)
                return
            if not self._is_welcome(data):
                return
        if "method" in data and self.get_message_type(data["method"]) is None:
            data.setdefault("params", None)  # pygls takes no unknown message without
        try:
            message = self.structure_message(data)
        except JsonRpcException as error:
            if "method" in data and "id" in data:
                sentence = f"The parameters of {data['method']} are not those of the protocol."
                self._refuse(data["id"], types.ErrorCodes.InvalidParams, sentence)
            else:
                logger.error("A message could not be understood: %s", error)
            return
        self.handle_message(message)

    def _is_welcome(self, data: Json) -> bool:
        """Whether the stage allows the message; if not, a request has been answered."""
        method, msg_id = data["method"], data.get("id")
        if method == types.EXIT:
            return True
        if self.stage is Stage.STARTING and method != types.INITIALIZE:
            code, sentence = types.ErrorCodes.ServerNotInitialized, "Send `initialize` first."
        elif self.stage is Stage.RUNNING and method == types.INITIALIZE:
            code, sentence = types.ErrorCodes.InvalidRequest, "`initialize` was already sent."
        elif self.stage is Stage.SHUT_DOWN:
            code, sentence = types.ErrorCodes.InvalidRequest, "The server is shutting down."
        else:
            return True
        if "id" in data:
            self._refuse(msg_id, code, sentence)
        return False

    def _refuse(self, msg_id: Any, code: types.ErrorCodes, sentence: str) -> None:
        error = types.ResponseError(code=code.value, message=sentence)
        self._send_data(types.ResponseErrorMessage(id=msg_id, error=error, jsonrpc="2.0"))

    def _send_handler_result(self, future: Any, *, msg_id: Any) -> None:
        """Answer a request. One that is refused is no failure, and leaves no traceback."""
        refusal = None if future.cancelled() else future.exception()
        if not isinstance(refusal, Refusal):
            super()._send_handler_result(future, msg_id=msg_id)
            return
        self._request_futures.pop(msg_id, None)
        logger.info("Request %s was refused: %s", msg_id, refusal)
        self._send_response(msg_id, error=refusal.to_response_error())

    def _send_data(self, data: Any) -> None:
        # Made where it is written: the outline of a large file would hold up the loop.
        self.send(partial(self._body, data))

    def _body(self, data: Any) -> bytes:
        try:
            return self._encoded(data)
        except Exception as error:  # whatever it is, somebody waits for an answer
            logger.exception("A message could not be written.")
            fault = JsonRpcInternalError(str(error)).to_response_error()
            msg_id = getattr(data, "id", None)
            return self._encoded(types.ResponseErrorMessage(id=msg_id, error=fault, jsonrpc="2.0"))

    def _encoded(self, data: Any) -> bytes:
        message = self._converter.unstructure(data)
        if "id" in message and "method" not in message and "error" not in message:
            message.setdefault("result", None)  # left out by lsprotocol, required by JSON-RPC
        return json.dumps(message, default=self._serialize_message).encode()

    @lsp_method(types.INITIALIZE)
    def lsp_initialize(self, params: types.InitializeParams) -> types.InitializeResult:  # type: ignore[override]
        self.client_capabilities = params.capabilities
        encoding = _encoding(params.capabilities)
        self._server.start_session(params, encoding)
        self.stage = Stage.RUNNING
        builder: Any = ServerCapabilitiesBuilder(
            params.capabilities,
            {*self._server.methods(), *self.fm.builtin_features},
            self.fm.feature_options,
            list(self.fm.commands),
            types.TextDocumentSyncKind.Incremental,
            self._server.notebook_sync,
            types.PositionEncodingKind(encoding.value),
        )
        self.server_capabilities = builder.build()
        return types.InitializeResult(
            capabilities=self.server_capabilities, server_info=self.server_info
        )

    @lsp_method(types.EXIT)
    def lsp_exit(self, *_args: Any) -> None:  # type: ignore[override]
        self.exited(0 if self.stage is Stage.SHUT_DOWN else 1)

    @lsp_method(types.WORKSPACE_EXECUTE_COMMAND)
    def lsp_workspace__execute_command(self, params: types.ExecuteCommandParams) -> Any:
        """Commands take one table as their only argument; an absent one is empty."""
        handler = self.fm.commands.get(params.command)
        if handler is None:
            raise JsonRpcInvalidParams(f"`{params.command}` is not a command of jedimind.")
        argument = params.arguments[0] if params.arguments else {}
        if not isinstance(argument, dict):
            raise JsonRpcInvalidParams(f"The argument of `{params.command}` must be a table.")
        return handler(argument)

    def shut_down(self) -> None:
        """Take no further requests, and end those that are under way."""
        self.stage = Stage.SHUT_DOWN
        for msg_id, future in list(self._request_futures.items()):
            if msg_id != self.msg_id and not future.done():
                future.cancel()

    def _handle_response(
        self, msg_id: Any, result: Any = None, error: types.ResponseError | None = None
    ) -> None:
        future = self._request_futures.get(msg_id)
        if future is not None and future.done():  # nobody waits for the answer any more
            del self._request_futures[msg_id]
            return
        super()._handle_response(msg_id, result, error)


def _encoding(capabilities: types.ClientCapabilities) -> Encoding:
    """The client's favourite of the encodings it offers; UTF-16 if it offers none."""
    general = capabilities.general
    for offered in (general.position_encodings if general else None) or []:
        value = offered.value if isinstance(offered, types.PositionEncodingKind) else offered
        if value in {encoding.value for encoding in Encoding}:
            return Encoding(value)
    return Encoding.UTF16
