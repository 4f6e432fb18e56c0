# expect: exec.killed
# says: exit status 0
# Ends its process.
import os

os._exit(0)
