# expect: exec.timeout
# An object that will not go.
import given


class Thing:
    def __del__(self):
        while True:
            pass


thing = Thing()
"a value"
