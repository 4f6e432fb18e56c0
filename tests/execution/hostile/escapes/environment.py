# expect: exec.ok
# value: '[]'
# What is meant for the server's own environment is not in the program's.
import os

import given

[name for name, value in os.environ.items() if value == given.MARK[1:]]
