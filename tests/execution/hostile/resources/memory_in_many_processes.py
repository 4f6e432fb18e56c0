# expect: exec.memory
# No process is large, all together are.
import os
import time

import given

for number in range(6):
    if os.fork() == 0:
        block = os.urandom(40 * 2**20)
        time.sleep(86400)
time.sleep(86400)
