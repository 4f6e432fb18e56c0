# expect: exec.error
# The text of its value is a number.
class Thing:
    def __repr__(self):
        return 5


Thing()
