# expect: exec.ok
# value: '\u202etxet\u2066'
# stdout: '\u202e\u2067\n'
# Turns the direction of the text that follows.
class Thing:
    def __repr__(self):
        return "\u202etxet\u2066"


print("\u202e\u2067")
Thing()
