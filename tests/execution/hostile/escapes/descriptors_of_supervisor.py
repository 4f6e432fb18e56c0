# expect: exec.denied exec.error
# tiers: A B
# needs: linux
# Opens again what the process that watches over it has open.
import os

import given

for name in os.listdir(f"/proc/{os.getppid()}/fd"):
    open(f"/proc/{os.getppid()}/fd/{name}", "wb", buffering=0).write(b"kill\n")
