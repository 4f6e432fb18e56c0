# expect: exec.memory
# needs: linux
# Maps memory by itself, past Python's own allocator.
import mmap

import given

maps = []
while True:
    maps.append(mmap.mmap(-1, 2**24, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS))
    maps[-1].write(b"x" * 2**24)
