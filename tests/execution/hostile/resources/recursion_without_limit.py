# expect: exec.memory exec.killed
# Recurses in C without end, or until there is no memory.
import sys

import given

sys.setrecursionlimit(2**31 - 1)


class Thing:
    def __repr__(self):
        return repr(self)


repr(Thing())
