# expect: exec.ok
# value: '?a?'
# The text of its value cannot be encoded.
class Thing:
    def __repr__(self):
        return "\ud800a\udfff"


Thing()
