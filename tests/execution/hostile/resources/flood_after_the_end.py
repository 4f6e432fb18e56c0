# expect: exec.output
# Its value is there, and then an exit handler floods.
import atexit

import given


@atexit.register
def flood():
    while True:
        print("x" * 1000)


"a value"
