# expect: exec.memory exec.error exec.denied
# tiers: A B
# needs: linux
# A file without a name, written and never mapped, so that it is in no process's memory.
import os

import given

descriptor = os.memfd_create(given.MARK)
for _ in range(32):
    os.write(descriptor, b"x" * 2**24)
while True:
    pass
