# expect: exec.timeout exec.memory
# Every process forks, until there are 128.
import os
import time

import given

for _ in range(7):
    os.fork()
time.sleep(86400)
