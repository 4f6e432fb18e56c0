# expect: exec.ok
# An object that makes another of itself whenever it goes.
class Thing:
    def __del__(self):
        globals().setdefault("things", []).append(Thing())


Thing()
"a value"
