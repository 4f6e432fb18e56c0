# expect: exec.ok
# value: "'a value'"
# Leaves a process at its end.
import atexit
import os
import time

import given


@atexit.register
def leave():
    if os.fork() == 0:
        os.setsid()
        time.sleep(86400)


"a value"
