# expect: exec.error exec.killed
# Replaces the functions that everything calls.
import builtins

for name in ("repr", "str", "len", "isinstance", "type", "getattr", "open", "print", "map"):
    setattr(builtins, name, None)
1 / 0
