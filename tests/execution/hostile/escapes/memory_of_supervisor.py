# expect: exec.denied exec.error
# tiers: A B
# needs: linux
# Opens the memory of the process that watches over it.
import os

import given

open(f"/proc/{os.getppid()}/mem", "r+b")
