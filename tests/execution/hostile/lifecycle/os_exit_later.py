# expect: exec.error exec.killed
# A thread ends the process while that reports its value.
import atexit
import os

atexit.register(os._exit, 0)
atexit.register(os._exit, 7)
"a value"
