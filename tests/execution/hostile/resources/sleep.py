# expect: exec.timeout
# Waits for what never comes.
import threading

import given

threading.Event().wait()
