# expect: exec.memory
# Shared anonymous memory, which no limit of a process counts.
import mmap

import given

maps = []
for _ in range(40):
    maps.append(mmap.mmap(-1, 2**24))
    maps[-1].write(b"x" * 2**24)
while True:
    pass
