# expect: exec.timeout
# The text of its value takes for ever.
import given


class Thing:
    def __repr__(self):
        while True:
            pass


Thing()
