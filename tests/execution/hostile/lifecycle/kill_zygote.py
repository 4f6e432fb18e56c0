# expect: exec.ok
# expect A B: exec.denied exec.error
# needs: linux
# Kills the process that all runs here are forked from.
import os
import signal

import given

with open(f"/proc/{os.getppid()}/stat") as file:
    zygote = int(file.read().rpartition(")")[2].split()[1])
os.kill(zygote, signal.SIGKILL)
"done"
