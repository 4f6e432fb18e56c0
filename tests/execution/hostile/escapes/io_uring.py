# expect: exec.denied exec.error
# tiers: A B
# needs: linux
# Has the kernel open files in its place, where no filter sees it.
import ctypes

import given

given.called(given.libc.syscall(425, 8, ctypes.create_string_buffer(120)))
