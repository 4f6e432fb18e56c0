# expect: exec.error
# says: SystemExit
# Ends with a status that is equal to everything, or ends the process where it is compared.
import os


class Status:
    def __eq__(self, other):
        os._exit(0)

    __hash__ = None


raise SystemExit(Status())
