# expect: exec.timeout
# Is stopped, so that an interrupt does not reach it.
import os
import signal

import given

os.kill(os.getpid(), signal.SIGSTOP)
"a value"
