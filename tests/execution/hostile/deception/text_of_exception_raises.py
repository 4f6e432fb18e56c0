# expect: exec.error
# says: Trouble
# The text of its exception ends the program, or tries to.
class Trouble(Exception):
    def __str__(self):
        raise SystemExit(0)


raise Trouble
