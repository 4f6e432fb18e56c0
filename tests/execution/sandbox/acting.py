"""Runs under the user's Python, confined: carries out acts where a user's program would run.

Started by `launch` with the path of a file with acts, and JSON for them to read as ``given``. An
act is a function named ``refused_…`` or ``allowed_…``; each is called in a process of its own
beneath the worker. Prints JSON: ``{"outcomes": {act: what}, "record": […], "asked": bool}``, where
an act's outcome is what it returned, "ExceptionType errno" or "signal N".
"""

import json
import os
import select
import socket
import sys

import confinement

sys.path.append(os.path.dirname(confinement.__file__))
import refusals


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        code = compile(file.read(), sys.argv[1], "exec")
    # The acts bring what they need before the worker is confined, as the zygote does.
    acts = {"given": json.loads(sys.argv[2]), "__name__": "acts"}
    exec(code, acts)
    ours, theirs = socket.socketpair()
    reading, writing = os.pipe()
    worker = os.fork()
    if worker == 0:
        try:
            ours.close()
            if acts["given"].get("silent"):
                # As on a kernel that cannot ask.
                confinement.worker_stage.pop("questions", None)
            confinement.confine_worker(confinement.worker_stage, theirs)
            act_out(acts, writing)
            os._exit(0)
        finally:
            os._exit(1)
    theirs.close()
    os.close(writing)
    questions = confinement.receive_questions(ours)
    answering = None
    poller = select.poll()
    poller.register(reading, select.POLLIN)
    if questions is not None:
        answering = refusals.Refusals(questions, confinement.worker_stage["refusals"])
        poller.register(answering, select.POLLIN)
    said, open_ = b"", True
    while open_:
        for descriptor, _ in poller.poll():
            if descriptor == reading:
                data = os.read(reading, 65536)
                said, open_ = said + data, bool(data)
            elif not answering.handle():
                poller.unregister(descriptor)
    assert os.waitpid(worker, 0)[1] == 0
    record = answering.record if answering else []
    outcomes = {}
    for line in said.splitlines():
        outcomes.update(json.loads(line))
    print(json.dumps({"outcomes": outcomes, "record": record, "asked": answering is not None}))


def act_out(acts, writing):
    for name, act in acts.items():
        if not name.startswith(("refused_", "allowed_")):
            continue
        child = os.fork()
        if child == 0:
            try:
                say(writing, name, act())
            except BaseException as error:
                number = getattr(error, "errno", None)
                say(writing, name, f"{type(error).__name__} {number or error}")
            finally:
                os._exit(0)
        status = os.waitpid(child, 0)[1]
        if os.WIFSIGNALED(status):
            say(writing, name, "signal %d" % os.WTERMSIG(status))


def say(writing, name, what):
    # All at once, so that lines do not mix.
    os.write(writing, json.dumps({name: what}).encode() + b"\n")


main()
