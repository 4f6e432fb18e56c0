# expect: exec.ok
# value: "'a value'"
# A child of its own comes to the end of the program too.
import os

import given

os.fork()
"a value"
