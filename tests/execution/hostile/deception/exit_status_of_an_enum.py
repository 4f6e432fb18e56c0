# expect: exec.ok
# Ends with a status of success that is another type of number; no deception, though it looks so.
import enum
import sys


class Status(enum.IntEnum):
    FINE = 0


sys.exit(Status.FINE)
