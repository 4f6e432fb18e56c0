# expect: exec.ok
# An object that wants the program to end with a status of failure.
import sys


class Thing:
    def __del__(self):
        sys.exit(3)


thing = Thing()
"a value"
