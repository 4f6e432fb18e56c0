# expect: exec.error
# says: Trouble
# The names of its exception's class are no text, and compare as they like.
class Name:
    def __eq__(self, other):
        raise SystemExit(0)

    __hash__ = None


class Kind(type):
    @property
    def __module__(kind):
        return Name()


class Trouble(Exception, metaclass=Kind):
    pass


raise Trouble("trouble")
