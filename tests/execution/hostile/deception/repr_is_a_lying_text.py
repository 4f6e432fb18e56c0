# expect: exec.ok
# The text of its value has a length and parts of its own making.
class Text(str):
    def __len__(self):
        return 1

    def __getitem__(self, place):
        return "x" * 2**23

    def __add__(self, other):
        return "x" * 2**23


class Thing:
    def __repr__(self):
        return Text("x" * 2**22)


Thing()
