# expect: exec.timeout
# Never comes to the end of its end.
import atexit
import time

import given

atexit.register(time.sleep, 86400)
"a value"
