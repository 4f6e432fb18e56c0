# expect: exec.cancelled
# timeout: 30
# stop: yes
# Is stopped, and ignores it, in a child too.
import os
import signal
import time

import given

signal.signal(signal.SIGINT, signal.SIG_IGN)
if os.fork() == 0:
    os.setsid()
    time.sleep(86400)
print("begun", flush=True)
while True:
    time.sleep(1)
