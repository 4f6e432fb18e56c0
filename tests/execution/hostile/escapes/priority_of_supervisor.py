# expect: exec.denied exec.error
# tiers: A B
# needs: linux
# Slows the process that watches over it.
import os

import given

os.setpriority(os.PRIO_PROCESS, os.getppid(), 19)
