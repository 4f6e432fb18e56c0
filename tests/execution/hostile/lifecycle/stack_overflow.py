# expect: exec.killed
# says: SIG
# Overflows the stack in C.
import ctypes

libc = ctypes.PyDLL(None)
call = ctypes.PYFUNCTYPE(None)


@call
def down():
    call(ctypes.cast(down, ctypes.c_void_p).value)()


import sys

sys.setrecursionlimit(10**9)
down()
