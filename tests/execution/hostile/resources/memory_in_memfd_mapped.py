# expect: exec.memory
# expect A B: exec.memory exec.error exec.denied
# needs: linux
# A file without a name, mapped.
import mmap
import os

import given

descriptor = os.memfd_create(given.MARK)
os.ftruncate(descriptor, 2**29)
mapped = mmap.mmap(descriptor, 2**29)
mapped.write(b"x" * 2**29)
while True:
    pass
