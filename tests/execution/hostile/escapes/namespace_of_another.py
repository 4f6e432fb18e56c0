# expect: exec.denied exec.error
# tiers: A B
# needs: linux
# Goes to the mounts of the process that watches over it.
import os

import given

given.called(given.libc.setns(os.open(f"/proc/{os.getppid()}/ns/mnt", os.O_RDONLY), 0))
