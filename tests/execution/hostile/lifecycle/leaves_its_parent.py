# expect: exec.ok
# needs: linux
# Adopts orphans itself and asks not to be killed with its parent, as does what it leaves.
import os
import time

import given

given.libc.prctl(36, 1)
given.libc.prctl(1, 0)
if os.fork() == 0:
    given.libc.prctl(36, 1)
    if os.fork() == 0:
        os.setsid()
        time.sleep(86400)
    time.sleep(86400)
"a value"
