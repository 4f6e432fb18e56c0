# expect: exec.timeout
# Takes no signal.
import signal

import given

signal.pthread_sigmask(signal.SIG_SETMASK, set(signal.Signals))
while True:
    pass
