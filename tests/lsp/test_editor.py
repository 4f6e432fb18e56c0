"""The tests' own editor fails on what a server must not say, and on what nobody looked at."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from conversation import Conversation
from editor import Editor
from window import Unexpected

URI = "file:///a.py"
OFFERED = {
    "textDocument": {"hover": {"dynamicRegistration": True}},
    "window": {"workDoneProgress": True},
    "workspace": {"applyEdit": True, "didChangeWatchedFiles": {"dynamicRegistration": True}},
}
REGISTERED = {"id": "w", "method": "workspace/didChangeWatchedFiles"}


class Exchange(Conversation):
    """A conversation in short: messages as they would be on the wire."""

    def __init__(self, capabilities: dict[str, Any]) -> None:
        super().__init__()
        self.ask(0, "initialize", capabilities=capabilities)
        self.answered(0)

    def ask(self, msg_id: int, method: str, **params: Any) -> None:
        self.sent({"id": msg_id, "method": method, "params": params})

    def tell(self, method: str, version: int | None = None) -> None:
        document = {"uri": URI, "version": version}
        self.sent({"method": f"textDocument/{method}", "params": {"textDocument": document}})

    def agree(self, msg_id: str) -> None:
        self.sent({"id": msg_id})

    def answered(self, msg_id: int | None, **result: Any) -> None:
        self.received({"jsonrpc": "2.0", "id": msg_id, "result": result})

    def told(self, method: str, **params: Any) -> None:
        self.received({"jsonrpc": "2.0", "method": method, "params": params})

    def asked(self, msg_id: str, method: str, **params: Any) -> None:
        self.received({"jsonrpc": "2.0", "id": msg_id, "method": method, "params": params})

    def published(self, version: int | None = None, count: int = 1) -> None:
        diagnostics = [{}] * count
        method = "textDocument/publishDiagnostics"
        self.told(method, uri=URI, version=version, diagnostics=diagnostics)

    def reported(self, token: str, kind: str) -> None:
        self.told("$/progress", token=token, value={"kind": kind})

    def faults(self) -> list[str]:
        return [*self.take_faults(), *self.unfinished()]


@pytest.fixture
def exchange() -> Exchange:
    return Exchange(OFFERED)


def test_a_whole_conversation_that_is_right_has_no_faults(exchange: Exchange) -> None:
    exchange.tell("didOpen", 1)
    exchange.published(1)
    exchange.asked("r1", "client/registerCapability", registrations=[REGISTERED])
    exchange.agree("r1")
    assert exchange.registered == {"workspace/didChangeWatchedFiles"}
    exchange.ask(1, "workspace/executeCommand")
    exchange.answered(1, task="task-1")
    exchange.asked("r2", "window/workDoneProgress/create", token="t")
    exchange.agree("r2")
    for kind in ("begin", "report", "report", "end"):
        exchange.reported("t", kind)
    exchange.told("jedimind/taskFinished", task="task-1")
    exchange.tell("didChange", 2)
    exchange.published(1)  # it cannot know better yet
    exchange.published(2)
    exchange.tell("didClose")
    exchange.published(2)
    exchange.published(count=0)
    exchange.tell("didOpen", 1)
    exchange.published(1)
    assert exchange.faults() == []


def test_a_request_that_was_not_offered_is_a_fault(exchange: Exchange) -> None:
    exchange.asked("r1", "workspace/configuration", items=[])
    exchange.asked("r2", "workspace/inlayHint/refresh")
    exchange.asked("r3", "workspace/applyEdit", edit={"documentChanges": []})
    exchange.asked(
        "r4", "client/registerCapability", registrations=[{"method": "textDocument/foldingRange"}]
    )
    exchange.asked("r5", "no/such/request")
    configuration, hints, edit, registration, unknown = exchange.faults()
    assert configuration.endswith("needs `workspace.configuration`, which was not offered")
    assert hints.endswith("needs `workspace.inlayHint.refreshSupport`, which was not offered")
    assert edit == "`documentChanges` were not offered"
    assert "needs `textDocument.foldingRange.dynamicRegistration`" in registration
    assert unknown == "`no/such/request` is no request that a server sends"


def test_a_notification_that_nobody_knows_is_a_fault(exchange: Exchange) -> None:
    exchange.told("window/logMessage", message="hm")
    assert exchange.faults() == ["an unexpected `window/logMessage`: {'message': 'hm'}"]


def test_answers_come_once_and_to_requests(exchange: Exchange) -> None:
    exchange.ask(1, "textDocument/hover")
    exchange.answered(1)
    exchange.answered(1)
    exchange.answered(5)
    exchange.answered(None)
    exchange.ask(2, "textDocument/hover")
    exchange.received({"jsonrpc": "2.0", "id": 2})
    exchange.ask(3, "textDocument/hover")
    second, unknown, nameless, empty, missing = exchange.faults()
    assert second.startswith("a second answer")
    assert unknown.startswith("an answer to no request")
    assert nameless.startswith("an answer to no request")
    assert empty.startswith("`textDocument/hover` needs either a result or an error")
    assert missing == "`textDocument/hover` was never answered"


def test_ids_are_used_once(exchange: Exchange) -> None:
    for _ in range(2):
        exchange.asked("same", "window/showMessageRequest")
    exchange.asked("r1", "client/registerCapability", registrations=[REGISTERED])
    exchange.asked("r2", "client/registerCapability", registrations=[REGISTERED])
    exchange.asked("r3", "client/unregisterCapability", unregisterations=[{"id": "other"}])
    assert exchange.faults() == [
        "`window/showMessageRequest` has an id that was used before: same",
        "w was registered before",
        "other was never registered",
    ]


def test_diagnostics_are_for_a_version_of_an_open_document(exchange: Exchange) -> None:
    exchange.published(1)
    exchange.tell("didOpen", 1)
    exchange.tell("didChange", 2)
    exchange.published(3)
    exchange.published(2)
    exchange.published(1)
    exchange.tell("didClose")
    exchange.ask(1, "textDocument/hover")
    exchange.answered(1)
    exchange.published()
    assert exchange.faults() == [
        f"diagnostics for {URI}, which was never opened",
        f"diagnostics for version 3 of {URI}, which it never had",
        f"diagnostics for version 2 of {URI} after version 3",
        f"diagnostics for version 1 of {URI} after version 2",
        f"diagnostics for {URI}, which is closed",
        f"diagnostics of {URI} were not withdrawn when it was closed",
    ]


def test_diagnostics_for_a_version_are_late_once_the_next_is_known_to_have_arrived(
    exchange: Exchange,
) -> None:
    exchange.tell("didOpen", 1)
    exchange.tell("didChange", 2)
    exchange.ask(1, "textDocument/hover")
    exchange.tell("didChange", 3)
    exchange.published(1)
    exchange.answered(1)
    exchange.published(2)
    exchange.published(1)
    assert exchange.faults() == [f"diagnostics for version 1 of {URI} after version 2"]


@pytest.mark.parametrize(
    ("kinds", "fault"),
    [
        (["report"], "a progress `report` on t, which is created"),
        (["begin", "begin"], "a progress `begin` on t, which is begin"),
        (["begin", "end", "report"], "a progress `report` on t, which is end"),
        (["begin", "report"], "the progress t never ended"),
    ],
)
def test_progress_begins_and_ends_once(exchange: Exchange, kinds: list[str], fault: str) -> None:
    exchange.asked("r1", "window/workDoneProgress/create", token="t")
    exchange.agree("r1")
    for kind in kinds:
        exchange.reported("t", kind)
    assert fault in exchange.faults()


def test_progress_needs_a_token_that_the_client_agreed_to(exchange: Exchange) -> None:
    exchange.reported("other", "begin")
    exchange.reported("other", "end")
    exchange.asked("r1", "window/workDoneProgress/create", token="t")
    exchange.reported("t", "begin")
    assert exchange.take_faults() == [
        "a progress `begin` on other, which is unknown",
        "a progress `begin` on t, which is asked for",
    ]


def test_the_tokens_of_a_request_end_with_its_answer(exchange: Exchange) -> None:
    exchange.ask(1, "textDocument/references", workDoneToken="w", partialResultToken="p")
    exchange.reported("w", "begin")
    exchange.told("$/progress", token="p", value=[])
    exchange.answered(1)
    exchange.told("$/progress", token="p", value={"kind": "report"})
    assert exchange.take_faults() == [
        "`textDocument/references` was answered before its progress w ended",
        "a progress `report` on p, which is unknown",
    ]


def test_a_task_finishes_once_and_after_its_command_was_answered(exchange: Exchange) -> None:
    exchange.told("jedimind/taskFinished", task="task-1")
    for number in (1, 2):
        exchange.ask(number, "workspace/executeCommand")
        exchange.answered(number, task=f"task-{number}")
    exchange.told("jedimind/taskFinished", task="task-1")
    exchange.told("jedimind/taskFinished", task="task-1")
    assert exchange.faults() == [
        "task-1 finished before the command that starts it was answered",
        "task-1 finished twice",
        "task-2 never finished",
    ]


# A server that says what a test has it say, after it was initialized.

ROGUE = """
import json, sys

def send(body):
    body = json.dumps({"jsonrpc": "2.0", **body}).encode()
    sys.stdout.buffer.write(b"Content-Length: %d\\r\\n\\r\\n%b" % (len(body), body))
    sys.stdout.buffer.flush()

while header := sys.stdin.buffer.readline():
    length = int(header.split(b":")[1])
    while sys.stdin.buffer.readline().strip():
        pass
    message = json.loads(sys.stdin.buffer.read(length))
    if message["method"] == "exit":
        break
    if message["method"] == "initialized":
        exec(sys.argv[1])
    elif "id" in message:
        send({"id": message["id"], "result": {"capabilities": {}} if "params" in message else None})
"""


async def started(editor: Editor, code: str) -> None:
    await editor.start(command=[sys.executable, "-c", ROGUE, code])


def told(method: str, **params: Any) -> str:
    return f"send({json.dumps({'method': method, 'params': params})})"


@pytest.mark.parametrize(
    ("code", "what"),
    [
        (told("window/logMessage", type=3, message="hm"), "an unexpected `window/logMessage`"),
        (told("$/progress", token="t", value={"kind": "end"}), "which is unknown"),
        ("send({'id': 7, 'result': 1})", "an answer to no request"),
        ("send({'id': 7, 'method': 'workspace/codeLens/refresh'})", "was not offered"),
        ("print('stray', flush=True)", "no message begins with b'stray"),
        ("sys.exit(3)", "the server ended with code 3"),
        ("raise ValueError('x')", "trouble in the log: ValueError: x"),
        ("print('2026-01-01 10:00:00,1 ERROR a: b', file=sys.stderr)", "ERROR a: b"),
        ("send({'method': 'window/showMessage', 'params': 3})", "cannot be understood"),
    ],
)
async def test_what_a_server_must_not_say_ends_what_the_test_waits_for(
    jedimind_home: Path, code: str, what: str
) -> None:
    editor = Editor(jedimind_home)
    await started(editor, code)
    with pytest.raises(Unexpected) as raised:
        await editor.until(lambda: False)
    assert what in str(raised.value)
    await editor.kill()


async def test_a_message_that_nobody_looked_at_fails_the_test_at_its_end(
    jedimind_home: Path,
) -> None:
    editor = Editor(jedimind_home)
    await started(editor, told("window/showMessage", type=1, message="It is broken."))
    with pytest.raises(
        pytest.fail.Exception, match=r"nobody looked at the message: It is broken\."
    ):
        await editor.leave()


async def test_a_message_that_was_looked_at_is_fine(editor: Editor) -> None:
    await started(editor, told("window/showMessage", type=1, message="It is broken."))
    await editor.until(lambda: editor.shown)
