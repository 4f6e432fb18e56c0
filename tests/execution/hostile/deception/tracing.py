# expect: exec.ok exec.error exec.killed
# Is called for every line that reports its result, and changes what it finds there.
import sys


def trace(frame, event, argument):
    for name in list(frame.f_locals):
        frame.f_locals[name] = None
    if event == "line" and frame.f_code.co_name == "send":
        raise SystemExit(0)
    return trace


sys.settrace(trace)
5
