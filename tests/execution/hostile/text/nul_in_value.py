# expect: exec.ok
# value: 'a\x00\x1b[31mb\r\n\x85'
# The text of its value has control characters.
class Thing:
    def __repr__(self):
        return "a\0\x1b[31mb\r\n\x85"


Thing()
