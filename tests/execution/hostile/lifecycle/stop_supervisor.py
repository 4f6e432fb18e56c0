# expect: exec.denied exec.error
# tiers: A B
# Stops the process that watches over it, so that no limit is kept.
import os
import signal

import given

os.kill(os.getppid(), signal.SIGSTOP)
while True:
    pass
