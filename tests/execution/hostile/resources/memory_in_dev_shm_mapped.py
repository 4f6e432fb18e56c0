# expect: exec.memory
# expect A B: exec.memory exec.error exec.denied exec.killed
# needs: linux
# A file in memory, mapped, its name removed.
import mmap
import os

import given

path = "/dev/shm/" + given.MARK
with open(path, "w+b") as file:
    os.unlink(path)
    file.truncate(2**29)
    mapped = mmap.mmap(file.fileno(), 2**29)
mapped.write(b"x" * 2**29)
while True:
    pass
