# expect: exec.ok exec.error
# Ends with a status that is equal to everything.
class Status:
    def __eq__(self, other):
        return True

    __hash__ = None


raise SystemExit(Status())
