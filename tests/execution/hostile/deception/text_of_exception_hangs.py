# expect: exec.timeout
# The text of its exception takes for ever.
import given


class Trouble(Exception):
    def __str__(self):
        while True:
            pass


raise Trouble
