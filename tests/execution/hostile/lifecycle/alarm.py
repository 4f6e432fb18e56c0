# expect: exec.killed
# says: SIGALRM
# Has itself be ended by a clock.
import signal
import time

signal.alarm(1)
time.sleep(86400)
