# expect: exec.ok
# A child keeps the channel of the result open.
import os
import time

import given

if os.fork() == 0:
    os.setsid()
    time.sleep(86400)
"a value"
