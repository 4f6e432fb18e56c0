# expect: exec.ok exec.error exec.killed
# Only its child comes to the end of the program.
import os

import given

if os.fork():
    os._exit(0)
"a value"
