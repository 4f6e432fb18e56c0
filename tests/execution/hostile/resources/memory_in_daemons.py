# expect: exec.memory
# No process is large, and they are in sessions of their own whose parents are gone.
import os
import time

import given

for number in range(6):
    if os.fork() == 0:
        os.setsid()
        if os.fork():
            os._exit(0)
        block = os.urandom(40 * 2**20)
        time.sleep(86400)
time.sleep(86400)
