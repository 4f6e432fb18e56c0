# expect: exec.killed
# says: SIGTERM
# Ends all in its group.
import os
import signal

os.killpg(0, signal.SIGTERM)
