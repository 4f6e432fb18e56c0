# expect: exec.ok exec.error
# Is called when rubbish is collected, and raises.
import gc


def called(phase, information):
    raise SystemExit(3)


gc.callbacks.append(called)
5
