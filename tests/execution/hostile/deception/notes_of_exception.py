# expect: exec.error
# What is noted on its exception is no list of texts.
class Note:
    def __str__(self):
        raise SystemExit(0)

    __repr__ = __str__


error = ValueError("trouble")
error.__notes__ = [Note(), 5, "\ud800"]
raise error
