# expect: exec.error exec.memory
# Threads until the system gives no more.
import threading

import given

while True:
    threading.Thread(target=threading.Event().wait, daemon=True).start()
