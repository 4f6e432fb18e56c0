# expect: exec.timeout
# Comes to its end, but a thread of it does not.
import threading

import given

threading.Thread(target=threading.Event().wait).start()
"a value"
