# expect: exec.ok
# Leaves a child that is stopped.
import os
import signal
import time

import given

if os.fork() == 0:
    os.setsid()
    os.kill(os.getpid(), signal.SIGSTOP)
    time.sleep(86400)
time.sleep(0.1)
"a value"
