# expect: exec.killed
# says: SIGABRT
# Aborts.
import os

os.abort()
