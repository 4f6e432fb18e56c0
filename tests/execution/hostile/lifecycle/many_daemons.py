# expect: exec.ok
# Leaves daemons that leave daemons.
import os
import time

import given

for _ in range(10):
    if os.fork() == 0:
        os.setsid()
        os.fork()
        time.sleep(86400)
"left"
