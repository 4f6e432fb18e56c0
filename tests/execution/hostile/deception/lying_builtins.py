# expect: exec.ok exec.error exec.killed
# Replaces `repr` by one that says something else than text.
import builtins

builtins.repr = lambda value: ["no", "text"]
builtins.len = lambda value: 0
5
