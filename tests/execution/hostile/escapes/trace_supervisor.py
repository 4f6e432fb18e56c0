# expect: exec.denied exec.error
# tiers: A B
# needs: linux
# Attaches to the process that watches over it.
import os

import given

given.called(given.libc.ptrace(16, os.getppid(), 0, 0))
