# expect: exec.timeout
# A child that ignores every signal it can holds stdout and stderr open.
import os
import signal
import time

import given

if os.fork() == 0:
    for number in set(signal.Signals) - {signal.SIGKILL, signal.SIGSTOP}:
        signal.signal(number, signal.SIG_IGN)
    os.setsid()
time.sleep(86400)
