"""Reads questions from stdin and answers them on stdout, until stdin closes.

Jedi runs in the main thread only. Another one reads stdin, so that the process ends with its owner
even while Jedi spins.
"""

from __future__ import annotations

import gc
import json
import os
import queue
import signal
import threading
import traceback
import warnings
from typing import Any, BinaryIO

from jedimind.analysis import wire
from jedimind.analysis.context import ContextQuestion
from jedimind.analysis.place import SourcePlace
from jedimind.analysis.worker import scripts
from jedimind.analysis.worker.answers import QUESTIONS, answer
from jedimind.analysis.worker.gather import gather
from jedimind.text import Position

_generation = _disk = 0


def main() -> None:
    questions, answers = _private_streams()
    # An interrupt in a terminal reaches every process; ours ends with its owner, without a trace.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # What parsers warn about is the user's code, not ours.
    warnings.simplefilter("ignore")
    inbox: queue.SimpleQueue[dict[str, Any]] = queue.SimpleQueue()
    threading.Thread(target=_read, args=(questions, inbox), daemon=True).start()
    _warm_up()
    _collect_less_often()
    _send(answers, {"ready": True})
    while True:
        request = inbox.get()
        _send(answers, {"id": request["id"], **_answer(request)})


def _private_streams() -> tuple[BinaryIO, BinaryIO]:
    """Our ends of the pipes, out of reach of a stray `print` or `input`."""
    questions = os.fdopen(os.dup(0), "rb")
    answers = os.fdopen(os.dup(1), "wb")
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    os.dup2(2, 1)
    return questions, answers


def _read(stream: BinaryIO, inbox: queue.SimpleQueue[dict[str, Any]]) -> None:
    while header := stream.read(wire.HEADER.size):
        inbox.put(json.loads(stream.read(wire.body_length(header))))
    os._exit(0)


def _send(stream: BinaryIO, message: dict[str, Any]) -> None:
    stream.write(wire.frame(message))
    stream.flush()


def _answer(request: dict[str, Any]) -> dict[str, Any]:
    global _generation, _disk
    try:
        scripts.documents_changed(request["overlays"])
        if request["generation"] != _generation:
            scripts.files_changed(on_disk=request["disk"] != _disk)
        _generation, _disk = request["generation"], request["disk"]
        question = wire.converter.structure(request["body"], QUESTIONS[request["question"]])
        return {"answer": wire.converter.unstructure(answer(question))}
    except Exception as error:  # noqa: BLE001 - Jedi raises anything on unusual code; say which
        traceback.print_exc()
        scripts.forget()
        return {"error": f"{type(error).__name__}: {error}"}


def _collect_less_often() -> None:
    """Trees of whole libraries are looked through for garbage each time: pauses of half a second.

    What is there now stays for good; what comes is mostly kept, too.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)


def _warm_up() -> None:
    """Loads the builtins' and typing's stubs, which every first question needs."""
    source = "import typing\nwords: list[str] = sorted('')\nwords\n"
    place = SourcePlace(None, source, Position(2, 0))
    gather(ContextQuestion(place, frozenset(), 10))


if __name__ == "__main__":
    main()
