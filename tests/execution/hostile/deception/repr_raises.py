# expect: exec.error
# message: 'no text'
# The text of its value cannot be made.
class Thing:
    def __repr__(self):
        raise ValueError("no text")


Thing()
