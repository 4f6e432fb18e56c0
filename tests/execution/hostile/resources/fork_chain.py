# expect: exec.timeout
# Is never the same process for long: each forks another, in a session of its own, and ends.
import os
import time

import given

if os.fork() == 0:
    while True:
        if os.fork():
            os._exit(0)
        os.setsid()
        time.sleep(0.001)
time.sleep(86400)
