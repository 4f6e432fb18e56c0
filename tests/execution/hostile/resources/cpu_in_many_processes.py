# expect: exec.timeout
# Spins in ten processes, each in a session of its own.
import os

import given

for _ in range(10):
    if os.fork() == 0:
        os.setsid()
        while True:
            pass
while True:
    pass
