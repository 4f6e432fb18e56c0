# expect: exec.timeout
# C code that calls back into Python, and swallows the interrupt there.
import given


class Thing:
    def __lt__(self, other):
        while True:
            try:
                while True:
                    pass
            except KeyboardInterrupt:
                pass


sorted([Thing(), Thing()])
