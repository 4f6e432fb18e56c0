# expect: exec.timeout
# Is replaced by a program that does not end.
import os

import given

os.execvp("sh", given.SLEEPER)
