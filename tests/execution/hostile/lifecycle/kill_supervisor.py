# expect: exec.killed
# expect A B: exec.denied exec.error
# says C: watches over
# Kills the process that watches over it, having left a daemon.
import os
import signal
import time

import given

if os.fork() == 0:
    os.setsid()
    time.sleep(86400)
os.kill(os.getppid(), signal.SIGKILL)
time.sleep(86400)
