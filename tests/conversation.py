"""Judges what a server says: everything that it sends has to be allowed where it comes.

This sees plain messages, as they are on the wire. It answers and shows nothing.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import attrs

from offers import Json, branch, refused
from told import ToldDocuments

Id = int | str


@attrs.define
class _Asked:
    """A request to the server: when it was sent, and the progress tokens that it lends."""

    method: str
    sent: int
    tokens: list[Id]


class Conversation:
    """One client's conversation with its server. `faulted` is set at what it does wrong."""

    def __init__(self) -> None:
        self.capabilities: Json = {}
        self.faulted = asyncio.Event()
        self._faults: list[str] = []
        self._clock = 0
        self._acknowledged = 0
        self._asked: dict[Id, _Asked] = {}
        self._answered: set[Id] = set()
        self._asked_by_server: dict[Id, tuple[str, Any]] = {}
        self._used_by_server: set[Id] = set()
        self._registered: dict[str, str] = {}
        self._documents = ToldDocuments()
        self._tasks: dict[str, bool] = {}  # whether it has finished
        self._progress: dict[Id, str] = {}  # by token, its last kind

    @property
    def registered(self) -> set[str]:
        """The methods that the server has registered since it started."""
        return set(self._registered.values())

    def fault(self, what: str) -> None:
        self._faults.append(what)
        self.faulted.set()

    def take_faults(self) -> list[str]:
        """What the server did wrong since this was asked before."""
        faults, self._faults = self._faults, []
        return faults

    def unfinished(self) -> Iterator[str]:
        """What is missing if the server has been shut down and ended as it should."""
        for asked in self._asked.values():
            yield f"`{asked.method}` was never answered"
        for task, finished in self._tasks.items():
            if not finished:
                yield f"{task} never finished"
        for token, kind in self._progress.items():
            if kind in ("begin", "report"):
                yield f"the progress {token} never ended"
        yield from self._documents.left_behind()

    # What the client sends.

    def sent(self, message: Json) -> None:
        self._clock += 1
        method, params = message.get("method"), message.get("params")
        if method is None:
            self._sent_answer(message)
        elif "id" in message:
            self._sent_request(message["id"], method, params)
        else:
            self._documents.sent(self._clock, method, params or {})

    def _sent_request(self, msg_id: Id, method: str, params: Any) -> None:
        lent = params if isinstance(params, dict) else {}
        names = ("workDoneToken", "partialResultToken")
        tokens = [lent[name] for name in names if lent.get(name) is not None]
        self._progress.update(dict.fromkeys(tokens, "created"))
        self._asked[msg_id] = _Asked(method, self._clock, tokens)
        if method == "initialize":
            self.capabilities = params["capabilities"]

    def _sent_answer(self, message: Json) -> None:
        method, params = self._asked_by_server.pop(message["id"], ("", None))
        if method == "window/workDoneProgress/create":
            self._progress[params["token"]] = "refused" if "error" in message else "created"

    # What the server sends.

    def received(self, message: Any) -> None:
        if not isinstance(message, dict) or message.get("jsonrpc") != "2.0":
            self.fault(f"this is no message: {str(message)[:200]}")
        elif "method" not in message:
            self._received_answer(message)
        elif "id" in message:
            self._received_request(message["id"], message["method"], message.get("params"))
        else:
            self._received_notification(message["method"], message.get("params"))

    def _received_answer(self, message: Json) -> None:
        msg_id = message.get("id")
        asked = self._asked.pop(msg_id, None) if isinstance(msg_id, Id) else None
        if asked is None:
            again = "a second answer to" if msg_id in self._answered else "an answer to no"
            self.fault(f"{again} request: {str(message)[:200]}")
            return
        assert isinstance(msg_id, Id)
        self._answered.add(msg_id)
        self._acknowledged = max(self._acknowledged, asked.sent)
        if ("result" in message) == ("error" in message):
            self.fault(f"`{asked.method}` needs either a result or an error: {str(message)[:200]}")
        for token in asked.tokens:
            if self._progress.pop(token) in ("begin", "report"):
                self.fault(f"`{asked.method}` was answered before its progress {token} ended")
        task = branch(message, "result.task")
        if asked.method == "workspace/executeCommand" and task is not None:
            self._tasks[task] = False

    def _received_request(self, msg_id: Id, method: str, params: Any) -> None:
        if msg_id in self._used_by_server:
            self.fault(f"`{method}` has an id that was used before: {msg_id}")
        self._used_by_server.add(msg_id)
        self._asked_by_server[msg_id] = (method, params)
        why_not = refused(self.capabilities, method, params)
        if why_not is not None:
            self.fault(why_not)
        elif method == "client/registerCapability":
            self._register(params["registrations"])
        elif method == "client/unregisterCapability":
            for registration in params["unregisterations"]:
                if self._registered.pop(registration["id"], None) is None:
                    self.fault(f"{registration['id']} was never registered")
        elif method == "window/workDoneProgress/create":
            if params["token"] in self._progress:
                self.fault(f"the progress token {params['token']} was used before")
            self._progress[params["token"]] = "asked for"

    def _register(self, registrations: list[Json]) -> None:
        for registration in registrations:
            if registration["id"] in self._registered:
                self.fault(f"{registration['id']} was registered before")
            self._registered[registration["id"]] = registration["method"]

    def _received_notification(self, method: str, params: Any) -> None:
        if method == "$/progress":
            self._reported(params["token"], params["value"])
        elif method == "textDocument/publishDiagnostics":
            why_not = self._documents.refused(params, self._acknowledged)
            if why_not is not None:
                self.fault(why_not)
        elif method == "jedimind/taskFinished":
            self._finished(params["task"])
        elif method != "window/showMessage":
            self.fault(f"an unexpected `{method}`: {str(params)[:200]}")

    def _reported(self, token: Id, value: Any) -> None:
        before = self._progress.get(token, "unknown")
        if before == "created" and not (isinstance(value, dict) and "kind" in value):
            return  # a partial result
        kind = value["kind"]
        follows = before == "created" if kind == "begin" else before in ("begin", "report")
        if not follows:
            self.fault(f"a progress `{kind}` on {token}, which is {before}")
        self._progress[token] = kind

    def _finished(self, task: str) -> None:
        finished = self._tasks.get(task)
        if finished is None:
            self.fault(f"{task} finished before the command that starts it was answered")
        elif finished:
            self.fault(f"{task} finished twice")
        self._tasks[task] = True
