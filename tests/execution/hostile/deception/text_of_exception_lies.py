# expect: exec.error
# message: 'trouble'
# The text of its exception has a length and parts of its own making.
class Text(str):
    def __getitem__(self, place):
        return ["no", "text"]


class Trouble(Exception):
    def __str__(self):
        return Text("trouble")


raise Trouble
