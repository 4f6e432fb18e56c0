# expect: exec.ok
# Wants to hear nothing of its children, and leaves one.
import os
import signal
import time

import given

signal.signal(signal.SIGCHLD, signal.SIG_IGN)
if os.fork() == 0:
    time.sleep(86400)
"a value"
