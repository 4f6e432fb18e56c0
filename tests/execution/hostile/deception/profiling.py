# expect: exec.ok exec.error exec.killed
# Is called for every function that reports its result, and raises.
import sys


def profile(frame, event, argument):
    if frame.f_code.co_name in ("send", "describe", "_leave"):
        raise KeyboardInterrupt


sys.setprofile(profile)
5
