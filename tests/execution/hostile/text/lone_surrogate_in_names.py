# expect: exec.error
# Its class and function have names that cannot be encoded.
class Trouble(Exception):
    pass


def raising():
    raise Trouble("x")


Trouble.__module__ = "\ud800"
Trouble.__qualname__ = "\x1b[31mx\n"
raising()
