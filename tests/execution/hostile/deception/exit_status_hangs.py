# expect: exec.timeout
# Ends with a status whose text takes for ever.
import given


class Status:
    def __str__(self):
        while True:
            pass


raise SystemExit(Status())
