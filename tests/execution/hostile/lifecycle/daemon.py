# expect: exec.ok
# value: "'left'"
# Leaves a daemon, in a session of its own, whose parent is gone.
import os

import given

if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        os.chdir("/")
        os.closerange(0, 256)
        os.execvp("sh", given.SLEEPER)
    os._exit(0)
os.wait()
"left"
