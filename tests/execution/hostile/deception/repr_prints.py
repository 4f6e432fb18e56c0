# expect: exec.ok
# value: 'thing'
# stdout: 'printed\n'
# Making the text of its value prints.
class Thing:
    def __repr__(self):
        print("printed")
        return "thing"


Thing()
